/**
 * Tokens: exchange, refresh, introspection, revocation, and leaving by oneself.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
import { createHash } from "node:crypto";
import type { App } from "../app.ts";
import type { PortalState } from "../portal.ts";
import { Problem } from "../../answer.ts";
import type { Answer } from "../../answer.ts";
import type { ApiCall, ApiRoute, OpenCall, OpenRoute } from "../route.ts";
import { accessTokenLifeMs } from "../tokens.ts";
import type { TokenPair, Tokens } from "../tokens.ts";
import { apiVersion } from "../version.ts";
import { appOf, consentRoutes } from "./consent.ts";
import type { ConsentParts } from "./consent.ts";
import { fieldsOf } from "./parsing.ts";

/** What the OAuth routes work with. */
export interface OauthParts extends ConsentParts {
  readonly tokens: Tokens;
  /** Installs an app with these scopes; installing again replaces the scopes. */
  install(app: App, portal: PortalState, scopes: readonly string[]): void;
  uninstall(app: App, portal: PortalState): void;
}

/** The OAuth routes. */
export function oauthRoutes(parts: OauthParts): readonly (ApiRoute | OpenRoute)[] {
  const token = `/oauth/${apiVersion}/token`;
  const open = (path: string, handle: OpenRoute["handle"]): OpenRoute => ({
    kind: "open",
    method: "POST",
    path,
    handle,
  });
  return [
    ...consentRoutes(parts),
    open(token, (call) => exchange(call, parts)),
    open(`${token}/introspect`, (call) => introspect(call, parts)),
    open(`${token}/revoke`, (call) => revoke(call, parts)),
    {
      kind: "api",
      method: "DELETE",
      path: `/appinstalls/${apiVersion}/external-install`,
      scopes: () => ["oauth"],
      handle: (call: ApiCall) => {
        parts.uninstall(call.app, call.portal);
        return { status: 204 };
      },
    },
  ];
}

function exchange(call: OpenCall, parts: OauthParts): Answer {
  const fields = fieldsOf(call);
  const app = appOf(fields["client_id"] ?? null, parts.apps);
  if (!app || app.clientSecret !== fields["client_secret"])
    throw tokenError("BAD_CLIENT_SECRET", "invalid_client", "missing or unknown client secret");
  if (fields["grant_type"] === "authorization_code")
    return { status: 200, body: shownPair(redeem(app, fields, parts)) };
  if (fields["grant_type"] !== "refresh_token")
    throw tokenError("BAD_GRANT_TYPE", "unsupported_grant_type", "missing or unknown grant_type");
  const grant = parts.tokens.refreshGrant(fields["refresh_token"] ?? "");
  const pair =
    grant && grant.appId !== app.id ? undefined : parts.tokens.refresh(fields["refresh_token"] ?? "");
  if (!pair) throw tokenError("BAD_REFRESH_TOKEN", "invalid_grant", "missing or invalid refresh token");
  return { status: 200, body: shownPair(pair) };
}

function redeem(app: App, fields: Readonly<Record<string, string>>, parts: OauthParts): TokenPair {
  const pending = parts.consent.take(fields["code"] ?? "");
  const bad = (why: string): Problem => tokenError("BAD_AUTH_CODE", "invalid_grant", why);
  const portal = pending && parts.portals.get(pending.portalId);
  if (!pending || !portal || pending.appId !== app.id) throw bad("missing or unknown auth code");
  if (pending.redirectUri !== fields["redirect_uri"])
    throw bad("the redirect_uri differs from the one that was authorised");
  const verifier = fields["code_verifier"] ?? "";
  if (
    pending.challenge !== undefined &&
    createHash("sha256").update(verifier).digest("base64url") !== pending.challenge
  ) {
    throw bad("the code_verifier does not fit");
  }
  parts.install(app, portal, pending.scopes);
  return parts.tokens.issue(pending);
}

function shownPair(pair: TokenPair): Record<string, unknown> {
  return {
    token_type: "bearer",
    token_use: "access_token",
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    expires_in: accessTokenLifeMs / 1_000,
    hub_id: pair.portalId,
    user_id: pair.userId,
    scopes: pair.scopes,
  };
}

function introspect(call: OpenCall, parts: OauthParts): Answer {
  const fields = fieldsOf(call);
  const token = fields["token"] ?? fields["access_token"] ?? fields["refresh_token"] ?? "";
  const grant = parts.tokens.access(token) ?? parts.tokens.refreshGrant(token);
  if (!grant) return { status: 200, body: { active: false } };
  const { portalId, userId: installer, appId, scopes } = grant;
  return {
    status: 200,
    body: {
      active: true,
      hub_id: portalId,
      user_id: installer,
      app_id: appId,
      scopes,
      hub_domain: `portal-${portalId}.example`,
      is_private_distribution: false,
    },
  };
}

function revoke(call: OpenCall, parts: OauthParts): Answer {
  const fields = fieldsOf(call);
  parts.tokens.revokeRefresh(fields["token"] ?? fields["refresh_token"] ?? "");
  return { status: 204 };
}

function tokenError(status: string, error: string, message: string): Problem {
  return new Problem({ status: 400, body: { status, error, error_description: message, message } }, message);
}
