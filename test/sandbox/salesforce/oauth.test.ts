import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { field, postForm } from "../portal-client.ts";
import type { Answered } from "../portal-client.ts";
import { call, openOrgSandbox } from "./org-client.ts";
import type { OpenedOrg } from "./org-client.ts";

const verifier = "v".repeat(64);
const challenge = createHash("sha256").update(verifier).digest("base64url");
const redirect = "http://127.0.0.1:1/back";
const start = Date.parse("2026-11-17T09:00:00Z");

/** Opens the consent page with these parameters and gives where it leads. */
async function consent(
  { sandbox, client }: OpenedOrg,
  extra: Readonly<Record<string, string>> = {},
): Promise<URL> {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: redirect,
    scope: "api refresh_token",
    state: "s1",
    code_challenge: challenge,
    code_challenge_method: "S256",
    auto: "1",
    ...extra,
  });
  const answer = await fetch(`${sandbox.url}/services/oauth2/authorize?${query.toString()}`, {
    redirect: "manual",
  });
  return new URL(answer.headers.get("location") ?? "http://nowhere.example");
}

async function token(
  { sandbox, client }: OpenedOrg,
  fields: Readonly<Record<string, string>>,
): Promise<Answered> {
  const own = { client_id: client.clientId, client_secret: client.clientSecret };
  return postForm(`${sandbox.url}/services/oauth2/token`, { ...own, ...fields });
}

async function walk(opened: OpenedOrg): Promise<Answered> {
  const code = (await consent(opened)).searchParams.get("code") ?? "";
  return token(opened, {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirect,
    code_verifier: verifier,
  });
}

const refresh = (opened: OpenedOrg, refreshToken: unknown): Promise<Answered> =>
  token(opened, { grant_type: "refresh_token", refresh_token: String(refreshToken) });

const isIn = async ({ sandbox }: OpenedOrg, accessToken: unknown): Promise<boolean> =>
  (await call(`${sandbox.url}/services/data/v67.0/limits`, "GET", String(accessToken))).status === 200;

describe("the web server flow", () => {
  test("gives a session, its address and who it is, and no time of expiry", async () => {
    const opened = await openOrgSandbox();
    const { status, body } = await walk(opened);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      instance_url: opened.sandbox.url,
      id: `${opened.sandbox.url}/id/${opened.org.id}/${opened.org.integrationUserId}`,
      scope: "api refresh_token",
      token_type: "Bearer",
    });
    expect(body).not.toHaveProperty("expires_in");
    expect(await isIn(opened, field(body, "access_token"))).toBe(true);
    opened.org.rules.instanceUrl = "http://127.0.0.1:9";
    expect((await walk(opened)).body).toMatchObject({ instance_url: "http://127.0.0.1:9" });
  });

  test("leads back with the state, and a code is good once and with its verifier only", async () => {
    const opened = await openOrgSandbox();
    const back = await consent(opened);
    expect(back.searchParams.get("state")).toBe("s1");
    const fields = {
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri: redirect,
    };
    const wrong = await token(opened, { ...fields, code_verifier: "w".repeat(64) });
    expect(wrong).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect((await token(opened, { ...fields, code_verifier: verifier })).status).toBe(400);
  });

  test("needs a challenge made with SHA-256", async () => {
    const opened = await openOrgSandbox();
    const back = await consent(opened, { code_challenge_method: "plain" });
    expect(back.searchParams.get("error")).toBe("invalid_request");
  });

  test("can be answered by a person, with yes or with no", async () => {
    const opened = await openOrgSandbox();
    const { sandbox, client, org } = opened;
    const asked = {
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: redirect,
      code_challenge: challenge,
      code_challenge_method: "S256",
      state: "s2",
    };
    const page = await fetch(
      `${sandbox.url}/services/oauth2/authorize?${new URLSearchParams(asked).toString()}`,
    );
    expect(await page.text()).toContain("Allow access?");
    const post = (fields: Readonly<Record<string, string>>): Promise<Answered> =>
      postForm(`${sandbox.url}/services/oauth2/authorize`, { ...asked, ...fields });
    const yes = await post({ decision: "approve", user_choice: `${org.id}/${org.integrationUserId}` });
    expect(yes.headers.get("location")).toContain("code=");
    expect((await post({ decision: "deny" })).headers.get("location")).toContain("error=access_denied");
  });

  test("knows its client, the secret and the way back", async () => {
    const opened = await openOrgSandbox();
    const page = await fetch(`${opened.sandbox.url}/services/oauth2/authorize?client_id=nobody`);
    expect(page.status).toBe(400);
    const answer = await token(opened, { grant_type: "refresh_token", client_secret: "wrong" });
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_client" } });
  });
});

