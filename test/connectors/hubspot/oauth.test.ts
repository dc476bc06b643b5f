import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import app from "../../../app.json" with { type: "json" };
import type { HubSpotConfig } from "../../../connectors/hubspot/config.ts";
import { hubspotOAuth } from "../../../connectors/hubspot/oauth.ts";
import type { HubSpotOAuth } from "../../../connectors/hubspot/oauth.ts";
import { BatonError } from "../../../src/errors.ts";
import type { Tokens } from "../../../src/tokens.ts";

const NOW = 1_700_000_000_000;
const REDIRECT = "https://baton.example.com/oauth/hubspot/callback";
const TIMEOUTS = { connectMs: 500, answerMs: 150, totalMs: 400 };

/** What the stand-in token endpoint received, and how it is to answer. */
interface Call {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}
type Answer = (response: ServerResponse, call: Call) => void;

const calls: Call[] = [];
let answer: Answer = () => undefined;
let apiUrl = "";

const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
  const call = { path: request.url ?? "", contentType: request.headers["content-type"], fields };
  calls.push(call);
  answer(response, call);
}

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  apiUrl = `http://127.0.0.1:${isPort(address) ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls.length = 0;
});

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

function fixture(name: string): Record<string, unknown> {
  const url = new URL(`../../../fixtures/hubspot/oauth/${name}.json`, import.meta.url);
  const content: Record<string, unknown> = JSON.parse(readFileSync(url, "utf8"));
  return content;
}

const TOKEN = fixture("token");
const VOID_GRANT = fixture("bad-refresh-token");
const HELD: Tokens = { access: "CNi-old", refresh: "na1-old", expiresAt: NOW, scopes: ["oauth"] };

function client(fields: Partial<HubSpotConfig> = {}): HubSpotOAuth {
  return hubspotOAuth(
    {
      appId: "54321",
      clientId: "client-id",
      clientSecrets: ["newest-secret", "older-secret"],
      publicUrl: "https://baton.example.com",
      apiUrl,
      authorizeUrl: "https://app.hubspot.com/oauth/authorize",
      now: () => NOW,
      ...fields,
    },
    TIMEOUTS,
  );
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

function raw(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

async function errorOf(attempt: Promise<unknown>): Promise<BatonError> {
  const outcome: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof BatonError) return outcome;
  throw new Error("expected a BatonError", { cause: outcome });
}

const exchange = (oauth = client()): Promise<unknown> => oauth.exchange("the-code", "the-verifier", NOW);
const refresh = (oauth = client()): Promise<Tokens> => oauth.refresh(HELD);

describe("the link to install", () => {
  const url = new URL(client().authorizeUrl("state+/=&", "challenge-1"));

  test("asks for the declared scopes and carries state and challenge", () => {
    expect(url.origin + url.pathname).toBe("https://app.hubspot.com/oauth/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "client-id",
      redirect_uri: REDIRECT,
      scope: app.scopes.required.join(" "),
      optional_scope: app.scopes.optional.join(" "),
      state: "state+/=&",
      code_challenge: "challenge-1",
      code_challenge_method: "S256",
    });
  });

  test("separates scopes by %20 and holds no secret", () => {
    expect(url.search).toContain("scope=oauth%20crm.objects.contacts.read%20");
    expect(url.href).not.toContain("secret");
  });
});

describe("redeeming a code", () => {
  test("gives the portal and its tokens, out of one form-encoded call", async () => {
    answer = json(TOKEN);
    await expect(exchange()).resolves.toEqual({
      tenant: "62515",
      tokens: {
        access: "CNi-example-access",
        refresh: "na1-example-refresh",
        expiresAt: NOW + 1_800_000,
        scopes: TOKEN["scopes"],
      },
    });
    expect(calls).toEqual([
      {
        path: "/oauth/2026-03/token",
        contentType: "application/x-www-form-urlencoded",
        fields: {
          grant_type: "authorization_code",
          code: "the-code",
          redirect_uri: REDIRECT,
          code_verifier: "the-verifier",
          client_id: "client-id",
          client_secret: "newest-secret",
        },
      },
    ]);
  });

  test("asks what the token opens when the answer does not say", async () => {
    const { hub_id: _hub, scopes: _scopes, ...bare } = TOKEN;
    answer = (response, call) => {
      const seen = { active: true, hub_id: 62_515, scopes: TOKEN["scopes"] };
      json(call.path.endsWith("/introspect") ? seen : bare)(response, call);
    };
    await expect(exchange()).resolves.toMatchObject({ tenant: "62515", tokens: { scopes: TOKEN["scopes"] } });
    expect(calls[1]).toMatchObject({
      path: "/oauth/2026-03/token/introspect",
      fields: { token: "CNi-example-access", token_type_hint: "access_token", client_id: "client-id" },
    });
  });

  test("a token nobody can name a portal for is a bad answer", async () => {
    const { hub_id: _hub, ...bare } = TOKEN;
    answer = (response, call) => {
      json(call.path.endsWith("/introspect") ? { active: false } : bare)(response, call);
    };
    expect((await errorOf(exchange())).code).toBe("crm.bad-answer");
  });

  test("a grant without a required scope is refused, by the scope's name", async () => {
    answer = json({ ...TOKEN, scopes: ["oauth", "forms"] });
    const error = await errorOf(exchange());
    expect(error.code).toBe("install.missing-scope");
    expect(error.message).toContain("crm.objects.contacts.write");
    expect(error.message).not.toContain("forms");
  });

  test("without a secret nothing is sent", async () => {
    expect((await errorOf(exchange(client({ clientSecrets: [] })))).code).toBe("config.invalid");
    expect(calls).toEqual([]);
  });
});

describe("refreshing", () => {
  test("sends the refresh token and keeps what comes back", async () => {
    answer = json({ ...TOKEN, refresh_token: "na1-rotated", scopes: ["oauth", "automation"] });
    await expect(refresh()).resolves.toEqual({
      access: "CNi-example-access",
      refresh: "na1-rotated",
      expiresAt: NOW + 1_800_000,
      scopes: ["oauth", "automation"],
    });
    expect(calls).toMatchObject([
      { path: "/oauth/2026-03/token", fields: { grant_type: "refresh_token", refresh_token: "na1-old" } },
    ]);
  });

  test("what does not come back stays", async () => {
    answer = json({ access_token: "CNi-new", expires_in: 1_800 });
    await expect(refresh()).resolves.toMatchObject({ refresh: "na1-old", scopes: ["oauth"] });
  });
});

describe("revoking", () => {
  test("voids the refresh token", async () => {
    answer = raw("", 204);
    await client().revoke(HELD);
    expect(calls).toMatchObject([
      {
        path: "/oauth/2026-03/token/revoke",
        fields: { token: "na1-old", token_type_hint: "refresh_token", client_id: "client-id" },
      },
    ]);
  });

  test("fails aloud", async () => {
    answer = raw("", 503);
    expect((await errorOf(client().revoke(HELD))).code).toBe("crm.server-error");
  });
});

const HTML = "<!doctype html><title>Bad gateway</title> BAD_REFRESH_TOKEN invalid_grant";

describe("what a refusal means: on exchange, on refresh", () => {
  test.each<{ name: string; given: Answer; exchanged: string; refreshed: string }>([
    {
      name: "400, the grant is void",
      given: json(VOID_GRANT, 400),
      exchanged: "install.code-refused",
      refreshed: "crm.disconnected",
    },
    {
      name: "401, the grant is void by its OAuth name only",
      given: json({ error: "invalid_grant" }, 401),
      exchanged: "install.code-refused",
      refreshed: "crm.disconnected",
    },
    {
      name: "400, the code is void",
      given: json({ status: "BAD_AUTH_CODE" }, 400),
      exchanged: "install.code-refused",
      refreshed: "crm.disconnected",
    },
    {
      name: "400, the app is not known",
      given: json({ status: "BAD_CLIENT_SECRET", error: "invalid_client" }, 400),
      exchanged: "config.invalid",
      refreshed: "config.invalid",
    },
    {
      name: "400 with another name",
      given: json({ status: "BAD_REDIRECT_URI", error: "invalid_request" }, 400),
      exchanged: "install.code-refused",
      refreshed: "crm.bad-answer",
    },
    {
      name: "403 as a page of something in between",
      given: raw(HTML, 403),
      exchanged: "install.code-refused",
      refreshed: "crm.bad-answer",
    },
    {
      name: "502 as a page that talks of void grants",
      given: raw(HTML, 502),
      exchanged: "crm.server-error",
      refreshed: "crm.server-error",
    },
    {
      name: "500 with the words of a void grant",
      given: json(VOID_GRANT, 500),
      exchanged: "crm.server-error",
      refreshed: "crm.server-error",
    },
    {
      name: "429 with the words of a void grant",
      given: json(VOID_GRANT, 429),
      exchanged: "crm.rate-limited",
      refreshed: "crm.rate-limited",
    },
    { name: "423", given: raw("", 423), exchanged: "crm.locked", refreshed: "crm.locked" },
    { name: "477", given: raw("", 477), exchanged: "crm.migrating", refreshed: "crm.migrating" },
    { name: "408", given: raw("", 408), exchanged: "crm.timeout", refreshed: "crm.timeout" },
    {
      name: "a redirect, which is not followed",
      given: raw("", 307, { location: "/oauth/2026-03/token" }),
      exchanged: "crm.redirected",
      refreshed: "crm.redirected",
    },
    { name: "200 without a body", given: raw(""), exchanged: "crm.bad-answer", refreshed: "crm.bad-answer" },
    { name: "200 as a page", given: raw(HTML), exchanged: "crm.bad-answer", refreshed: "crm.bad-answer" },
    {
      name: "200 with half a JSON",
      given: raw('{"access_token":"CN'),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "200 without an access token",
      given: json({ ...TOKEN, access_token: undefined }),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "200 with a life of words",
      given: json({ ...TOKEN, expires_in: "half an hour" }),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "200 with a life of less than nothing",
      given: json({ ...TOKEN, expires_in: -1 }),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "200 with a portal past 2^53",
      given: raw(JSON.stringify(TOKEN).replace("62515", "9007199254740993")),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "200 with scopes as text",
      given: json({ ...TOKEN, scopes: "oauth forms" }),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "200 with more than a token answer can weigh",
      given: json({ ...TOKEN, padding: "x".repeat(100_000) }),
      exchanged: "crm.bad-answer",
      refreshed: "crm.bad-answer",
    },
    {
      name: "a connection that ends in the middle",
      given: (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("{", () => response.destroy());
      },
      exchanged: "crm.unreachable",
      refreshed: "crm.unreachable",
    },
    {
      name: "a connection that is reset at once",
      given: (response) => void response.socket?.resetAndDestroy(),
      exchanged: "crm.unreachable",
      refreshed: "crm.unreachable",
    },
    {
      name: "silence",
      given: () => undefined,
      exchanged: "crm.timeout",
      refreshed: "crm.timeout",
    },
    {
      name: "headers, and then silence",
      given: (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("{");
      },
      exchanged: "crm.timeout",
      refreshed: "crm.timeout",
    },
    {
      name: "a body that drips for ever",
      given: (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => {
          clearInterval(timer);
        });
      },
      exchanged: "crm.timeout",
      refreshed: "crm.timeout",
    },
  ])("$name: $exchanged, $refreshed", async ({ given, exchanged, refreshed }) => {
    answer = given;
    const first = await errorOf(exchange());
    const second = await errorOf(refresh());
    expect([first.code, second.code]).toEqual([exchanged, refreshed]);
    // Sent once each: nothing is followed or repeated.
    expect(calls.length).toBe(2);
  });

  test("nobody listening is no disconnection", async () => {
    const oauth = client({ apiUrl: "http://127.0.0.1:1" });
    expect((await errorOf(refresh(oauth))).code).toBe("crm.unreachable");
  });

  test.each([
    ["7", 7_000],
    ["tomorrow", undefined],
    ["-1", undefined],
  ])("Retry-After: %s", async (value, retryAfterMs) => {
    answer = raw("", 503, { "retry-after": value });
    expect((await errorOf(refresh())).retryAfterMs).toBe(retryAfterMs);
  });

  test("no error holds a token, a code or a secret, even when HubSpot repeats them", async () => {
    answer = (response, call) => {
      const echo = {
        status: call.fields["refresh_token"] ?? call.fields["code"],
        message: call.fields["client_secret"],
      };
      json(echo, 400)(response, call);
    };
    const shown = inspect([await errorOf(exchange()), await errorOf(refresh())], { depth: 9 });
    for (const secret of ["the-code", "the-verifier", "na1-old", "newest-secret", "older-secret"]) {
      expect(shown).not.toContain(secret);
    }
  });
});
