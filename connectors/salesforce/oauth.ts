/**
 * OAuth with Salesforce: where to send an admin, and how codes, refresh tokens and keys become access tokens.
 *
 * Refresh tokens rotate: each answer may bring a new one, and to use an old one again revokes everything. So what comes back replaces
 * what was there, and the vault stores it before anyone uses it. Answers do not say how long a token lives: the org's session policy
 * does, two hours by default. A shorter one shows as a 401, and the gateway renews then.
 * Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm
 */
import type { Grant } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Tokens } from "../../src/tokens.ts";
import { requireSuccess } from "../http/token-answer.ts";
import { createTokenCalls } from "../http/token-call.ts";
import type { TokenAnswer, TokenTimeouts } from "../http/token-call.ts";
import type { SalesforceConfig } from "./config.ts";
import { ADVICE } from "./errors.ts";
import { trustedInstance } from "./instance-url.ts";
import { signedAssertion } from "./jwt.ts";
import { orgOf, readGrant, TOKEN_WORDS } from "./token-answer.ts";
import type { GrantAnswer } from "./token-answer.ts";

/** The app's dealings with Salesforce's authorisation server. */
export interface SalesforceOAuth {
  /**
   * Where to send an admin to install the app. `challenge` is the S256 PKCE challenge. @throws BatonError `config.invalid` where
   * nobody signs in, because Baton has a key of its own.
   */
  authorizeUrl(state: string, challenge: string): string;
  /**
   * Redeems a code. Throws `install.code-refused` when the code is void, `install.missing-scope` when less was granted than Baton
   * needs, `config.invalid` when Salesforce does not let the app in, `config.sandbox-guard` for an org that is not Salesforce's, and
   * `crm.*` for what may pass.
   */
  exchange(code: string, verifier: string, now: Instant): Promise<Grant>;
  /**
   * Gets the tokens of the one org Baton's own key opens. Throws as `exchange`; `config.invalid` also where the app has no such key
   * or Salesforce refuses it.
   */
  mint(now: Instant, mayAsk?: () => boolean): Promise<Grant>;
  /**
   * Gets new tokens of an org, with the refresh token or, where there is none, with Baton's own key. Throws `crm.disconnected` only
   * when Salesforce says that the refresh token is void; `config.invalid` and `crm.*` as above. `mayAsk` is asked when the
   * request is about to go out; where it says no, nothing is sent and `crm.timeout` thrown.
   */
  refresh(tenant: string, tokens: Tokens, mayAsk?: () => boolean): Promise<Tokens>;
  /** Voids the refresh token and what was made with it, or else the access token. Throws as `refresh`. */
  revoke(tokens: Tokens): Promise<void>;
}

/** What Baton asks for: the API, and tokens while nobody is signed in. */
const SCOPES = ["api", "refresh_token"] as const;
/** Scopes that include the API. */
const API_SCOPES: ReadonlySet<string> = new Set(["api", "full"]);
/** The default session policy gives two hours since the last use; what is asked for is counted from the first, less a margin. */
const ASSUMED_LIFE_MS: DurationMs = 110 * MINUTE_MS;
/** Where the server takes people back to. */
const REDIRECT_PATH = "/oauth/salesforce/callback";
const JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Makes the OAuth side of the app. `timeouts` is for tests, which cannot wait ten seconds. Throws nothing. */
export function salesforceOAuth(config: SalesforceConfig, timeouts?: TokenTimeouts): SalesforceOAuth {
  const { clientId, loginUrl, grant, now } = config;
  const redirectUri = config.publicUrl + REDIRECT_PATH;
  const post = createTokenCalls({ crm: "Salesforce", advice: ADVICE }, timeouts);
  const ask = (fields: Readonly<Record<string, string>>, mayAsk?: () => boolean): Promise<TokenAnswer> =>
    post(`${loginUrl}/services/oauth2/token`, fields, mayAsk);
  const client = (): Readonly<Record<string, string>> => ({
    client_id: clientId,
    client_secret: newestSecret(config),
  });
  const keyFields = (at: Instant): Readonly<Record<string, string>> => {
    if (grant.kind === "client-credentials") return { grant_type: "client_credentials", ...client() };
    if (grant.kind === "web") throw noKey();
    const assertion = signedAssertion({ ...grant, clientId, audience: loginUrl }, at);
    return { grant_type: JWT_GRANT, assertion };
  };
  const mint = async (at: Instant, mayAsk?: () => boolean): Promise<Grant> => {
    const granted = readGrant(await ask(keyFields(at), mayAsk), "mint");
    return { tenant: orgOf(granted), tokens: tokensOf(config, granted, at, { refresh: "" }) };
  };

  return {
    authorizeUrl(state, challenge) {
      if (grant.kind !== "web") throw nobodySignsIn();
      return authorizeUrl(config, redirectUri, state, challenge);
    },

    async exchange(code, verifier, at) {
      if (grant.kind !== "web") throw nobodySignsIn();
      const fields = {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      const granted = readGrant(await ask({ ...fields, ...client() }), "exchange");
      const tokens = tokensOf(config, granted, at, { refresh: requiredRefresh(granted) });
      return { tenant: orgOf(granted), tokens };
    },

    mint,

    async refresh(tenant, tokens, mayAsk) {
      const at = now();
      if (tokens.refresh === "") {
        const minted = await mint(at, mayAsk);
        requireSame(tenant, minted.tenant);
        return minted.tokens;
      }
      const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh, ...client() };
      const granted = readGrant(await ask(fields, mayAsk), "refresh");
      if (typeof granted.id === "string") requireSame(tenant, orgOf(granted));
      return tokensOf(config, granted, at, tokens);
    },

    async revoke(tokens) {
      const token = tokens.refresh === "" ? tokens.access : tokens.refresh;
      requireSuccess(TOKEN_WORDS, await post(`${loginUrl}/services/oauth2/revoke`, { token }), "revoke");
    },
  };
}

