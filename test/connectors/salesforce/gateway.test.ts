import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Gateway } from "../../../connectors/http/gateway.ts";
import { createGateway, createShared } from "../../../connectors/salesforce/gateway.ts";
import type { Refresh } from "../../../connectors/http/session.ts";
import type { Tokens } from "../../../src/tokens.ts";
import { memoryVault } from "../hubspot/kit.ts";
import { aConfig, cut, errorOf, json, NOW, openDesk, raw, SHORT, someTokens } from "./server.ts";
import type { Answer, Desk } from "./server.ts";

const READ = {
  method: "GET",
  path: "/services/data/v67.0/query",
  query: { q: "SELECT Id FROM Lead" },
} as const;
const WRITE = { method: "POST", path: "/services/data/v67.0/composite", body: { parts: [] } } as const;
const HALF_AN_HOUR = 1_800_000;

let desk: Desk;
const open: Gateway[] = [];
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.asked.length = 0;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
});

const neverRefresh: Refresh = () => Promise.reject(new Error("nobody was to renew"));

function gatewayOf(part: { tokens?: Tokens; refresh?: Refresh; clock?: { now: number } } = {}): {
  readonly gateway: Gateway;
  readonly waits: number[];
} {
  const waits: number[] = [];
  const wait = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
  const clock = part.clock ?? { now: NOW };
  const gateway = createGateway(
    {
      config: aConfig(desk.url, { now: () => clock.now }),
      vault: memoryVault(part.tokens ?? someTokens(desk.url)),
      refresh: part.refresh ?? neverRefresh,
    },
    { timeouts: SHORT, wait },
  );
  open.push(gateway);
  return { gateway, waits };
}

const problem = (errorCode: string, status: number, headers: Record<string, string> = {}): Answer =>
  json([{ errorCode, message: "said" }], status, headers);

/** One answer after the other, the last for good. */
function inTurn(...answers: readonly Answer[]): Answer {
  let count = 0;
  return (response, asked) => {
    const answer = answers[Math.min(count, answers.length - 1)];
    count += 1;
    answer?.(response, asked);
  };
}

describe("every call", () => {
  test("goes where the tokens say, and says whose it is", async () => {
    desk.answer = json({ records: [] });
    const { gateway } = gatewayOf();
    expect(await gateway.read(READ)).toEqual({ records: [] });
    expect(desk.asked).toMatchObject([
      {
        path: "/services/data/v67.0/query?q=SELECT%20Id%20FROM%20Lead",
        headers: { authorization: "Bearer 00D-access-1", "sforce-call-options": "client=Baton" },
      },
    ]);
    expect(desk.asked[0]?.headers).not.toHaveProperty("sforce-auto-assign");
  });

  test("that writes keeps assignment rules from choosing another owner", async () => {
    desk.answer = json({ compositeResponse: [] });
    expect(await gatewayOf().gateway.write(WRITE)).toMatchObject({ outcome: "answered" });
    expect(desk.asked[0]?.headers).toMatchObject({
      "sforce-auto-assign": "FALSE",
      "sforce-call-options": "client=Baton",
    });
  });

  test("may say what is different about it", async () => {
    desk.answer = json({});
    await gatewayOf().gateway.read({ ...READ, headers: { "sforce-query-options": "batchSize=200" } });
    expect(desk.asked[0]?.headers["sforce-query-options"]).toBe("batchSize=200");
  });

  test.each([
    ["nowhere", {}],
    ["away from Salesforce", { instanceUrl: "https://evil.example" }],
  ])("is not made when the tokens point %s", async (_where, part) => {
    const { instanceUrl: _, ...tokens } = someTokens(desk.url);
    const { gateway } = gatewayOf({ tokens: { ...tokens, ...part } });
    expect((await errorOf(gateway.read(READ))).code).toMatch(/crm.bad-answer|config.sandbox-guard/);
    expect(await gateway.write(WRITE)).toMatchObject({ outcome: "not-applied" });
    expect(desk.asked).toEqual([]);
  });
});

