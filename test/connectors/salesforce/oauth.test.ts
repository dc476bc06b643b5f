import { createVerify, generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SalesforceConfig } from "../../../connectors/salesforce/config.ts";
import { salesforceOAuth } from "../../../connectors/salesforce/oauth.ts";
import type { SalesforceOAuth } from "../../../connectors/salesforce/oauth.ts";
import type { Tokens } from "../../../src/tokens.ts";
import { aConfig, cut, errorOf, json, NOW, openDesk, ORG, raw, SHORT, someTokens } from "./server.ts";
import type { Answer, Desk } from "./server.ts";

const KEYS = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const PEM = KEYS.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const JWT = { kind: "jwt", username: "baton@acme.example", privateKey: PEM } as const;
const TWO_HOURS = 7_200_000;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.asked.length = 0;
});

/** As the classic token endpoint answers: no word on how long the token lives. */
function token(part: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    access_token: "00D-access-2",
    refresh_token: "5Aep-refresh-2",
    instance_url: desk.url,
    id: `https://login.salesforce.com/id/${ORG}/0055g000001abcDAAQ`,
    scope: "refresh_token api",
    issued_at: "1700000000000",
    signature: "c2lnbmVk",
    token_type: "Bearer",
    ...part,
  };
}

function client(part: Partial<SalesforceConfig> = {}): SalesforceOAuth {
  return salesforceOAuth(aConfig(desk.url, part), SHORT);
}
const held = (): Tokens => someTokens(desk.url);
const exchange = (oauth = client()): Promise<unknown> => oauth.exchange("the-code", "the-verifier", NOW);
const refresh = (oauth = client(), tokens = held()): Promise<Tokens> => oauth.refresh(ORG, tokens);

test("the link to install asks for the API and for tokens while nobody is signed in, with PKCE", () => {
  const config = { loginUrl: "https://acme.my.salesforce.com" };
  const url = new URL(client(config).authorizeUrl("the state/1", "the-challenge"));
  expect(url.origin + url.pathname).toBe("https://acme.my.salesforce.com/services/oauth2/authorize");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: "code",
    client_id: "consumer-key",
    redirect_uri: "https://baton.example.com/oauth/salesforce/callback",
    scope: "api refresh_token",
    state: "the state/1",
    code_challenge: "the-challenge",
    code_challenge_method: "S256",
  });
  expect(url.search).toContain("scope=api%20refresh_token");
});

describe("a code", () => {
  test("is redeemed with the verifier and the newest secret, for the tokens of an org", async () => {
    desk.answer = json(token());
    expect(await exchange()).toEqual({
      tenant: ORG,
      tokens: {
        access: "00D-access-2",
        refresh: "5Aep-refresh-2",
        expiresAt: expect.any(Number),
        scopes: ["refresh_token", "api"],
        instanceUrl: desk.url,
      },
    });
    expect(desk.asked).toMatchObject([
      {
        method: "POST",
        path: "/services/oauth2/token",
        fields: {
          grant_type: "authorization_code",
          code: "the-code",
          code_verifier: "the-verifier",
          redirect_uri: "https://baton.example.com/oauth/salesforce/callback",
          client_id: "consumer-key",
          client_secret: "newest-secret",
        },
      },
    ]);
  });

  test("gives tokens that are renewed before the two hours of the default session are over", async () => {
    desk.answer = json(token());
    const { tokens } = await client().exchange("the-code", "the-verifier", NOW);
    expect(tokens.expiresAt).toBeGreaterThan(NOW + TWO_HOURS / 2);
    expect(tokens.expiresAt).toBeLessThan(NOW + TWO_HOURS);
  });

  test("of an org with a short id is known by the long one", async () => {
    desk.answer = json(token({ id: `https://test.salesforce.com/id/${ORG.slice(0, 15)}/0055g000001abcD` }));
    expect(await exchange()).toMatchObject({ tenant: ORG });
  });

  test.each([
    [{ scope: "refresh_token id" }, "install.missing-scope"],
    [{ refresh_token: undefined }, "install.missing-scope"],
    [{ id: undefined }, "crm.bad-answer"],
    [{ id: "https://login.salesforce.com/id/0055g000001abcDAAQ/0055g000001abcDAAQ" }, "crm.bad-answer"],
    [{ instance_url: undefined }, "crm.bad-answer"],
    [{ instance_url: "https://evil.example" }, "config.sandbox-guard"],
    [{ access_token: "two words" }, "crm.bad-answer"],
    [{ access_token: undefined }, "crm.bad-answer"],
  ])("with %j granted ends in %s", async (part, code) => {
    desk.answer = json(token(part));
    expect((await errorOf(exchange())).code).toBe(code);
  });
});