/** What was granted; what Salesforce leaves out stays as it was. */
function tokensOf(
  config: SalesforceConfig,
  granted: GrantAnswer,
  at: Instant,
  before: { readonly refresh: string; readonly instanceUrl?: string; readonly scopes?: readonly string[] },
): Tokens {
  const scopes = granted.scope?.split(" ").filter(Boolean) ?? before.scopes ?? [];
  requireApi(scopes);
  return {
    access: granted.access_token,
    // Rotated: the one that was used is void by now.
    refresh: granted.refresh_token ?? before.refresh,
    expiresAt: at + ASSUMED_LIFE_MS,
    scopes,
    instanceUrl: instanceOf(config, granted.instance_url ?? before.instanceUrl),
  };
}

function instanceOf({ loginUrl }: SalesforceConfig, url: string | undefined): string {
  if (url !== undefined) return trustedInstance(url, loginUrl);
  throw new BatonError("crm.bad-answer", "Salesforce granted tokens and did not say where the org's API is.");
}

/** `%20` between scopes, as in Salesforce's own links. */
function authorizeUrl(
  config: SalesforceConfig,
  redirectUri: string,
  state: string,
  challenge: string,
): string {
  const query = {
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: redirectUri,
    scope: SCOPES.join(" "),
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${config.loginUrl}/services/oauth2/authorize?${pairs.join("&")}`;
}

/** An answer that names no scopes is believed to hold those that were asked for. */
function requireApi(granted: readonly string[]): void {
  if (granted.length === 0 || granted.some((scope) => API_SCOPES.has(scope))) return;
  throw new BatonError(
    "install.missing-scope",
    "the org did not grant api: give the external client app the scope that manages data by APIs, then install again",
  );
}

function requiredRefresh({ refresh_token: refresh }: GrantAnswer): string {
  if (typeof refresh === "string") return refresh;
  throw new BatonError(
    "install.missing-scope",
    "the org granted no refresh token: give the external client app the scope to perform requests at any time, then install again",
  );
}

/** A key opens one org: a changed one must not write into another org under the first one's name. */
function requireSame(tenant: string, opened: string): void {
  if (tenant === opened) return;
  throw new BatonError(
    "config.invalid",
    `The tokens of org ${tenant} are now those of org ${opened}: check BATON_SALESFORCE_LOGIN_URL and the key, or connect that org too.`,
  );
}

function newestSecret(config: SalesforceConfig): string {
  const [secret] = config.clientSecrets;
  if (secret === undefined)
    throw new BatonError("config.invalid", "no Salesforce client secret is configured");
  return secret;
}

function noKey(): BatonError {
  return new BatonError(
    "config.invalid",
    "This connection was made with a key of Baton's own, and BATON_SALESFORCE_GRANT is web now. Set it back, or install again.",
  );
}

function nobodySignsIn(): BatonError {
  return new BatonError(
    "config.invalid",
    "BATON_SALESFORCE_GRANT says that nobody signs in to Salesforce. Connect the org from the command line instead.",
  );
}