describe("a session that is over", () => {
  const renewed: Refresh = (tokens) =>
    Promise.resolve({ ...tokens, access: "00D-access-2", refresh: "5Aep-refresh-2" });
  const isOld: Answer = (response, asked) => {
    const isNew = asked.headers.authorization === "Bearer 00D-access-2";
    (isNew ? json({ done: true }) : problem("INVALID_SESSION_ID", 401))(response, asked);
  };

  test("is renewed once, and the call repeated once", async () => {
    desk.answer = isOld;
    const { gateway } = gatewayOf({ refresh: renewed });
    expect(await gateway.read(READ)).toEqual({ done: true });
    expect(await gateway.write(WRITE)).toMatchObject({ outcome: "answered" });
    expect(desk.asked.map(({ headers }) => headers.authorization?.slice(-1))).toEqual(["1", "2", "2"]);
  });

  test("is renewed once for all who met it, the late ones too", async () => {
    const late: (() => void)[] = [];
    desk.answer = (response, asked) => {
      const isSecond = desk.asked.length === 2;
      if (isSecond) late.push(() => isOld(response, asked));
      else isOld(response, asked);
    };
    let renewals = 0;
    const { gateway } = gatewayOf({
      refresh: (tokens, mayAsk) => {
        renewals += 1;
        return renewed(tokens, mayAsk);
      },
    });
    // Both go out with the old token; one is answered when the other has long renewed it.
    const reads = [gateway.read(READ), gateway.read(READ)];
    await Promise.race(reads);
    for (const answer of late) answer();
    await Promise.all(reads);
    expect(renewals).toBe(1);
  });

  test("whose new token is refused as well is not renewed for ever", async () => {
    desk.answer = problem("INVALID_SESSION_ID", 401);
    let renewals = 0;
    const { gateway } = gatewayOf({
      refresh: (tokens, mayAsk) => {
        renewals += 1;
        return renewed(tokens, mayAsk);
      },
    });
    expect((await errorOf(gateway.read(READ))).code).toBe("crm.unauthorized");
    expect([renewals, desk.asked.length]).toEqual([1, 2]);
  });

  test("goes on at another place when the org has moved", async () => {
    const other = await openDesk();
    other.answer = json({ moved: true });
    desk.answer = problem("INVALID_SESSION_ID", 401);
    const refresh: Refresh = (tokens) =>
      Promise.resolve({ ...tokens, access: "00D-access-2", instanceUrl: other.url });
    expect(await gatewayOf({ refresh }).gateway.read(READ)).toEqual({ moved: true });
    other.close();
  });
});

describe("repeats", () => {
  test.each([
    ["503", problem("SERVER_UNAVAILABLE", 503), "crm.server-error", 4],
    ["a page of an outage", raw("<html>", 503), "crm.server-error", 4],
    ["a lock", problem("UNABLE_TO_LOCK_ROW", 400), "crm.locked", 3],
    ["a broken connection", cut, "crm.unreachable", 4],
    ["a refusal", problem("INVALID_FIELD", 400), "crm.invalid", 1],
    ["a redirect", raw("", 302, { location: "http://127.0.0.1:1/" }), "crm.redirected", 1],
    ["too much access", problem("API_DISABLED_FOR_ORG", 403), "crm.forbidden", 1],
  ])("a read that meets %s", async (_what, answer, code, calls) => {
    desk.answer = answer;
    expect((await errorOf(gatewayOf().gateway.read(READ))).code).toBe(code);
    expect(desk.asked).toHaveLength(calls);
  });

  test.each([
    ["503", problem("SERVER_UNAVAILABLE", 503), "unknown"],
    ["a broken connection", cut, "unknown"],
    ["silence", () => undefined, "unknown"],
    ["a page", raw("<html>"), "unknown"],
    ["a lock", problem("UNABLE_TO_LOCK_ROW", 400), "not-applied"],
    ["the day's end", problem("REQUEST_LIMIT_EXCEEDED", 403), "not-applied"],
    ["a refusal", problem("INVALID_FIELD", 400), "refused"],
  ])("a write that meets %s is sent once: %s", async (_what, answer, kind) => {
    desk.answer = answer;
    expect((await gatewayOf().gateway.write(WRITE)).outcome).toBe(kind);
    expect(desk.asked).toHaveLength(1);
  });

  test("a write is not sent when the lane is lost", async () => {
    const gateway = gatewayOf().gateway.as({ mayWrite: () => false });
    expect(await gateway.write(WRITE)).toEqual({ outcome: "not-applied", code: "deliver.lost-lane" });
    expect(desk.asked).toEqual([]);
  });
});

