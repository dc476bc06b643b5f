import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { AppDeclaration } from "../../sandbox/hubspot/app.ts";
import type { Answered, Opened } from "./portal-client.ts";
import { field, open, postForm, request } from "./portal-client.ts";

const redirect = "http://localhost/oauth/hubspot/callback";
const declaration: AppDeclaration = {
  redirectUrls: [redirect],
  requiredScopes: ["oauth", "crm.objects.owners.read"],
  optionalScopes: ["crm.lists.read", "automation"],
};

function authorize(opened: Opened, extra: Readonly<Record<string, string>> = {}): Promise<Answered> {
  const query = new URLSearchParams({
    client_id: opened.app.clientId,
    redirect_uri: redirect,
    scope: "oauth crm.objects.owners.read",
    optional_scope: "crm.lists.read automation",
    state: "s1",
    auto: "1",
    ...extra,
  });
  return request(`${opened.sandbox.url}/oauth/authorize?${query.toString()}`, "GET");
}

function landed(answer: Answered): URLSearchParams {
  return new URL(answer.headers.get("location") ?? "http://nowhere.example").searchParams;
}

function token(opened: Opened, fields: Readonly<Record<string, string>>): Promise<Answered> {
  const { clientId, clientSecret } = opened.app;
  return postForm(`${opened.sandbox.url}/oauth/2026-03/token`, {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: redirect,
    ...fields,
  });
}

const redeem = (
  opened: Opened,
  code: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Answered> => token(opened, { grant_type: "authorization_code", code, ...extra });
const refresh = (opened: Opened, refreshToken: string): Promise<Answered> =>
  token(opened, { grant_type: "refresh_token", refresh_token: refreshToken });

test("a consent page shows the app and its form leads back with a code", async () => {
  const opened = await open({ app: { ...declaration, name: "Baton <1>" } });
  const page = await authorize(opened, { auto: "0" });
  expect(page.status).toBe(200);
  expect(page.body).toContain("Connect Baton &lt;1>");
  const answer = await postForm(`${opened.sandbox.url}/oauth/authorize`, {
    client_id: opened.app.clientId,
    redirect_uri: redirect,
    scope: "oauth crm.objects.owners.read",
    state: "s1",
    decision: "approve",
    portal_choice: String(opened.portal.id),
  });
  expect(landed(answer).get("state")).toBe("s1");
  expect(landed(answer).get("code")).toMatch(/^na1-/);
});

test("a code is good for one exchange, and the token works", async () => {
  const opened = await open({ app: declaration });
  const code = landed(await authorize(opened)).get("code") ?? "";
  const first = await redeem(opened, code);
  expect(first.body).toMatchObject({
    token_type: "bearer",
    expires_in: 1_800,
    hub_id: opened.portal.id,
    scopes: ["oauth", "crm.objects.owners.read", "crm.lists.read", "automation"],
  });
  const owners = await request(
    `${opened.sandbox.url}/crm/owners/2026-03`,
    "GET",
    undefined,
    String(field(first.body, "access_token")),
  );
  expect(owners.status).toBe(200);
  expect((await redeem(opened, code)).body).toMatchObject({ status: "BAD_AUTH_CODE" });
});

test("optional scopes are granted as the portal decides", async () => {
  const opened = await open({ app: declaration, rules: { grantedOptionalScopes: ["crm.lists.read"] } });
  const code = landed(await authorize(opened)).get("code") ?? "";
  expect(field((await redeem(opened, code)).body, "scopes")).toEqual([
    "oauth",
    "crm.objects.owners.read",
    "crm.lists.read",
  ]);
});

test("a missing required scope leads back with an error", async () => {
  const opened = await open({ app: declaration });
  expect(landed(await authorize(opened, { scope: "oauth" })).get("error")).toBe("invalid_scope");
});

test("a redirect that the app does not declare gets a page and no redirect", async () => {
  const opened = await open({ app: declaration });
  const answer = await authorize(opened, { redirect_uri: "http://localhost/elsewhere" });
  expect(answer.status).toBe(400);
  expect(answer.headers.get("location")).toBeNull();
});

test("PKCE wants the verifier of its challenge", async () => {
  const opened = await open({ app: declaration });
  const verifier = "v".repeat(43);
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const code = async (): Promise<string> =>
    landed(await authorize(opened, { code_challenge: challenge, code_challenge_method: "S256" })).get(
      "code",
    ) ?? "";
  expect((await redeem(opened, await code())).status).toBe(400);
  expect((await redeem(opened, await code(), { code_verifier: "wrong" })).status).toBe(400);
  expect((await redeem(opened, await code(), { code_verifier: verifier })).status).toBe(200);
});

test("an access token ends after thirty minutes and a refresh gives another", async () => {
  let now = Date.UTC(2026, 10, 17);
  const opened = await open({ app: declaration, now: () => now });
  const { accessToken, refreshToken } = opened.sandbox.install(opened.app, opened.portal.id);
  const owners = (bearer: string): Promise<Answered> =>
    request(`${opened.sandbox.url}/crm/owners/2026-03`, "GET", undefined, bearer);
  now += 30 * 60_000;
  expect((await owners(accessToken)).status).toBe(401);
  const { body } = await refresh(opened, refreshToken);
  expect(field(body, "refresh_token")).toBe(refreshToken);
  expect((await owners(String(field(body, "access_token")))).status).toBe(200);
});

test("with rotation an old refresh token is refused and takes its family along", async () => {
  const opened = await open({ app: declaration });
  Object.assign(opened.sandbox.tokens.rules, { rotate: true, reuseRevokes: true });
  const { refreshToken } = opened.sandbox.install(opened.app, opened.portal.id);
  const next = String(field((await refresh(opened, refreshToken)).body, "refresh_token"));
  expect(next).not.toBe(refreshToken);
  expect((await refresh(opened, refreshToken)).body).toMatchObject({
    status: "BAD_REFRESH_TOKEN",
    error: "invalid_grant",
  });
  expect((await refresh(opened, next)).status).toBe(400);
});

test("leaving ends the tokens, as a customer's uninstall does", async () => {
  const opened = await open({ app: declaration });
  const { refreshToken } = opened.sandbox.install(opened.app, opened.portal.id);
  expect((await opened.api("DELETE", "/appinstalls/2026-03/external-install")).status).toBe(204);
  expect((await refresh(opened, refreshToken)).body).toMatchObject({ status: "BAD_REFRESH_TOKEN" });
  expect(opened.app.installs.has(opened.portal.id)).toBe(false);
});

test("introspection tells a live token from a revoked one", async () => {
  const opened = await open({ app: declaration });
  const { refreshToken } = opened.sandbox.install(opened.app, opened.portal.id);
  const introspect = (): Promise<Answered> =>
    postForm(`${opened.sandbox.url}/oauth/2026-03/token/introspect`, { token: refreshToken });
  expect((await introspect()).body).toMatchObject({
    active: true,
    hub_id: opened.portal.id,
    app_id: opened.app.id,
  });
  await postForm(`${opened.sandbox.url}/oauth/2026-03/token/revoke`, { token: refreshToken });
  expect((await introspect()).body).toEqual({ active: false });
});

test("a call without its scope answers 403 and names it", async () => {
  const { api } = await open({ scopes: ["oauth", "crm.objects.contacts.read"] });
  const { status, body } = await api("GET", "/crm/objects/2026-03/deals");
  expect(status).toBe(403);
  expect(body).toMatchObject({
    category: "MISSING_SCOPES",
    errors: [{ context: { requiredGranularScopes: ["crm.objects.deals.read"] } }],
  });
});