describe("tokens", () => {
  test("rotate, and using an old one ends the new ones too", async () => {
    const opened = await openOrgSandbox();
    const first = (await walk(opened)).body;
    const second = (await refresh(opened, field(first, "refresh_token"))).body;
    expect(field(second, "refresh_token")).not.toBe(field(first, "refresh_token"));
    expect(await isIn(opened, field(second, "access_token"))).toBe(true);
    const reuse = await refresh(opened, field(first, "refresh_token"));
    expect(reuse).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_description: "expired access/refresh token" },
    });
    expect(await isIn(opened, field(second, "access_token"))).toBe(false);
    expect((await refresh(opened, field(second, "refresh_token"))).status).toBe(400);
  });

  test("stay the same where the client does not rotate", async () => {
    const opened = await openOrgSandbox();
    opened.client.rotates = false;
    const { body } = await walk(opened);
    expect((await refresh(opened, field(body, "refresh_token"))).body).not.toHaveProperty("refresh_token");
    expect((await refresh(opened, field(body, "refresh_token"))).status).toBe(200);
  });

  test("die with the session time and on command; a refresh helps", async () => {
    let now = start;
    const opened = await openOrgSandbox({ now: () => now });
    const { body } = await walk(opened);
    now += opened.org.rules.sessionMs;
    expect(await isIn(opened, field(body, "access_token"))).toBe(false);
    const next = (await refresh(opened, field(body, "refresh_token"))).body;
    expect(await isIn(opened, field(next, "access_token"))).toBe(true);
    opened.sandbox.sessions.expireSessions(opened.org.id);
    expect(await isIn(opened, field(next, "access_token"))).toBe(false);
    expect((await refresh(opened, field(next, "refresh_token"))).status).toBe(200);
  });

  test("a sixth grant of a user ends the oldest", async () => {
    const opened = await openOrgSandbox();
    opened.sandbox.uninstallOrg(opened.client, opened.org.id);
    const grants: unknown[] = [];
    for (let number = 0; number < 6; number += 1)
      grants.push(field((await walk(opened)).body, "refresh_token"));
    expect((await refresh(opened, grants[0])).status).toBe(400);
    expect((await refresh(opened, grants[1])).status).toBe(200);
  });

  test("are revoked by the client", async () => {
    const opened = await openOrgSandbox();
    const { body } = await walk(opened);
    const revoke = (): Promise<Answered> =>
      postForm(`${opened.sandbox.url}/services/oauth2/revoke`, {
        token: String(field(body, "refresh_token")),
      });
    expect((await revoke()).status).toBe(200);
    expect((await revoke()).status).toBe(400);
    expect(await isIn(opened, field(body, "access_token"))).toBe(false);
  });

  test("tell who they belong to", async () => {
    const opened = await openOrgSandbox();
    const url = `${opened.sandbox.url}/services/oauth2/userinfo`;
    expect((await call(url, "GET", opened.token)).body).toMatchObject({
      user_id: opened.org.integrationUserId,
      organization_id: opened.org.id,
    });
    expect((await fetch(url)).status).toBe(403);
  });
});

describe("without a person", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

  function assertion(claims: Readonly<Record<string, unknown>>): string {
    const encoded = [{ alg: "RS256" }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString("base64url"),
    );
    const text = encoded.join(".");
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url")}`;
  }

  const bear = (opened: OpenedOrg, claims: Readonly<Record<string, unknown>> = {}): Promise<Answered> => {
    const username = opened.org.find(opened.org.integrationUserId)?.values["Username"];
    const whole = {
      iss: opened.client.clientId,
      sub: username,
      aud: opened.sandbox.url,
      exp: start / 1000 + 180,
      ...claims,
    };
    const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: assertion(whole) };
    return postForm(`${opened.sandbox.url}/services/oauth2/token`, form);
  };

  test("a signed assertion gives a session and no refresh token", async () => {
    const opened = await openOrgSandbox({ now: () => start });
    opened.client.publicKey = pem;
    const { status, body } = await bear(opened);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("refresh_token");
    expect(await isIn(opened, field(body, "access_token"))).toBe(true);
  });

  test.each([
    ["for another host", { aud: "https://example.com" }, "audience is invalid"],
    ["that ended", { exp: start / 1000 - 600 }, "expired authorization code"],
    ["that lives too long", { exp: start / 1000 + 3600 }, "expired authorization code"],
    ["for somebody who is not there", { sub: "nobody@example.com" }, "user hasn't approved this consumer"],
  ])("an assertion %s is refused", async (_name, claims, error_description) => {
    const opened = await openOrgSandbox({ now: () => start });
    opened.client.publicKey = pem;
    expect(await bear(opened, claims)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_description },
    });
  });

  test("an assertion that another key signed is refused", async () => {
    const opened = await openOrgSandbox({ now: () => start });
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    opened.client.publicKey = other.export({ type: "spki", format: "pem" }).toString();
    expect((await bear(opened)).status).toBe(400);
  });

  test("a client's own credentials give a session of the user it runs as", async () => {
    const opened = await openOrgSandbox();
    const { body } = await token(opened, { grant_type: "client_credentials" });
    expect(field(body, "id")).toContain(opened.org.integrationUserId);
    expect(body).not.toHaveProperty("refresh_token");
  });
});
