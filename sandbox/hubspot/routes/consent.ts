/**
 * The consent page: where an admin lets an app in, and the codes that come of it.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
import type { App } from "../app.ts";
import type { PortalState } from "../portal.ts";
import type { Answer } from "../../answer.ts";
import { fieldsOf } from "./parsing.ts";
import type { OpenCall, OpenRoute } from "../route.ts";
import type { Grant } from "../tokens.ts";

/** What the consent page works with. */
export interface ConsentParts {
  readonly apps: ReadonlyMap<number, App>;
  readonly portals: ReadonlyMap<number, PortalState>;
  readonly consent: Consent;
}

/** Authorisation codes that were given and not yet used. */
export interface Consent {
  /** Approves at once with the first portal, without a page. */
  automatic: boolean;
  grant(code: PendingCode): string;
  take(code: string): PendingCode | undefined;
}

/** What a code stands for. `challenge` is the PKCE S256 challenge. */
interface PendingCode extends Grant {
  readonly redirectUri: string;
  readonly challenge: string | undefined;
}

/** Makes an empty store of codes. Each is good for one use. */
export function createConsent(hex: (length: number) => string): Consent {
  const codes = new Map<string, PendingCode>();
  return {
    automatic: false,
    grant(pending) {
      const code = `na1-${hex(24)}`;
      codes.set(code, pending);
      return code;
    },
    take(code) {
      const pending = codes.get(code);
      codes.delete(code);
      return pending;
    },
  };
}

/** The routes of the consent page. */
export function consentRoutes(parts: ConsentParts): readonly OpenRoute[] {
  const ask = (call: OpenCall): Answer => askConsent(call, parts);
  return [
    { kind: "open", method: "GET", path: "/oauth/authorize", handle: ask },
    { kind: "open", method: "GET", path: "/oauth/:portalId/authorize", handle: ask },
    { kind: "open", method: "POST", path: "/oauth/authorize", handle: (call) => answerConsent(call, parts) },
  ];
}

/** The app of a client id; undefined when there is none. */
export function appOf(clientId: string | null, apps: ReadonlyMap<number, App>): App | undefined {
  return [...apps.values()].find((app) => app.clientId === clientId);
}

const userId = 123;
const words = (text: string | null): string[] => (text ?? "").split(" ").filter((word) => word !== "");

function askConsent(call: OpenCall, parts: ConsentParts): Answer {
  const app = appOf(call.query.get("client_id"), parts.apps);
  const redirectUri = call.query.get("redirect_uri") ?? "";
  if (!app || !app.redirectUrls.includes(redirectUri))
    return page(400, "<p>The app or its redirect URL is not known.</p>");
  const mismatch = scopeMismatch(
    app,
    words(call.query.get("scope")),
    words(call.query.get("optional_scope")),
  );
  if (mismatch)
    return back(redirectUri, {
      error: "invalid_scope",
      error_description: mismatch,
      state: call.query.get("state"),
    });
  const pinned = call.params["portalId"] ?? call.query.get("portal");
  const portals = [...parts.portals.values()].filter(
    (portal) => pinned === null || pinned === undefined || String(portal.id) === pinned,
  );
  if (parts.consent.automatic || call.query.get("auto") === "1") {
    return approve(app, portals[0], call.query, parts);
  }
  const hidden = [...call.query].map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const choices = portals.map((portal) => `<option value="${portal.id}">Account ${portal.id}</option>`);
  return page(
    200,
    `<h1>Connect ${escape(app.name)}</h1><form method="post" action="/oauth/authorize">${hidden.join("")}
<p>Scopes: ${escape(call.query.get("scope") ?? "")}</p><select name="portal_choice">${choices.join("")}</select>
<button name="decision" value="approve">Connect app</button> <button name="decision" value="deny">Cancel</button></form>`,
  );
}

function answerConsent(call: OpenCall, parts: ConsentParts): Answer {
  const fields = fieldsOf(call);
  const query = new URLSearchParams(fields);
  const app = appOf(query.get("client_id"), parts.apps);
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!app || !app.redirectUrls.includes(redirectUri))
    return page(400, "<p>The app or its redirect URL is not known.</p>");
  if (query.get("decision") !== "approve") {
    return back(redirectUri, {
      error: "access_denied",
      error_description: "The user did not connect the app.",
      state: query.get("state"),
    });
  }
  return approve(app, parts.portals.get(Number(query.get("portal_choice"))), query, parts);
}

function approve(
  app: App,
  portal: PortalState | undefined,
  query: URLSearchParams,
  parts: ConsentParts,
): Answer {
  const redirectUri = query.get("redirect_uri") ?? "";
  const state = query.get("state");
  if (!portal)
    return back(redirectUri, { error: "access_denied", error_description: "No such account.", state });
  const { grantedOptionalScopes } = portal.rules;
  const optional = words(query.get("optional_scope")).filter(
    (scope) => grantedOptionalScopes === "all" || grantedOptionalScopes.includes(scope),
  );
  const scopes = [...new Set([...words(query.get("scope")), ...optional])];
  const challenge = query.get("code_challenge") ?? undefined;
  const code = parts.consent.grant({
    appId: app.id,
    portalId: portal.id,
    userId,
    scopes,
    redirectUri,
    challenge,
  });
  return back(redirectUri, { code, state });
}

/** `scope` must hold every required scope of the app; other scopes must be declared by it. */
function scopeMismatch(app: App, scopes: readonly string[], optional: readonly string[]): string | undefined {
  const missing = app.requiredScopes.filter((scope) => !scopes.includes(scope));
  const declared = new Set([...app.requiredScopes, ...app.optionalScopes]);
  const unknown = [...scopes, ...optional].filter((scope) => !declared.has(scope));
  if (missing.length > 0)
    return `Authorization failed because the required scopes ${missing.join(", ")} are missing`;
  return unknown.length > 0
    ? `Authorization failed because the app does not declare ${unknown.join(", ")}`
    : undefined;
}

function back(redirectUri: string, query: Readonly<Record<string, string | null>>): Answer {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(query)) if (value !== null) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href } };
}

function page(status: number, body: string): Answer {
  return {
    status,
    body: `<!doctype html><meta charset="utf-8"><title>Connect</title>${body}`,
    headers: { "content-type": "text/html;charset=utf-8" },
  };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
