import { afterEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { ResyncStanding } from "../../src/present/resyncs.ts";
import type { Resyncs } from "../../src/server/routes/resync.ts";
import { startServer, type TestServer } from "./kit.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

const METRICS = "metrics-token-of-the-operator";
const API = "api-token-of-the-operator";
const STANDING: ResyncStanding = {
  portal: "1",
  crm: "hubspot",
  about: "leads",
  state: "asked",
  looked: 0,
  told: 0,
};

async function started(tokens: { metricsToken?: string; apiToken?: string; publicUrl?: string }) {
  const asked: unknown[] = [];
  const resyncs: Resyncs = {
    standings: async (portal) => {
      if (portal === "none") throw new BatonError("resync.bad-question", "No such portal.");
      return [STANDING];
    },
    ask: async (...what) => void asked.push(["ask", ...what]),
    stop: async (portal) => void asked.push(["stop", portal]),
    resume: async (...what) => void asked.push(["resume", ...what]),
  };
  const config = { publicUrl: "https://baton.example", trustProxy: false, ...tokens } as const;
  server = await startServer({ resyncs, config });
  return { url: `${server.origin}/resync`, asked };
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const post = async (url: string, body: unknown, headers: Readonly<Record<string, string>> = bearer(API)) =>
  await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

test("shows how it stands to whoever has the API's token, and is kept nowhere", async () => {
  const { url } = await started({ metricsToken: METRICS, apiToken: API });
  const answer = await fetch(url, { headers: bearer(API) });
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(await answer.json()).toEqual({ resyncs: [STANDING] });
  expect((await fetch(url, { headers: bearer(METRICS) })).status).toBe(401);
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: bearer("wrong") })).status).toBe(401);
  expect((await fetch(`${url}?portal=none`, { headers: bearer(API) })).status).toBe(400);
  expect((await fetch(`${url}?nonsense=1`, { headers: bearer(API) })).status).toBe(400);
});

test("asks for it with the API's token alone", async () => {
  const { url, asked } = await started({ metricsToken: METRICS, apiToken: API });
  for (const headers of [bearer(METRICS), bearer("wrong"), {}])
    expect((await post(url, { do: "ask" }, headers)).status).toBe(401);
  expect(asked).toEqual([]);
  const answer = await post(url, {
    do: "ask",
    portal: "1",
    only: "fields",
    since: "2d",
    dryRun: true,
    maxCalls: 500,
  });
  expect([answer.status, await answer.json()]).toEqual([202, { resyncs: [STANDING] }]);
  await post(url, { do: "stop" });
  await post(url, { do: "resume", portal: "1", maxCalls: 5 });
  expect(asked).toEqual([
    ["ask", "1", { only: "fields", sinceMs: 2 * DAY_MS, isDry: true, mostCalls: 500 }],
    ["stop", undefined],
    ["resume", "1", 5],
  ]);
});

test("lets nobody ask where no token is set, not even from this machine", async () => {
  const { url, asked } = await started({ publicUrl: "http://localhost:3000" });
  expect((await fetch(url)).status).toBe(200);
  expect((await post(url, { do: "ask" }, {})).status).toBe(401);
  expect((await post(url, { do: "ask" }, bearer("undefined"))).status).toBe(401);
  expect(asked).toEqual([]);
});

test.each([
  {},
  { do: "start" },
  { do: "ask", only: "deals" },
  { do: "ask", since: "yesterday" },
  { do: "stop", maxCalls: 5 },
  { do: "ask", maxCalls: 0 },
  [],
])("answers 400 to %j, and asks nothing", async (body) => {
  const { url, asked } = await started({ apiToken: API });
  expect((await post(url, body)).status).toBe(400);
  expect(asked).toEqual([]);
});

test("takes no other method", async () => {
  const { url } = await started({ apiToken: API });
  const answer = await fetch(url, { method: "DELETE", headers: bearer(API) });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, POST"]);
});