describe("a refresh", () => {
  test("keeps the token that replaces the one that was used", async () => {
    desk.answer = json(token());
    expect(await refresh()).toMatchObject({ access: "00D-access-2", refresh: "5Aep-refresh-2" });
    expect(desk.asked[0]?.fields).toEqual({
      grant_type: "refresh_token",
      refresh_token: "5Aep-refresh-1",
      client_id: "consumer-key",
      client_secret: "newest-secret",
    });
  });

  test("without one keeps the one it has, and what else Salesforce leaves out", async () => {
    desk.answer = json({ access_token: "00D-access-2" });
    expect(await refresh()).toMatchObject({
      refresh: "5Aep-refresh-1",
      scopes: ["api", "refresh_token"],
      instanceUrl: desk.url,
    });
  });

  test("follows an org that moved, to Salesforce's hosts only", async () => {
    const live = client({ loginUrl: desk.url });
    desk.answer = json(token({ instance_url: "http://localhost:4999" }));
    expect(await refresh(live)).toMatchObject({ instanceUrl: "http://localhost:4999" });
    desk.answer = json(token({ instance_url: "https://acme.my.salesforce.com" }));
    expect((await errorOf(refresh(live))).code).toBe("config.sandbox-guard");
  });

  test("that opens another org is nobody's", async () => {
    desk.answer = json(
      token({ id: "https://login.salesforce.com/id/00D000000000001EAA/0055g000001abcDAAQ" }),
    );
    const error = await errorOf(refresh());
    expect([error.code, error.message]).toEqual([
      "config.invalid",
      expect.stringContaining("00D000000000001EAA"),
    ]);
  });

  test("is not sent when somebody else may be renewing by now", async () => {
    desk.answer = json(token());
    expect((await errorOf(client().refresh(ORG, held(), () => false))).code).toBe("crm.timeout");
    expect(desk.asked).toEqual([]);
  });
});

describe("a key of Baton's own", () => {
  const minted = (): Record<string, unknown> => token({ refresh_token: undefined, scope: "api" });

  test("signs for three minutes, for the user, at the login server", async () => {
    desk.answer = json(minted());
    const grant = await client({ grant: JWT }).mint(NOW);
    expect(grant).toMatchObject({ tenant: ORG, tokens: { access: "00D-access-2", refresh: "" } });
    const { assertion = "", grant_type: kind } = desk.asked[0]?.fields ?? {};
    expect(kind).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", claims = "", signature = ""] = assertion.split(".");
    expect([head, claims].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()))).toEqual([
      { alg: "RS256", typ: "JWT" },
      { iss: "consumer-key", sub: "baton@acme.example", aud: desk.url, exp: NOW / 1_000 + 180 },
    ]);
    const signed = createVerify("RSA-SHA256").update(`${head}.${claims}`);
    expect(signed.verify(KEYS.publicKey, signature, "base64url")).toBe(true);
    expect(Object.keys(desk.asked[0]?.fields ?? {})).not.toContain("client_secret");
  });

  test("is used again to renew, because there is no refresh token", async () => {
    desk.answer = json(minted());
    const tokens = someTokens(desk.url, { refresh: "" });
    expect(await refresh(client({ grant: JWT }), tokens)).toMatchObject({
      access: "00D-access-2",
      refresh: "",
    });
    expect(desk.asked).toHaveLength(1);
  });

  test("of a changed configuration never opens another org under the first one's name", async () => {
    desk.answer = json({ ...minted(), id: "https://x/id/00D000000000001EAA/0055g000001abcDAAQ" });
    const tokens = someTokens(desk.url, { refresh: "" });
    expect((await errorOf(refresh(client({ grant: JWT }), tokens))).code).toBe("config.invalid");
  });

  test("may be that of the user an app runs as", async () => {
    desk.answer = json(minted());
    await client({ grant: { kind: "client-credentials" } }).mint(NOW);
    expect(desk.asked[0]?.fields).toEqual({
      grant_type: "client_credentials",
      client_id: "consumer-key",
      client_secret: "newest-secret",
    });
  });

  test("means that nobody signs in", async () => {
    const oauth = client({ grant: JWT });
    expect(() => oauth.authorizeUrl("state", "challenge")).toThrow(/Connect the org from the command line/);
    expect((await errorOf(exchange(oauth))).code).toBe("config.invalid");
    expect(desk.asked).toEqual([]);
  });

  test("that is refused has disconnected nobody", async () => {
    desk.answer = json({ error: "invalid_grant", error_description: "user hasn't approved" }, 400);
    const tokens = someTokens(desk.url, { refresh: "" });
    expect((await errorOf(refresh(client({ grant: JWT }), tokens))).code).toBe("config.invalid");
  });

  test("that is gone leaves tokens that cannot be renewed", async () => {
    const tokens = someTokens(desk.url, { refresh: "" });
    expect((await errorOf(refresh(client(), tokens))).code).toBe("config.invalid");
  });

  test("that is none is not repeated", async () => {
    const oauth = client({ grant: { ...JWT, privateKey: "-----BEGIN hunter2" } });
    const error = await errorOf(oauth.mint(NOW));
    expect(error.code).toBe("config.invalid");
    expect(inspect(error)).not.toContain("hunter2");
  });
});

