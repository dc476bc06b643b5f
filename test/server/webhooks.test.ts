import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MOST_BYTES, rawRequest, sign, startServer, type TestServer } from "./kit.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await server.app.close();
});

const good = { tenant: "62515", id: "e-1" };
const list = (...items: readonly unknown[]): string => JSON.stringify(items);

describe("what is stored", () => {
  test("a 2xx comes after the commit, never before", async () => {
    let commit = (): void => undefined;
    const committed = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let hasBegun = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    server.memory.beforeStore = async () => {
      hasBegun();
      await committed;
    };
    let isAnswered = false;
    const answer = server.post(list(good)).finally(() => {
      isAnswered = true;
    });
    await begun;
    expect(isAnswered).toBe(false);
    commit();
    expect((await answer).status).toBe(200);
    expect(server.memory.events.size).toBe(1);
  });

  test("events of several tenants are stored under their own installations", async () => {
    const answer = await server.post(list(good, { tenant: "62516", id: "e-2" }));
    expect(answer.status).toBe(200);
    expect([...server.memory.events.keys()]).toEqual(["i-1 e-1", "i-2 e-2"]);
  });

  test("an unknown tenant costs only its own events", async () => {
    const answer = await server.post(list({ tenant: "9", id: "e-0" }, good));
    expect(answer.status).toBe(200);
    expect([...server.memory.events.keys()]).toEqual(["i-1 e-1"]);
  });

  test("a request of unknown tenants only is refused with 404, so that no 2xx says it was kept", async () => {
    const answer = await server.post(list({ tenant: "9", id: "e-0" }));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: "receive.unknown-tenant" } });
  });

  test("events that make no sense are counted and their neighbours kept", async () => {
    const body = `[{"__proto__":{"tenant":"62515"}}, null, 7, {"tenant":62515,"id":"x"}, ${JSON.stringify(good)}]`;
    const answer = await server.post(body);
    expect(await answer.json()).toEqual({ taken: 1 });
    const metrics = await server.scrape();
    expect(metrics).toContain('baton_refused_total{crm="hubspot",code="receive.bad-event"} 4');
    expect(metrics).toContain('baton_received_events_total{crm="hubspot",outcome="stored"} 1');
  });

  test("a request without a single usable event is answered as the endpoint says, and nothing is stored", async () => {
    expect((await server.post("[]")).status).toBe(200);
    expect(server.memory.events.size).toBe(0);
  });
});

describe("what cannot be stored", () => {
  test("is answered 503 with Retry-After, and the failure's text stays inside", async () => {
    server.memory.beforeStore = async () => {
      throw new Error("disk full at /var/lib/baton for ana@example.com");
    };
    const answer = await server.post(list(good));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ error: { code: "receive.not-stored" } });
    expect(`${body}${server.logged()}`).not.toMatch(/disk full|ana@example/);
  });

  test("is answered 503 when the store does not answer in time", async () => {
    await server.app.close();
    server = await startServer({ storeWithinMs: 20, inbox: { store: () => new Promise(() => undefined) } });
    const answer = await server.post(list(good));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: "receive.not-stored" } });
  });

  test("is answered 503 when tenants cannot be looked up, never 404", async () => {
    await server.app.close();
    server = await startServer({
      installations: {
        byTenant: async () => {
          throw new Error("no connection");
        },
      },
    });
    expect((await server.post(list(good))).status).toBe(503);
  });
});

describe("signatures", () => {
  test("are checked against the public address with its query, whatever Host says", async () => {
    const path = "/tiny/webhooks?a=%2F&b=1";
    const body = list(good);
    const signature = sign(`https://baton.example${path}`, body);
    const headers = {
      "x-tiny-signature": signature,
      host: "attacker.example",
      "x-forwarded-host": "attacker.example",
    };
    expect((await rawRequest(server, { method: "POST", path, headers, body })).status).toBe(200);
  });

  test("are checked over the bytes as they came", async () => {
    const body = Buffer.from(' [ { "tenant" : "62515", "id" : "\\u00fc" } ] \n');
    expect((await server.post(body, { "content-type": "application/json" })).status).toBe(200);
    expect(server.memory.events.has("i-1 ü")).toBe(true);
  });

  test("that fail too often from one address are answered 429, and good requests still pass", async () => {
    await server.app.close();
    server = await startServer({ limits: { failedSignatures: { max: 2, timeWindow: 60_000 } } });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      const answer = await server.post(list(good), { "x-tiny-signature": "forged" });
      statuses.push(answer.status);
      expect(answer.headers.has("retry-after")).toBe(false);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await server.post(list(good))).status).toBe(200);
  });
});

