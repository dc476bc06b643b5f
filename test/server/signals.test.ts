import { Analytics } from "@segment/analytics-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Sighting } from "../../src/model/visitor.ts";
import type { Sender } from "../../src/signals/receive.ts";
import { rawRequest, startServer, type TestServer } from "./kit.ts";

const SENDERS = new Map<string, Sender>([
  ["key-1", { key: "k1", installation: "i-1", tenant: "62515" }],
  ["key-2", { key: "k2", installation: "i-2", tenant: "62516" }],
]);
const page = { messageId: "m-1", anonymousId: "vera-laptop", properties: { path: "/pricing" } };

let server: TestServer;
let stored: { installation: string; sighting: Sighting }[] = [];
let fails = false;
/** Awaited in the middle of storing. */
let commit = Promise.resolve();
beforeEach(async () => {
  stored = [];
  fails = false;
  commit = Promise.resolve();
  server = await startServer({
    signals: {
      senderOf: async (key) => SENDERS.get(key),
      inbox: {
        async store({ installation }, sightings) {
          await commit;
          if (fails) throw new Error("the disk is full");
          stored.push(...sightings.map((sighting) => ({ installation, sighting })));
          return { stored: sightings.length, duplicates: 0 };
        },
      },
      newId: () => "made-up",
      keepMs: 400 * 86_400_000,
    },
    limits: { signals: { max: 40, timeWindow: 60_000 }, failedSignatures: { max: 5, timeWindow: 60_000 } },
  });
});
afterEach(async () => {
  await server.app.close();
});

