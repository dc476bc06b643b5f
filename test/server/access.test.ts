/** What is the operator's is not open behind a proxy that does not say it is one, nor under a name somebody made to point here. */
import { afterEach, expect, test } from "vitest";
import type { ServerDeps } from "../../src/server/build.ts";
import { rawRequest, startServer, type TestServer } from "./kit.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

const PATHS = ["/metrics", "/reports/stuck", "/resync"] as const;
const here = "http://localhost:3000";
const nowhere = async (): Promise<never> => await Promise.reject(new Error("nobody asks this"));

async function statuses(
  config: Partial<ServerDeps["config"]>,
  headers: Record<string, string> = {},
): Promise<readonly number[]> {
  const running = await startServer({
    config: { publicUrl: here, trustProxy: false, ...config },
    reports: {
      figures: nowhere,
      stuck: async () => ({ counts: { queued: 0, untouched: 0, quiet: 0 }, leads: [] }),
      pack: nowhere,
      packDays: () => 14,
    },
    resyncs: { standings: async () => [], ask: nowhere, stop: nowhere, resume: nowhere },
  });
  server = running;
  const answers = await Promise.all(PATHS.map((path) => rawRequest(running, { path, headers })));
  return answers.map(({ status }) => status);
}

const OPEN = [200, 200, 200];
const SHUT = [401, 401, 401];

test.each(["127.0.0.1", "localhost:3000", "[::1]:3000"])(
  "without a token this machine reads, of a server that is there for it alone, under %s",
  async (host) => {
    expect(await statuses({}, { host })).toEqual(OPEN);
  },
);

test("a server of the world asks for a token, also of what a proxy beside it passes on as it likes", async () => {
  expect(await statuses({ publicUrl: "https://baton.example" })).toEqual(SHUT);
});

test.each([
  "rebound.example",
  "rebound.example:3000",
  "localhost.rebound.example",
  "/",
  "127.0.0.1@x.example",
])('a name that somebody made to point at this machine ("%s") opens nothing', async (host) => {
  expect(await statuses({}, { host })).toEqual(SHUT);
});

test.each(["x-forwarded-for", "forwarded"])("a proxy that says so (%s) opens nothing", async (name) => {
  expect(await statuses({}, { [name]: "for=127.0.0.1" })).toEqual(SHUT);
});

test("each token opens its own, and where one is set nobody reads without it", async () => {
  const tokens = { metricsToken: "token-of-the-metrics", apiToken: "token-of-the-reports" };
  expect(await statuses(tokens)).toEqual(SHUT);
  await server?.app.close();
  expect(await statuses(tokens, { authorization: `Bearer ${tokens.metricsToken}` })).toEqual([200, 401, 401]);
  await server?.app.close();
  expect(await statuses(tokens, { authorization: `Bearer ${tokens.apiToken}` })).toEqual([401, 200, 200]);
});

test("who is turned away is told which token to give", async () => {
  await statuses({ publicUrl: "https://baton.example" });
  const told = await Promise.all(
    PATHS.map(
      async (path) => (await (await fetch(`${server?.origin}${path}`)).text()).match(/BATON_\w+/)?.[0],
    ),
  );
  expect(told).toEqual(["BATON_METRICS_TOKEN", "BATON_API_TOKEN", "BATON_API_TOKEN"]);
});