test("leaving voids the refresh token, or the only token there is", async () => {
  desk.answer = raw("");
  await client().revoke(held());
  await client().revoke(someTokens(desk.url, { refresh: "" }));
  expect(desk.asked.map(({ path, fields }) => [path, fields])).toEqual([
    ["/services/oauth2/revoke", { token: "5Aep-refresh-1" }],
    ["/services/oauth2/revoke", { token: "00D-access-1" }],
  ]);
});

describe("a refusal", () => {
  const refusal = (error: string, status = 400): Answer => json({ error, error_description: "said" }, status);
  const refusals: readonly (readonly [string, Answer, string, string])[] = [
    ["a void grant", refusal("invalid_grant"), "install.code-refused", "crm.disconnected"],
    ["an inactive user", refusal("inactive_user"), "install.code-refused", "crm.disconnected"],
    ["an inactive org", refusal("inactive_org"), "install.code-refused", "crm.disconnected"],
    ["a wrong secret", refusal("invalid_client"), "config.invalid", "config.invalid"],
    ["an unknown app", refusal("invalid_client_id"), "config.invalid", "config.invalid"],
    ["an app that is not let in", refusal("invalid_app_access"), "config.invalid", "config.invalid"],
    ["too many logins", refusal("rate_limit_exceeded"), "crm.rate-limited", "crm.rate-limited"],
    ["Salesforce's own fault", refusal("unknown_error"), "crm.server-error", "crm.server-error"],
    ["a new word", refusal("something_new"), "install.code-refused", "crm.bad-answer"],
    ["429 with a void grant's word", refusal("invalid_grant", 429), "crm.rate-limited", "crm.rate-limited"],
    ["503 with a void grant's word", refusal("invalid_grant", 503), "crm.server-error", "crm.server-error"],
    ["a redirect", raw("", 302, { location: "/elsewhere" }), "crm.redirected", "crm.redirected"],
    ["a page", raw("<html>"), "crm.bad-answer", "crm.bad-answer"],
    ["a broken connection", cut, "crm.unreachable", "crm.unreachable"],
    ["silence", () => undefined, "crm.timeout", "crm.timeout"],
  ];
  test.each(refusals)("%s", async (_what, given, exchanged, refreshed) => {
    desk.answer = given;
    const [first, second] = [await errorOf(exchange()), await errorOf(refresh())];
    expect([first.code, second.code]).toEqual([exchanged, refreshed]);
    // Sent once each: nothing is followed or repeated.
    expect(desk.asked).toHaveLength(2);
  });

  test("never repeats a token, a code or a secret", async () => {
    desk.answer = (response, asked) => {
      const { refresh_token: sent, code, client_secret: secret } = asked.fields;
      json({ error: sent ?? code, error_description: secret }, 400)(response, asked);
    };
    const shown = inspect([await errorOf(exchange()), await errorOf(refresh())], { depth: 9 });
    for (const secret of ["the-code", "the-verifier", "5Aep", "newest-secret", "older-secret"])
      expect(shown).not.toContain(secret);
  });
});
