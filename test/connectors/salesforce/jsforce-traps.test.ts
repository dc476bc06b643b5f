/**
 * What `@jsforce/jsforce-node` does where Baton has code of its own: docs/decisions/0027-salesforce.md. Each of these is a reason; one
 * that fails is a trap the library has taken away, and a reason to look at that decision again.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Connection, OAuth2 } from "@jsforce/jsforce-node";
import { StreamingExtension } from "@jsforce/jsforce-node/lib/api/streaming.js";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { json, openDesk, raw } from "./server.ts";
import type { Desk } from "./server.ts";

/** More than any caller would want a call to be repeated. */
const MANY = 20;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.asked.length = 0;
  desk.answer = json({});
});

function connection(part: ConstructorParameters<typeof Connection>[0] = {}): Connection {
  return new Connection({ instanceUrl: desk.url, accessToken: "access-1", version: "67.0", ...part });
}

test("a value breaks out of its quotes, because backslashes are not escaped", async () => {
  const condition = { LastName: String.raw`x\' OR Name != '` };
  const text = await connection().sobject("Lead").find(condition, ["Id"]).toSOQL();
  expect(text).toBe(String.raw`SELECT Id FROM Lead WHERE LastName = 'x\\' OR Name != \''`);
});

test.each([
  ["a value that is missing", { Email: undefined }],
  ["a list without values", { Id: { $in: [] } }],
])("%s is no condition, and every record is found", async (_what, condition) => {
  const query = connection().sobject("Lead").find(condition, ["Id"]);
  expect(await query.toSOQL()).toBe("SELECT Id FROM Lead");
});

test("an id or an external id leads to another record, or another object", async () => {
  const leads = connection().sobject("Lead");
  await leads.retrieve("../Account/001x");
  await leads.update({ Id: "../Account/001x", Title: "VP" });
  await leads.upsert({ Key__c: "a/../../Account?x=1#", Title: "VP" }, "Key__c");
  expect(desk.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /services/data/v67.0/sobjects/Account/001x",
    "PATCH /services/data/v67.0/sobjects/Account/001x",
    "PATCH /services/data/v67.0/sobjects/Lead/Account?x=1",
  ]);
});

test("a redirect takes the token to another host", async () => {
  const other = await openDesk();
  desk.answer = raw("", 302, { location: `${other.url.replace("127.0.0.1", "localhost")}/elsewhere` });
  await Promise.allSettled([connection().query("SELECT Id FROM Lead")]);
  const tokens = other.asked.map(({ headers }) => headers.authorization);
  other.close();
  // Where `localhost` is not this address, nothing was followed to be seen.
  expect(tokens).toEqual(["Bearer access-1"]);
});

test("a session that stays refused is renewed without end", async () => {
  desk.answer = json([{ errorCode: "INVALID_SESSION_ID", message: "said" }], 401);
  let renewals = 0;
  const refreshFn: NonNullable<ConstructorParameters<typeof Connection>[0]>["refreshFn"] = (_, callback) => {
    renewals += 1;
    if (renewals > MANY) callback(new Error("enough"));
    else callback(null, `access-${renewals}`);
  };
  await Promise.allSettled([connection({ refreshFn }).query("SELECT Id FROM Lead")]);
  expect(renewals).toBe(MANY + 1);
});

test("the refresh token that replaces the one that was used is lost", async () => {
  desk.answer = (response, asked) => {
    const renewed = {
      access_token: "access-2",
      refresh_token: "refresh-2",
      instance_url: desk.url,
      id: "/id/00D/005",
    };
    const isNew = asked.headers.authorization === "Bearer access-2";
    if (asked.path.endsWith("/token")) json(renewed)(response, asked);
    else if (isNew) json({ records: [], done: true })(response, asked);
    else json([{ errorCode: "INVALID_SESSION_ID", message: "said" }], 401)(response, asked);
  };
  const oauth2 = {
    clientId: "app",
    clientSecret: "secret",
    redirectUri: "https://x.example",
    loginUrl: desk.url,
  };
  const held = connection({ oauth2, refreshToken: "refresh-1" });
  await held.query("SELECT Id FROM Lead");
  expect([held.accessToken, held.refreshToken]).toEqual(["access-2", "refresh-1"]);
});

test("its PKCE names no method and makes a verifier that is too long", () => {
  const oauth = new OAuth2({
    clientId: "app",
    redirectUri: "https://x.example",
    loginUrl: desk.url,
    useVerifier: true,
  });
  expect(oauth.getAuthorizationUrl({})).not.toContain("code_challenge_method");
  // RFC 7636: 43 to 128 characters.
  expect(oauth.codeVerifier?.length).toBeGreaterThan(128);
});

