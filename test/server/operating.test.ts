import { afterEach, describe, expect, test } from "vitest";
import type { ServerDeps } from "../../src/server/build.ts";
import { rawRequest, startServer, type TestServer } from "./kit.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

async function started(overrides: Partial<ServerDeps> = {}): Promise<TestServer> {
  server = await startServer(overrides);
  return server;
}

test("healthz answers while nothing else works", async () => {
  const { origin } = await started({ checks: { store: () => false } });
  const answer = await fetch(`${origin}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  expect((await fetch(`${origin}/healthz`, { method: "HEAD" })).status).toBe(200);
});

describe("readyz", () => {
  test("is 200 when every check holds", async () => {
    const { origin } = await started({ checks: { store: async () => true, lanes: () => true } });
    const answer = await fetch(`${origin}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ready: true, checks: { store: "ok", lanes: "ok" } },
    ]);
  });

  const failing: readonly (readonly [string, () => boolean | Promise<boolean>])[] = [
    ["says no", () => false],
    [
      "throws",
      () => {
        throw new Error("password of ana@example.com");
      },
    ],
    ["rejects", async () => await Promise.reject(new Error("password of ana@example.com"))],
    ["stays silent", () => new Promise(() => undefined)],
  ];
  test.for(failing)("is 503 when a check %s, and names it only", async ([, check]) => {
    const { origin } = await started({ checks: { store: () => true, lanes: check } });
    const answer = await fetch(`${origin}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { ready: false, checks: { store: "ok", lanes: "failing" } },
    ]);
  });
});

describe("metrics", () => {
  test("count requests by template", async () => {
    const running = await started();
    await rawRequest(running, { path: "/h/aaaaaaaaaaaaaaaaaaaaaa" });
    const text = await running.scrape();
    expect(text).toContain(
      'baton_http_request_duration_seconds_count{method="GET",route="/h/:id",status="404"} 1',
    );
    expect(text).not.toContain("aaaaaaaaaaaaaaaaaaaaaa");
  });

  test.for([
    ["no token", undefined, 401],
    ["a wrong one", "Bearer wrong-token-wrong-token", 401],
    ["the right one in the wrong scheme", "Basic right-token-right-token", 401],
    ["the API's", "Bearer api-token-api-token", 401],
    ["the right one", "Bearer right-token-right-token", 200],
  ] as const)("with a token set: %s", async ([, authorization, status]) => {
    const tokens = { metricsToken: "right-token-right-token", apiToken: "api-token-api-token" };
    const { origin } = await started({
      config: { publicUrl: "http://localhost:3000", trustProxy: false, ...tokens },
    });
    const headers = authorization === undefined ? {} : { authorization };
    expect((await fetch(`${origin}/metrics`, { headers })).status).toBe(status);
  });

  test("never name a tenant", async () => {
    const running = await started();
    await running.post(JSON.stringify([{ tenant: "62515", id: "e-1" }]));
    expect(await running.scrape()).not.toContain("62515");
  });
});

test("every answer carries the headers that keep browsers out of trouble", async () => {
  const { origin } = await started();
  const { headers } = await fetch(`${origin}/nowhere`);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("strict-transport-security")).toContain("max-age=31536000");
  expect(headers.get("x-powered-by")).toBeNull();
});

describe("limits count the address that", () => {
  const statusesFor = async (trustProxy: ServerDeps["config"]["trustProxy"]): Promise<readonly number[]> => {
    const running = await started({
      config: { publicUrl: "https://baton.example", trustProxy },
      limits: { pages: { max: 1, timeWindow: 60_000 } },
    });
    const ask = async (from: string): Promise<number> =>
      (await fetch(`${running.origin}/h/x`, { headers: { "x-forwarded-for": from } })).status;
    return [await ask("198.51.100.1"), await ask("198.51.100.2"), await ask("198.51.100.2")];
  };

  test("connected, when no proxy is trusted: a made-up header buys nothing", async () => {
    expect(await statusesFor(false)).toEqual([404, 429, 429]);
  });

  test("the trusted proxy names", async () => {
    expect(await statusesFor(1)).toEqual([404, 404, 429]);
  });

  test("a listed proxy names", async () => {
    expect(await statusesFor(["loopback"])).toEqual([404, 404, 429]);
  });

  test("asks for pages that do not exist, too", async () => {
    const { origin } = await started({ limits: { pages: { max: 1, timeWindow: 60_000 } } });
    await fetch(`${origin}/nowhere`);
    expect((await fetch(`${origin}/nowhere`)).status).toBe(429);
  });
});

test("a connection that is cut before its request is counted is no fault of ours", async () => {
  const { app, origin } = await started();
  // Node knows the address no more once the socket is gone.
  app.server.prependListener("request", ({ socket }) => {
    Object.defineProperty(socket, "remoteAddress", { value: undefined });
  });
  expect((await fetch(`${origin}/nowhere`)).status).toBe(404);
});

test("slow callers lose their connection: the times are Node's to keep, and it looks every second", async () => {
  const { app } = await started();
  const { headersTimeout, requestTimeout, keepAliveTimeout } = app.server;
  expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
    headersTimeout: 5_000,
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
  });
});

/** A promise, and the function that keeps it. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

test("stopping finishes what is in flight and answers 503 to what is new", async () => {
  const [stopping, mayStop, storing, mayStore] = [gate(), gate(), gate(), gate()];
  const running = await startServer({}, async () => {
    stopping.open();
    await mayStop.passed;
  });
  running.memory.beforeStore = async () => {
    storing.open();
    await mayStore.passed;
  };
  const inFlight = running.post(JSON.stringify([{ tenant: "62515", id: "e-1" }]));
  await storing.passed;
  const closed = running.app.close();
  await stopping.passed;
  const late = await running.post(JSON.stringify([{ tenant: "62515", id: "e-2" }]));
  expect([late.status, late.headers.get("connection")]).toEqual([503, "close"]);
  mayStop.open();
  mayStore.open();
  const answer = await inFlight;
  expect([answer.status, answer.headers.get("connection")]).toEqual([200, "close"]);
  await closed;
  expect([...running.memory.events.keys()]).toEqual(["i-1 e-1"]);
  await expect(fetch(`${running.origin}/healthz`)).rejects.toThrow("fetch failed");
});
