/** The token endpoint: a code, a refresh token, a signed assertion or a client's own credentials for a session. */
import { createHash } from "node:crypto";
import type { Answer } from "../../answer.ts";
import { assertedUser } from "./assertion.ts";
import type { OrgClient } from "./clients.ts";
import type { Fields, OrgOauthParts } from "./parts.ts";
import { oauthRefusal } from "./refusal.ts";
import type { OrgTokens } from "./sessions.ts";

/**
 * POST of the token endpoint.
 * @param basic  Client id and secret of an `Authorization: Basic` header, where there was one.
 * @throws Problem 400 with `{ error, error_description }`.
 */
export function issueToken(fields: Fields, basic: Fields, parts: OrgOauthParts): Answer {
  const given = { ...fields, ...basic };
  switch (fields["grant_type"] ?? "") {
    case "authorization_code":
      return answer(byCode(given, parts), parts);
    case "refresh_token":
      return answer(byRefresh(given, parts), parts);
    case "client_credentials":
      return answer(byCredentials(given, parts), parts);
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      return answer(byAssertion(given, parts), parts);
    default:
      throw oauthRefusal("unsupported_grant_type", "grant type not supported");
  }
}

/** What a token answer tells. There is no `expires_in`. */
function answer(tokens: OrgTokens, parts: OrgOauthParts): Answer {
  const org = parts.orgs.get(tokens.orgId);
  const issuedAt = String(parts.now());
  return {
    status: 200,
    headers: { "cache-control": "no-cache, no-store" },
    body: {
      access_token: tokens.accessToken,
      ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
      signature: createHash("sha256").update(`${tokens.orgId}${issuedAt}`).digest("base64"),
      scope: tokens.scope,
      instance_url: org?.rules.instanceUrl ?? parts.url(),
      id: `${parts.url()}/id/${tokens.orgId}/${tokens.userId}`,
      token_type: "Bearer",
      issued_at: issuedAt,
    },
  };
}

/** @throws Problem where the client does not exist or its secret is another one. */
function clientOf(fields: Fields, { clients }: OrgOauthParts): OrgClient {
  const client = clients.get(fields["client_id"] ?? "");
  if (!client) throw oauthRefusal("invalid_client_id", "client identifier invalid");
  if (fields["client_secret"] !== client.clientSecret)
    throw oauthRefusal("invalid_client", "invalid client credentials");
  return client;
}

function byCode(fields: Fields, parts: OrgOauthParts): OrgTokens {
  const client = clientOf(fields, parts);
  const code = fields["code"] ?? "";
  const pending = parts.codes.get(code);
  parts.codes.delete(code);
  if (pending?.clientId !== client.clientId)
    throw oauthRefusal("invalid_grant", "invalid authorization code");
  if (pending.expiresAt <= parts.now()) throw oauthRefusal("invalid_grant", "expired authorization code");
  if (pending.redirectUri !== fields["redirect_uri"])
    throw oauthRefusal("redirect_uri_mismatch", "redirect_uri must match configuration");
  if (pending.challenge !== undefined && !isProof(fields["code_verifier"] ?? "", pending.challenge))
    throw oauthRefusal("invalid_grant", "invalid code verifier");
  return parts.sessions.grant(pending, lifeIn(pending.orgId, parts));
}

/** The PKCE rule: 43 to 128 characters whose SHA-256 is the challenge. */
function isProof(verifier: string, challenge: string): boolean {
  return (
    /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier) &&
    createHash("sha256").update(verifier).digest("base64url") === challenge
  );
}

function byRefresh(fields: Fields, parts: OrgOauthParts): OrgTokens {
  const client = clientOf(fields, parts);
  const token = fields["refresh_token"] ?? "";
  const grant = parts.sessions.familyOf(token);
  if (grant && parts.orgs.get(grant.orgId)?.row(grant.userId)?.values["IsActive"] === false)
    throw oauthRefusal("invalid_grant", "authentication failure");
  const lifeMs = lifeIn(grant?.orgId ?? "", parts);
  const tokens = parts.sessions.refresh(token, client.clientId, client.rotates, lifeMs);
  if (!tokens) throw oauthRefusal("invalid_grant", "expired access/refresh token");
  return tokens;
}

function byCredentials(fields: Fields, parts: OrgOauthParts): OrgTokens {
  const client = clientOf(fields, parts);
  const install = [...client.installs].find(([, { runsAs }]) => runsAs !== undefined);
  if (install?.[1].runsAs === undefined)
    throw oauthRefusal("invalid_grant", "no client credentials user enabled");
  const grant = { clientId: client.clientId, orgId: install[0], userId: install[1].runsAs, scope: "api" };
  return parts.sessions.open(grant, lifeIn(grant.orgId, parts));
}

function byAssertion(fields: Fields, parts: OrgOauthParts): OrgTokens {
  const { client, org, userId } = assertedUser(fields["assertion"] ?? "", parts);
  const grant = { clientId: client.clientId, orgId: org.id, userId, scope: "api" };
  return parts.sessions.open(grant, lifeIn(org.id, parts));
}

function lifeIn(orgId: string, { orgs }: OrgOauthParts): number {
  return orgs.get(orgId)?.rules.sessionMs ?? 0;
}