test("a flood from one address is answered 429, without a Retry-After that CRMs read in different units", async () => {
  await server.app.close();
  server = await startServer({ limits: { webhooks: { max: 2, timeWindow: 60_000 } } });
  await server.post(list(good));
  await server.post(list(good));
  const answer = await server.post(list(good));
  expect(answer.status).toBe(429);
  expect(answer.headers.has("retry-after")).toBe(false);
  expect(await answer.json()).toMatchObject({ error: { code: "receive.rate-limited" } });
});

describe("bad input", () => {
  const bodies: readonly (readonly [string, string | Uint8Array, number])[] = [
    ["nothing", "", 400],
    ["half a list", '[{"tenant":"62515"', 400],
    ["an object", '{"tenant":"62515"}', 400],
    ["a text", '"x"', 400],
    ["bytes that are no UTF-8", Uint8Array.from([0x5b, 0xff, 0xfe, 0x5d]), 400],
    ["UTF-16", Buffer.from(list(good), "utf16le"), 400],
    ["a null byte", "[\u0000]", 400],
    ["nesting without end", "[".repeat(4_000), 400],
    ["one byte too much", " ".repeat(MOST_BYTES + 1), 413],
  ];
  test.for(bodies)("a body that is %s", async ([, body, status]) => {
    const answer = await server.post(body, { "content-type": "application/json; charset=utf-16" });
    expect(answer.status).toBe(status);
    expect((await server.post(list(good))).status).toBe(200);
  });

  const types = [
    "application/json",
    "text/plain",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "x/y; q",
  ];
  test.for(types)("content type %s changes nothing", async (type) => {
    expect((await server.post(list(good), { "content-type": type })).status).toBe(200);
  });

  const strange: readonly (readonly [
    string,
    { method?: string; path: string; headers?: Record<string, string> },
    number,
  ])[] = [
    ["a wrong method", { method: "GET", path: "/tiny/webhooks" }, 405],
    ["a wrong method with a body", { method: "PUT", path: "/tiny/webhooks" }, 405],
    ["an unknown path", { path: "/nothing/here?email=ana@example.com" }, 404],
    ["an unknown path under a known one", { path: "/oauth/tiny/install" }, 404],
    ["a broken escape", { path: "/h/%E0%A4%A" }, 400],
    ["a path out of the tree", { path: "/../../etc/passwd" }, 404],
    ["a whole address", { method: "POST", path: "http://attacker.example/tiny/webhooks" }, 400],
    ["a method nobody uses", { method: "PROPFIND", path: "/tiny/webhooks" }, 404],
    [
      "a content type that is none",
      { method: "POST", path: "/tiny/webhooks", headers: { "content-type": ";;" } },
      415,
    ],
    ["a very long id", { path: `/h/${"a".repeat(500)}` }, 404],
  ];
  test.for(strange)("%s is refused tidily", async ([, options, status]) => {
    const answer = await rawRequest(server, {
      ...options,
      body: options.method === "POST" || options.method === "PUT" ? "x" : "",
    });
    expect(answer.status).toBe(status);
    expect(answer.body).not.toMatch(/\n\s+at |node_modules|FST_|ana@/);
  });

  test("405 says what is allowed", async () => {
    const answer = await rawRequest(server, { method: "DELETE", path: "/tiny/webhooks" });
    expect(answer.headers["allow"]).toBe("POST");
  });

  test("headers larger than 16 kB are refused with 431", async () => {
    const answer = await rawRequest(server, { path: "/healthz", headers: { "x-long": "a".repeat(17_000) } });
    expect(answer.status).toBe(431);
  });

  test("no signed bytes whatever bring a 5xx, and a good neighbour is always stored", async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        async (bytes) => {
          expect((await server.post(bytes)).status).toBeLessThan(500);
          count += 1;
          expect((await server.post(list({ tenant: "62515", id: `n-${count}` }))).status).toBe(200);
          expect(server.memory.events.has(`i-1 n-${count}`)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("no event whatever spoils its neighbours", async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 5 }), async (strangers) => {
        const body = list(...strangers, { tenant: "62515", id: `s-${(count += 1)}` });
        fc.pre(Buffer.byteLength(body) <= MOST_BYTES);
        expect((await server.post(body)).status).toBe(200);
        expect(server.memory.events.has(`i-1 s-${count}`)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("no headers whatever bring a 5xx", async () => {
    const value = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCodePoint(c)),
      maxLength: 60,
    });
    const name = fc.constantFrom(
      "content-type",
      "x-tiny-signature",
      "x-forwarded-for",
      "cookie",
      "accept",
      "content-encoding",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), async (headers) => {
        const answer = await rawRequest(server, {
          method: "POST",
          path: "/tiny/webhooks",
          headers,
          body: list(good),
        });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});
