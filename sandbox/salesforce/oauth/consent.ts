/**
 * The consent page: a user of an org lets a client in. Where nobody looks, `consent.automatic` or `&auto=1` answers for
 * the org's integration user.
 */
import type { Answer } from "../../answer.ts";
import type { OrgState } from "../org.ts";
import { textOf } from "../table.ts";
import type { OrgClient } from "./clients.ts";
import type { Fields, OrgOauthParts } from "./parts.ts";
import type { OrgGrant } from "./sessions.ts";

/** What a code stands for, until it is used or too old. */
export interface PendingCode extends OrgGrant {
  readonly redirectUri: string;
  /** The PKCE S256 challenge. */
  readonly challenge: string | undefined;
  readonly expiresAt: number;
}

/** How long a code is good. */
const codeLifeMs = 15 * 60_000;

/** GET of the authorize endpoint: the page, or the way back. Throws nothing. */
export function askConsent(fields: Fields, parts: OrgOauthParts): Answer {
  const asked = readAsked(fields, parts);
  if ("status" in asked) return asked;
  const wrong = objection(asked.client, fields);
  if (wrong) return back(fields, wrong);
  const orgs = [...parts.orgs.values()].filter(
    (org) => fields["org"] === undefined || fields["org"] === org.id,
  );
  if (parts.automatic() || fields["auto"] === "1")
    return approve(asked.client, orgs[0], orgs[0]?.integrationUserId, fields, parts);
  return consentPage(asked.client, orgs, fields);
}

/** POST of the page: `decision` and `user_choice`, an org and one of its users. Throws nothing. */
export function answerConsent(fields: Fields, parts: OrgOauthParts): Answer {
  const asked = readAsked(fields, parts);
  if ("status" in asked) return asked;
  if (fields["decision"] !== "approve")
    return back(fields, {
      error: "access_denied",
      error_description: "end-user denied authorization",
    });
  const [orgId = "", userId] = (fields["user_choice"] ?? "").split("/");
  return approve(asked.client, parts.orgs.get(orgId), userId, fields, parts);
}

function readAsked(fields: Fields, { clients }: OrgOauthParts): Answer | { readonly client: OrgClient } {
  const client = clients.get(fields["client_id"] ?? "");
  if (!client) return page(400, "<p>error=invalid_client_id: client identifier invalid</p>");
  if (!client.redirectUrls.includes(fields["redirect_uri"] ?? ""))
    return page(400, "<p>error=redirect_uri_mismatch: redirect_uri must match configuration</p>");
  return { client };
}

function objection(client: OrgClient, fields: Fields): Fields | undefined {
  if (fields["response_type"] !== "code")
    return { error: "unsupported_response_type", error_description: "response type not supported" };
  const challenge = fields["code_challenge"];
  if (client.requiresPkce && challenge === undefined)
    return { error: "invalid_request", error_description: "missing required code challenge" };
  if (challenge !== undefined && fields["code_challenge_method"] !== "S256")
    return { error: "invalid_request", error_description: "code challenge method must be S256" };
  return undefined;
}

function approve(
  client: OrgClient,
  org: OrgState | undefined,
  userId: string | undefined,
  fields: Fields,
  parts: OrgOauthParts,
): Answer {
  const user = org && userId !== undefined ? org.row(userId) : undefined;
  if (!org || user?.type !== "User")
    return back(fields, { error: "access_denied", error_description: "no such user" });
  if (!client.installs.has(org.id)) client.installs.set(org.id, { preauthorized: [], runsAs: undefined });
  const code = `aPrx${parts.hex(60)}==`;
  parts.codes.set(code, {
    clientId: client.clientId,
    orgId: org.id,
    userId: user.id,
    scope: fields["scope"] ?? "api refresh_token",
    redirectUri: fields["redirect_uri"] ?? "",
    challenge: fields["code_challenge"],
    expiresAt: parts.now() + codeLifeMs,
  });
  return back(fields, { code });
}

function back(fields: Fields, answer: Fields): Answer {
  const url = new URL(fields["redirect_uri"] ?? "");
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (fields["state"] !== undefined) url.searchParams.set("state", fields["state"]);
  return { status: 302, headers: { location: url.href } };
}

function consentPage(client: OrgClient, orgs: readonly OrgState[], fields: Fields): Answer {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const choices = orgs.map((org) => {
    const user = org.row(org.integrationUserId);
    const label = `${textOf(user?.values["Username"])} in org ${org.id}`;
    return `<option value="${org.id}/${org.integrationUserId}">${escape(label)}</option>`;
  });
  return page(
    200,
    `<h1>Allow access?</h1><p>${escape(client.name)} is asking to: ${escape(fields["scope"] ?? "")}</p>
<form method="post" action="/services/oauth2/authorize">${hidden.join("")}<select name="user_choice">${choices.join("")}</select>
<button name="decision" value="approve">Allow</button> <button name="decision" value="deny">Deny</button></form>`,
  );
}

function page(status: number, body: string): Answer {
  return {
    status,
    body: `<!doctype html><meta charset="utf-8"><title>Allow access?</title>${body}`,
    headers: { "content-type": "text/html;charset=utf-8" },
  };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
