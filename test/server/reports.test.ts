import { afterEach, describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import type { Pack } from "../../src/report/pack.ts";
import { PACK_POLICY } from "../../src/report/pack-style.ts";
import type { Reports } from "../../src/server/routes/reports.ts";
import { counted, NOW, rejected } from "../report/figure.ts";
import { startServer, type TestServer } from "./kit.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

const TOKEN = "right-token-right-token";
const METRICS = "metrics-token-of-the-operator";
const { total, groups } = counted([rejected("student")]);
const SPAN = { fromDay: 20_000, toDay: 20_014 };
const PACK: Pack = {
  account: "portal 1",
  span: SPAN,
  madeAt: NOW,
  version: "abc",
  seams: [],
  now: { total, byType: groups, bySource: [], byRep: [] },
  before: { total, byType: [], bySource: [], byRep: [] },
  weeks: [],
  marketing: {
    complete: { count: 0, of: 0 },
    missing: [],
    enrichedCount: 0,
    heldCount: 0,
    rule: "hold",
    volume: [],
  },
  stuck: { queued: 0, untouched: 0, quiet: 0 },
  decided: [],
  changes: [],
  due: [],
  trends: [],
  hygiene: [],
  proposals: [],
  consequences: { sales: [], marketing: [] },
  broken: [],
};

async function started(over: Partial<Reports> = {}): Promise<string> {
  const reports: Reports = {
    figures: async (_portal, span, by) => ({ span, by, asOf: NOW, total, groups, seams: [] }),
    stuck: async () => ({ counts: { queued: 0, untouched: 0, quiet: 0 }, leads: [] }),
    pack: async () => PACK,
    packDays: () => 14,
    ...over,
  };
  const config = {
    publicUrl: "https://baton.example",
    trustProxy: false,
    apiToken: TOKEN,
    metricsToken: METRICS,
  } as const;
  server = await startServer({ reports, config });
  return server.origin;
}

const asked = async (origin: string, path: string, token = TOKEN): Promise<Response> =>
  await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } });

describe.each(["/reports/figures", "/reports/stuck", "/reports/pack"])("%s", (path) => {
  test("answers only whoever shows the API's token, and is kept nowhere", async () => {
    const origin = await started();
    expect((await asked(origin, path, "wrong")).status).toBe(401);
    expect((await asked(origin, path, METRICS)).status).toBe(401);
    expect((await fetch(`${origin}${path}`)).status).toBe(401);
    const answer = await asked(origin, path);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect((await fetch(`${origin}${path}`, { method: "POST" })).status).toBe(405);
  });

  test.each(["?by=lead", "?nonsense=1", "?from=yesterday", "?from=2026-11-18&to=2026-11-17"])(
    "answers 400 to %s where it has a meaning, and never a fault of its own",
    async (query) => {
      const { status } = await asked(await started(), `${path}${query}`);
      expect(status).toBe(path.endsWith("stuck") && query.startsWith("?from") ? 200 : 400);
    },
  );
});

test("figures are what was asked for, days as dates, both included", async () => {
  const origin = await started();
  const answer = await asked(origin, "/reports/figures?from=2026-11-01&to=2026-11-14&by=source");
  expect(await answer.json()).toMatchObject({
    from: "2026-11-01",
    to: "2026-11-14",
    by: "source",
    total: { counts: { handedOff: 1, rejected: 1 } },
  });
});

test("the pack may show itself and nothing else", async () => {
  const answer = await asked(await started(), "/reports/pack");
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toBe(PACK_POLICY);
  expect(await answer.text()).toContain("Marketing and sales review");
});

test("reports are made one after the other, and one that fails lets the next one through", async () => {
  let working = 0;
  let most = 0;
  const stuck: Reports["stuck"] = async (portal) => {
    working += 1;
    most = Math.max(most, working);
    await new Promise((resolve) => setImmediate(resolve));
    working -= 1;
    if (portal === "none") throw new BatonError("report.bad-question", "No such portal.");
    return { counts: { queued: 0, untouched: 0, quiet: 0 }, leads: [] };
  };
  const origin = await started({ stuck });
  const answers = await Promise.all(
    ["?portal=none", "", "", ""].map((query) => asked(origin, `/reports/stuck${query}`)),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 400]);
  expect(most).toBe(1);
});