async function post(name: string, body: unknown, key: string | undefined = "key-1"): Promise<Response> {
  return await fetch(`${server.origin}/signals/v1/${name}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key === "" ? {} : { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("Segment's own client for Node", () => {
  test("delivers each of its calls", async () => {
    const client = new Analytics({
      writeKey: "key-1",
      host: server.origin,
      path: "/signals/v1/batch",
      maxRetries: 0,
    });
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error));
    client.page({ anonymousId: "a", properties: { path: "/pricing" } });
    client.track({ anonymousId: "a", event: "Webinar Attended", properties: { engagement: "strong" } });
    client.track({ userId: "97", event: "Workspace Activated" });
    client.group({ userId: "97", groupId: "northwind" });
    client.identify({ userId: "97", traits: { email: "Vera@Northwind.example" } });
    await client.closeAndFlush();
    expect(errors).toEqual([]);
    const signals = stored.map(({ sighting }) => sighting.signal);
    expect(signals).toMatchObject(
      [
        { kind: "page-viewed", page: "/pricing" },
        { kind: "webinar-attended", engagement: "strong" },
        { kind: "product", event: "Workspace Activated" },
        {},
        {},
      ].map((one) => (Object.keys(one).length === 0 ? undefined : one)),
    );
    expect(stored.at(-1)?.sighting.visitor).toBe("email:vera@northwind.example");
    expect(new Set(stored.map(({ sighting }) => sighting.key)).size).toBe(5);
    // The client's clock is not the server's: its delay of some milliseconds is all that is left.
    for (const { sighting } of stored) expect(server.memory.now - sighting.at).toBeLessThan(60_000);
  });

  test("hears of a wrong key", async () => {
    const client = new Analytics({
      writeKey: "key-9",
      host: server.origin,
      path: "/signals/v1/batch",
      maxRetries: 0,
    });
    const statuses: number[] = [];
    client.on("http_response", ({ status }) => statuses.push(status));
    client.on("error", () => undefined);
    client.page({ anonymousId: "a" });
    await client.closeAndFlush();
    expect(statuses).toEqual([401]);
    expect(stored).toEqual([]);
  });
});

describe("each address", () => {
  test.each(["track", "identify", "group", "page"])("/%s takes one message", async (name) => {
    const answer = await post(name, { ...page, event: "Demo Booked" });
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
    expect(stored).toHaveLength(1);
  });

  test("a write key's messages go to its installation alone", async () => {
    await post("page", page, "key-1");
    await post("page", page, "key-2");
    expect(stored.map(({ installation }) => installation)).toEqual(["i-1", "i-2"]);
  });

  test("a batch with a bad message keeps the good ones and names the bad", async () => {
    const answer = await post("batch", { batch: [{ type: "page", ...page }, { type: "page" }, 7] });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      success: true,
      refusedCount: 2,
      refused: [
        { index: 1, code: "receive.bad-event", reason: "neither userId nor anonymousId says who it was" },
        { index: 2, code: "receive.bad-event", reason: "it is no object" },
      ],
    });
    expect(stored).toHaveLength(1);
  });

  test.each<[string, string, unknown, number, string]>([
    ["a bad message", "track", { anonymousId: "a" }, 400, "receive.bad-event"],
    ["no JSON", "page", "{", 400, "receive.bad-body"],
    ["a batch without a list", "batch", {}, 400, "receive.bad-body"],
    ["a message above 32 kB", "page", { ...page, x: "x".repeat(33_000) }, 413, "receive.too-large"],
    ["a batch above 500 kB", "batch", { batch: [], x: "x".repeat(513_000) }, 413, "receive.too-large"],
  ])("%s is refused with its code", async (_name, address, body, status, code) => {
    const answer = await post(address, body);
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error: expect.objectContaining({ code }) },
    ]);
    expect(stored).toEqual([]);
  });

  test("other methods and a browser's preflight get 405 and no permission", async () => {
    for (const method of ["GET", "OPTIONS"]) {
      const answer = await fetch(`${server.origin}/signals/v1/track`, {
        method,
        headers: { origin: "https://www.acme.example" },
      });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

test("a 2xx comes after the commit, never before", async () => {
  const held = Promise.withResolvers<void>();
  commit = held.promise;
  let isAnswered = false;
  const answer = post("page", page).finally(() => {
    isAnswered = true;
  });
  await fetch(`${server.origin}/healthz`);
  expect([isAnswered, stored.length]).toEqual([false, 0]);
  held.resolve();
  expect((await answer).status).toBe(200);
  expect(stored).toHaveLength(1);
});

describe("what cannot be kept now", () => {
  test("is answered 503 with a time to come back", async () => {
    fails = true;
    const answer = await post("page", page);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await answer.json()).toMatchObject({ error: { code: "receive.not-stored" } });
  });

  test("a key that sends too much is told to wait, and the other is not", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 42; count += 1) statuses.push((await post("page", page)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
    expect(statuses.at(-1)).toBe(429);
    expect((await post("page", page, "key-2")).status).toBe(200);
  });
});

describe("a key", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ["is missing", {}],
    ["is unknown", { authorization: "Basic a2V5LTk6" }],
    ["is no base64", { authorization: "Basic ???" }],
    ["is a bearer token", { authorization: "Bearer key-1" }],
  ])("that %s is answered 401 before a body is read", async (_name, headers) => {
    const answer = await rawRequest(server, {
      method: "POST",
      path: "/signals/v1/batch",
      headers: { ...headers, "content-type": "application/json" },
      body: "{",
    });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain("receive.bad-key");
  });

  test("guessed again and again is answered 429, and good keys still work", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) statuses.push((await post("page", page, "key-9")).status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
    expect((await post("page", page)).status).toBe(200);
  });
});

test("neither keys, nor people, nor what they did are logged", async () => {
  await post("identify", { userId: "vera@northwind.example", traits: { name: "Vera Lang" } });
  await post("track", { userId: "vera@northwind.example", event: "" });
  await post("batch", { batch: [{ type: "track", userId: "vera@northwind.example", timestamp: "noon" }] });
  fails = true;
  await post("page", { ...page, userId: "vera@northwind.example" });
  expect(server.logged()).toContain("/signals/v1/track");
  expect(server.logged()).not.toMatch(/vera|northwind|Lang|pricing|key-1|a2V5/i);
});