test("without a version it speaks one of 2020", () => {
  expect(new Connection({ instanceUrl: desk.url, accessToken: "access-1" }).version).toBe("50.0");
});

test("a connection that breaks in the middle of an answer ends the process", async () => {
  desk.answer = (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write("{", () => response.destroy());
  };
  const script = `
    import { Connection } from "@jsforce/jsforce-node";
    process.on("uncaughtException", () => { console.log("uncaught"); process.exit(0); });
    const connection = new Connection({ instanceUrl: ${JSON.stringify(desk.url)}, accessToken: "a", version: "67.0" });
    connection.query("SELECT Id FROM Lead").then(() => console.log("answered"), () => console.log("rejected"));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: new URL("../../../", import.meta.url).pathname,
  });
  expect(stdout.trim()).toBe("uncaught");
});

/** A stream of the desk: what it answers to each kind of message, and how often each was said. */
function stream(answers: Readonly<Record<string, (nth: number) => object>>): Map<string, number> {
  const said = new Map<string, number>();
  desk.answer = (response, asked) => {
    // It tries other ways of talking with requests that hold nothing.
    const messages: { channel: string; id?: string; subscription?: string }[] = JSON.parse(
      asked.text || "[]",
    );
    const replies = messages.map(({ channel, id, subscription }) => {
      const nth = (said.get(channel) ?? 0) + 1;
      said.set(channel, nth);
      return { channel, id, subscription, successful: true, ...answers[channel]?.(nth) };
    });
    json(replies)(response, asked);
  };
  return said;
}
const hello = () => ({
  clientId: "c",
  version: "1.0",
  supportedConnectionTypes: ["long-polling"],
  advice: { reconnect: "retry", interval: 0, timeout: 1_000 },
});

test("a stream whose place is refused after a break goes on, and nobody is told that it hears nothing", async () => {
  const said = stream({
    "/meta/handshake": hello,
    "/meta/subscribe": (nth) => (nth === 1 ? {} : { successful: false, error: "400::The replayId {7} …" }),
    // The server has forgotten the client once; then all is well, but for the subscription.
    "/meta/connect": (nth) =>
      nth === 2
        ? { successful: false, error: "403::Unknown client", advice: { reconnect: "handshake", interval: 0 } }
        : { advice: { reconnect: "retry", interval: 20 } },
  });
  const troubles: unknown[] = [];
  const extensions = [
    new StreamingExtension.Replay("/data/LeadChangeEvent", 7),
    new StreamingExtension.AuthFailure((trouble: unknown) => troubles.push(trouble)),
  ];
  const client = connection().streaming.createClient(extensions);
  onTestFinished(() => void Reflect.apply(Reflect.get(client, "disconnect"), client, []));
  Reflect.apply(Reflect.get(client, "on"), client, ["transport:down", () => troubles.push("down")]);
  const subscription = client.subscribe("/data/LeadChangeEvent", () => undefined);
  Reflect.apply(Reflect.get(subscription, "errback"), subscription, [
    (trouble: unknown) => troubles.push(trouble),
  ]);
  await expect.poll(() => said.get("/meta/subscribe"), { timeout: 10_000 }).toBe(2);
  const polls = said.get("/meta/connect") ?? 0;
  await expect.poll(() => said.get("/meta/connect"), { timeout: 10_000 }).toBeGreaterThan(polls + 3);
  expect(troubles).toEqual([]);
});

test("a stream keeps the token it was made with", async () => {
  const said = stream({
    "/meta/handshake": hello,
    "/meta/connect": () => ({
      successful: false,
      error: "403::Unknown client",
      advice: { reconnect: "handshake", interval: 20 },
    }),
  });
  const held = connection();
  const client = held.streaming.createClient([]);
  onTestFinished(() => void Reflect.apply(Reflect.get(client, "disconnect"), client, []));
  void client.subscribe("/data/LeadChangeEvent", () => undefined);
  await expect.poll(() => said.get("/meta/handshake"), { timeout: 10_000 }).toBeGreaterThan(0);
  held.accessToken = "access-2";
  const before = said.get("/meta/handshake") ?? 0;
  await expect.poll(() => said.get("/meta/handshake"), { timeout: 10_000 }).toBeGreaterThan(before + 1);
  expect(desk.asked.at(-1)?.headers.authorization).toBe("OAuth access-1");
});
