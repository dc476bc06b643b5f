import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { rawRequest, startServer, STEP_KEY, type RawAnswer, type TestServer } from "./kit.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ limits: { oauth: { max: 1_000, timeWindow: 60_000 } } });
});
afterEach(async () => {
  await server.app.close();
});

interface Begun {
  readonly state: string;
  readonly challenge: string;
  readonly cookie: string;
  readonly attributes: string;
}

async function begin(): Promise<Begun> {
  const answer = await rawRequest(server, { path: "/oauth/hubspot/install" });
  expect(answer.status).toBe(302);
  const query = new URL(String(answer.headers["location"])).searchParams;
  const [cookie = "", ...attributes] = String(answer.headers["set-cookie"]).split("; ");
  return {
    state: query.get("state") ?? "",
    challenge: query.get("code_challenge") ?? "",
    cookie,
    attributes: attributes.join("; "),
  };
}

async function callback(query: string, cookie?: string): Promise<RawAnswer> {
  const headers = cookie === undefined ? {} : { cookie };
  return await rawRequest(server, { path: `/oauth/hubspot/callback?${query}`, headers });
}

describe("an installation", () => {
  test("ends with tokens saved, the account prepared and a page that says so", async () => {
    const { state, cookie } = await begin();
    const answer = await callback(`code=c-1&state=${state}`, `other=1; ${cookie}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("Baton is installed in HubSpot");
    expect(answer.body).toContain("62515");
    expect(answer.body).toContain("Lists cannot be read");
    expect(answer.body).not.toContain("Deals cannot be read");
    expect(server.memory.installations.get("i-1")).toMatchObject({
      tenant: "62515",
      capabilities: { taskKey: "unique-property", deals: true },
    });
    expect(server.crm.closedCount).toBe(1);
  });

  test.each<[string, BatonError | undefined]>([
    ["ready", undefined],
    ["not ready yet", new BatonError("crm.timeout", "HubSpot did not answer in time.")],
  ])("that is %s shows what to paste, escaped, where nobody keeps it", async (_name, fault) => {
    server.crm.prepareFails = fault;
    const { state, cookie } = await begin();
    const answer = await callback(`code=c-1&state=${state}`, cookie);
    expect(answer.body).toContain("What &lt;62515&gt; pastes");
    expect(answer.body).toContain(`<code>{ &#34;key&#34;: &#34;${STEP_KEY}&#34; }</code>`);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
    expect(server.logged()).toContain("installed");
    expect(server.logged() + JSON.stringify([...server.memory.installations])).not.toContain(STEP_KEY);
  });

  test("proves itself with the verifier of the challenge it began with", async () => {
    const { state, challenge, cookie } = await begin();
    await callback(`code=c-1&state=${state}`, cookie);
    const verifier = server.crm.exchanged[0]?.verifier ?? "";
    expect(createHash("sha256").update(verifier).digest("base64url")).toBe(challenge);
    expect(verifier).toMatch(/^[\w-]{43}$/);
  });

  test("leaves a cookie that scripts, other hosts and other paths cannot touch", async () => {
    const { cookie, attributes } = await begin();
    expect(cookie).toMatch(/^__Host-baton-install=[\w-]{43}$/);
    expect(attributes).toBe("Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
  });

  test("of which the account could not be prepared is kept and says what to do", async () => {
    server.crm.prepareFails = new BatonError(
      "crm.forbidden",
      "The scope crm.schemas.contacts.write is missing.",
    );
    const { state, cookie } = await begin();
    const answer = await callback(`code=c-1&state=${state}`, cookie);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("not ready yet");
    expect(answer.body).toContain("crm.forbidden");
    expect(server.memory.installations.get("i-1")).toMatchObject({ capabilities: { taskKey: "marker" } });
    expect(server.crm.closedCount).toBe(1);
  });

  test("whose code the CRM refuses saves nothing", async () => {
    server.crm.exchangeFails = new BatonError(
      "install.code-refused",
      "HubSpot refused the code. Start again.",
    );
    const { state, cookie } = await begin();
    const answer = await callback(`code=c-1&state=${state}`, cookie);
    expect(answer.status).toBe(401);
    expect(answer.body).toContain("install.code-refused");
    expect(server.memory.installations.size).toBe(0);
  });

  test("that fails for an unforeseen reason tells nothing of it", async () => {
    server.crm.exchangeFails = new Error("secret-42 of ana@example.com");
    const { state, cookie } = await begin();
    const answer = await callback(`code=c-1&state=${state}`, cookie);
    expect(answer.status).toBe(500);
    expect(answer.body + server.logged()).not.toMatch(/secret-42|ana@example/);
  });
});

describe("a callback is refused", () => {
  test("the second time", async () => {
    const { state, cookie } = await begin();
    await callback(`code=c-1&state=${state}`, cookie);
    const again = await callback(`code=c-1&state=${state}`, cookie);
    expect(again.status).toBe(400);
    expect(again.body).toContain("install.bad-state");
    expect(server.crm.exchanged).toHaveLength(1);
  });

  test("after ten minutes, and not a moment before", async () => {
    const early = await begin();
    const late = await begin();
    server.memory.now += 10 * MINUTE_MS - 1;
    expect((await callback(`code=c-1&state=${early.state}`, early.cookie)).status).toBe(200);
    server.memory.now += 1;
    expect((await callback(`code=c-1&state=${late.state}`, late.cookie)).status).toBe(400);
  });

  test("in another browser, and the state is spent", async () => {
    const mine = await begin();
    const theirs = await begin();
    expect((await callback(`code=c-1&state=${mine.state}`, theirs.cookie)).status).toBe(400);
    expect((await callback(`code=c-1&state=${mine.state}`, mine.cookie)).status).toBe(400);
    expect(server.crm.exchanged).toHaveLength(0);
  });

  test("when the admin said no", async () => {
    const { state, cookie } = await begin();
    const answer = await callback(`error=access_denied&error_description=<b>no</b>&state=${state}`, cookie);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("access_denied");
    expect(answer.body).not.toContain("<b>no</b>");
  });

  const nonsense: readonly (readonly [string, (begun: Begun) => string])[] = [
    ["without anything", () => ""],
    ["without a state", () => "code=c-1"],
    ["with an empty state", () => "code=c-1&state="],
    ["with a made-up state", () => `code=c-1&state=${"A".repeat(43)}`],
    ["with a state that is a path", () => "code=c-1&state=../../etc/passwd"],
    ["with __proto__ as a parameter", () => "__proto__[code]=c-1&constructor=1"],
    ["with two states", ({ state }) => `code=c-1&state=${state}&state=${state}`],
    ["with two codes", ({ state }) => `code=c-1&code=c-2&state=${state}`],
    ["without a code", ({ state }) => `state=${state}`],
    ["with blanks in the code", ({ state }) => `code=%0d%0a&state=${state}`],
    ["with an endless code", ({ state }) => `code=${"c".repeat(3_000)}&state=${state}`],
  ];
  test.for(nonsense)("%s", async ([, query]) => {
    const begun = await begin();
    const answer = await callback(query(begun), begun.cookie);
    expect(answer.status).toBe(400);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(server.crm.exchanged).toHaveLength(0);
  });

  test("with markup for an error, which is not repeated", async () => {
    const { state, cookie } = await begin();
    const answer = await callback(`error=%3Cscript%3E&state=${state}`, cookie);
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain("<script");
  });
});

test("on http on this machine the cookie needs no https", async () => {
  await server.app.close();
  server = await startServer({ config: { publicUrl: "http://localhost:3000", trustProxy: false } });
  const { cookie, attributes } = await begin();
  expect(cookie).toMatch(/^baton-install=/);
  expect(attributes).not.toContain("Secure");
});

test("an address begins few installations a minute", async () => {
  await server.app.close();
  server = await startServer({ limits: { oauth: { max: 1, timeWindow: 60_000 } } });
  await begin();
  const answer = await rawRequest(server, { path: "/oauth/hubspot/install" });
  expect(answer.status).toBe(429);
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
});
