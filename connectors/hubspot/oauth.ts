/**
 * OAuth with HubSpot: where to send an admin, and how codes and refresh tokens become access tokens.
 *
 * Source: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
import app from "../../app.json" with { type: "json" };
import type { Grant } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import { SECOND_MS } from "../../src/model/instant.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { Tokens } from "../../src/tokens.ts";
import { requireSuccess } from "../http/token-answer.ts";
import { createTokenCalls } from "../http/token-call.ts";
import type { TokenAnswer, TokenTimeouts } from "../http/token-call.ts";
import type { HubSpotConfig } from "./config.ts";
import { ADVICE } from "./errors.ts";
import { readGrant, readIntrospection, TOKEN_WORDS } from "./token-answer.ts";
import { OAUTH_VERSION } from "./version.ts";

/** The app's dealings with HubSpot's authorisation server. */
export interface HubSpotOAuth {
  /** Where to send an admin to install the app. `challenge` is the S256 PKCE challenge. Throws nothing. */
  authorizeUrl(state: string, challenge: string): string;
  /**
   * Redeems a code. Throws `install.code-refused` when the code is void, `install.missing-scope` when less was granted
   * than Baton needs, `config.invalid` when HubSpot does not know the app, and `crm.*` for what may pass.
   */
  exchange(code: string, verifier: string, now: Instant): Promise<Grant>;
  /**
   * Gets a new pair of tokens. Throws `crm.disconnected` only when HubSpot says that the refresh token is void, which
   * is how an uninstall shows; `config.invalid` and `crm.*` as above. `mayAsk` is asked when the request is about to go out; where it
   * says no, nothing is sent and `crm.timeout` thrown.
   */
  refresh(tokens: Tokens, mayAsk?: () => boolean): Promise<Tokens>;
  /** Voids the refresh token; access tokens already issued live on for up to half an hour. Throws as `refresh`. */
  revoke(tokens: Tokens): Promise<void>;
}

/** Makes the OAuth side of the app. `timeouts` is for tests, which cannot wait ten seconds. */
export function hubspotOAuth(config: HubSpotConfig, timeouts?: TokenTimeouts): HubSpotOAuth {
  const redirectUri = config.publicUrl + app.redirectPath;
  const post = createTokenCalls({ crm: "HubSpot", advice: ADVICE }, timeouts);
  const call = (
    path: string,
    fields: Readonly<Record<string, string>>,
    mayAsk?: () => boolean,
  ): Promise<TokenAnswer> =>
    post(
      `${config.apiUrl}/oauth/${OAUTH_VERSION}/token${path}`,
      { ...fields, client_id: config.clientId, client_secret: newestSecret(config) },
      mayAsk,
    );

  return {
    authorizeUrl: (state, challenge) => authorizeUrl(config, redirectUri, state, challenge),

    async exchange(code, verifier, now) {
      const answer = await call("", {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
      const granted = readGrant(answer, "exchange");
      const refresh = granted.refresh_token ?? undefined;
      if (refresh === undefined) throw new BatonError("crm.bad-answer", "HubSpot granted no refresh token");
      const { tenant, scopes } = await whatItOpens(granted);
      requireScopes(scopes);
      const expiresAt = now + granted.expires_in * SECOND_MS;
      return { tenant, tokens: { access: granted.access_token, refresh, expiresAt, scopes } };
    },

    async refresh(tokens, mayAsk) {
      const askedAt = config.now();
      const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh };
      const answer = await call("", fields, mayAsk);
      const granted = readGrant(answer, "refresh");
      return {
        access: granted.access_token,
        // Rotation is not documented; what comes back is kept, and what does not come back stays.
        refresh: granted.refresh_token ?? tokens.refresh,
        expiresAt: askedAt + granted.expires_in * SECOND_MS,
        scopes: granted.scopes ?? tokens.scopes,
      };
    },

    async revoke(tokens) {
      const answer = await call("/revoke", { token: tokens.refresh, token_type_hint: "refresh_token" });
      requireSuccess(TOKEN_WORDS, answer, "revoke");
    },
  };

  /** The portal and the scopes, from the token answer or else from introspection. */
  async function whatItOpens(
    granted: ReturnType<typeof readGrant>,
  ): Promise<{ tenant: string; scopes: readonly string[] }> {
    let tenant = granted.hub_id ?? undefined;
    let scopes = granted.scopes ?? undefined;
    if (tenant === undefined || scopes === undefined) {
      const answer = await call("/introspect", {
        token: granted.access_token,
        token_type_hint: "access_token",
      });
      const seen = readIntrospection(answer);
      tenant ??= seen.hub_id ?? undefined;
      scopes ??= seen.scopes ?? undefined;
    }
    if (tenant === undefined || scopes === undefined) {
      throw new BatonError(
        "crm.bad-answer",
        "HubSpot named neither with the token nor on asking what it opens",
      );
    }
    return { tenant, scopes };
  }
}

/** `%20` between scopes, as in HubSpot's own links; a form's `+` is not documented for them. */
function authorizeUrl(config: HubSpotConfig, redirectUri: string, state: string, challenge: string): string {
  const query = {
    client_id: config.clientId,
    redirect_uri: redirectUri,
    scope: app.scopes.required.join(" "),
    optional_scope: app.scopes.optional.join(" "),
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${config.authorizeUrl}?${pairs.join("&")}`;
}

function requireScopes(granted: readonly string[]): void {
  const missing = app.scopes.required.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return;
  throw new BatonError(
    "install.missing-scope",
    `the account did not grant ${missing.join(", ")}: install again and accept every required scope`,
  );
}

function newestSecret(config: HubSpotConfig): string {
  const [secret] = config.clientSecrets;
  if (secret === undefined) throw new BatonError("config.invalid", "no HubSpot client secret is configured");
  return secret;
}