describe("the org's day", () => {
  const at = (percent: number): Record<string, string> => ({
    "Sforce-Limit-Info": `api-usage=${percent}/100`,
  });

  test("at 70 % bulk work rests, at 90 % everything but what gives leads their owners", async () => {
    const { gateway } = gatewayOf();
    const bulk = gateway.as({ urgency: "bulk" });
    desk.answer = json({}, 200, at(75));
    await gateway.read(READ);
    expect(await errorOf(bulk.read(READ))).toMatchObject({
      code: "crm.rate-limited",
      retryAfterMs: HALF_AN_HOUR,
    });
    desk.answer = json({}, 200, at(93));
    await gateway.read(READ);
    expect((await errorOf(gateway.read(READ))).code).toBe("crm.rate-limited");
    expect(await gateway.write(WRITE)).toMatchObject({ outcome: "not-applied", code: "crm.rate-limited" });
    expect(desk.asked).toHaveLength(2);
    expect(await gateway.read({ ...READ, isEssential: true })).toEqual({});
    expect(await gateway.write({ ...WRITE, isEssential: true })).toMatchObject({ outcome: "answered" });
    expect(desk.asked).toHaveLength(4);
  });

  test("that is spent rests until a look half an hour later", async () => {
    const clock = { now: NOW };
    const { gateway } = gatewayOf({ clock });
    desk.answer = problem("REQUEST_LIMIT_EXCEEDED", 403, at(100));
    expect(await errorOf(gateway.read(READ))).toMatchObject({
      code: "crm.rate-limited",
      retryAfterMs: HALF_AN_HOUR,
    });
    expect(await gateway.write({ ...WRITE, isEssential: true })).toMatchObject({ outcome: "not-applied" });
    expect(desk.asked).toHaveLength(1);
    clock.now += HALF_AN_HOUR;
    desk.answer = json({}, 200, at(40));
    expect(await gateway.read(READ)).toEqual({});
  });

  test("that is not spent makes the same refusal one of too many long calls: it passes", async () => {
    const { gateway, waits } = gatewayOf();
    desk.answer = inTurn(
      json({}, 200, at(40)),
      problem("REQUEST_LIMIT_EXCEEDED", 403, at(41)),
      json({ done: true }),
    );
    await gateway.read(READ);
    expect(await gateway.read(READ)).toEqual({ done: true });
    expect(waits).toEqual([2_500]);
  });

  test("is one for all connectors to the org", async () => {
    const shared = { ...createShared(() => NOW), release: () => undefined };
    const parts = {
      config: aConfig(desk.url),
      vault: memoryVault(someTokens(desk.url)),
      refresh: neverRefresh,
    };
    const [lane, nightly] = [1, 2].map(() =>
      createGateway({ ...parts, allowance: shared }, { timeouts: SHORT }),
    );
    if (lane === undefined || nightly === undefined) throw new Error("two were made");
    open.push(lane, nightly);
    desk.answer = json({}, 200, at(80));
    await lane.read(READ);
    expect((await errorOf(nightly.as({ urgency: "bulk" }).read(READ))).code).toBe("crm.rate-limited");
  });
});

test("bulk calls leave room for a live one, however many there are", async () => {
  const { gateway } = gatewayOf();
  const held: (() => void)[] = [];
  desk.answer = (response, asked) => void held.push(() => json({})(response, asked));
  const bulk = Array.from({ length: 12 }, () => gateway.as({ urgency: "bulk" }).read(READ));
  await expect.poll(() => held.length).toBe(4);
  const live = gateway.read(READ);
  await expect.poll(() => held.length).toBe(5);
  desk.answer = json({});
  for (const answer of held) answer();
  await Promise.all([...bulk, live]);
  expect(desk.asked).toHaveLength(13);
});
