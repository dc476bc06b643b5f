/** Time stands still and is moved by hand; only setTimeout and performance are replaced. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LIMIT_RULES } from "../../../connectors/hubspot/allowance.ts";
import { createLimiter, OPEN_CALLS } from "../../../connectors/http/limiter.ts";
import type { Limiter, LimiterTuning, Urgency } from "../../../connectors/http/limiter.ts";
import { BatonError } from "../../../src/errors.ts";

const WINDOW = 10_000;
/** HubSpot's limit for an OAuth app. */
const LIMIT = 110;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

interface Bench {
  readonly limiter: Limiter;
  /** When calls began, in the order they did. */
  readonly begun: { readonly urgency: Urgency; readonly atMs: number }[];
  readonly ask: (urgency: Urgency, count: number, owner?: object) => void;
  readonly errors: unknown[];
}

function bench(tuning?: LimiterTuning, callMs = 50): Bench {
  const limiter = createLimiter(LIMIT_RULES, tuning);
  const begun: Bench["begun"] = [];
  const errors: unknown[] = [];
  const call = async (urgency: Urgency): Promise<void> => {
    begun.push({ urgency, atMs: performance.now() });
    await new Promise((resolve) => setTimeout(resolve, callMs));
  };
  return {
    limiter,
    begun,
    errors,
    ask(urgency, count, owner = limiter) {
      for (let index = 0; index < count; index += 1) {
        const ask = { urgency, owner, admit: () => undefined };
        limiter.run(() => call(urgency), ask).catch((error: unknown) => errors.push(error));
      }
    },
  };
}

/** Most calls that began within one window, wherever it is laid. */
function most(instants: readonly number[], spanMs = WINDOW): number {
  return Math.max(
    ...instants.map((from) => instants.filter((at) => at >= from && at < from + spanMs).length),
  );
}

const headers = (max: number, remaining: number) => ({
  "x-hubspot-ratelimit-max": String(max),
  "x-hubspot-ratelimit-remaining": String(remaining),
});

test("a hold on searches lets every other call pass, and ends by itself", async () => {
  const { limiter } = bench();
  const begun: string[] = [];
  const run = (name: string, urgency: Urgency, isSearch: boolean): void => {
    const call = (): Promise<void> => Promise.resolve(void begun.push(`${name} ${performance.now()}`));
    void limiter.run(call, { urgency, isSearch, owner: limiter, admit: () => undefined });
  };
  limiter.hold(1_000, "searches");
  run("search", "live", true);
  run("live", "live", false);
  run("bulk", "bulk", false);
  await vi.advanceTimersByTimeAsync(2_000);
  const startMs = performance.now() - 2_000;
  expect(begun).toEqual([`live ${startMs}`, `bulk ${startMs}`, `search ${startMs + 1_000}`]);
  limiter.hold(500);
  run("held too", "live", false);
  await vi.advanceTimersByTimeAsync(499);
  expect(begun).toHaveLength(3);
});

describe("a burst", () => {
  test("stays below the limit in every window, calls that arrive late included, and uses most of it", async () => {
    const { ask, begun } = bench();
    ask("live", 1_000);
    await vi.advanceTimersByTimeAsync(10 * WINDOW);
    const instants = begun.map(({ atMs }) => atMs);
    expect(most(instants) + OPEN_CALLS).toBeLessThan(LIMIT);
    expect(begun.length).toBe(1_000);
  });

  test("no more calls are open than connections there are", async () => {
    const { ask, begun } = bench({}, 1_000);
    ask("live", 50);
    expect(begun).toHaveLength(OPEN_CALLS);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toHaveLength(2 * OPEN_CALLS);
  });

  test("the limit of another tier is learned from the headers", async () => {
    const { ask, begun, limiter } = bench();
    limiter.note(headers(190, 190));
    ask("live", 400);
    await vi.advanceTimersByTimeAsync(WINDOW - 1);
    expect(begun).toHaveLength(172);
    limiter.note(headers(100, 0));
    await vi.advanceTimersByTimeAsync(5 * WINDOW);
    expect(most(begun.slice(172 + OPEN_CALLS).map(({ atMs }) => atMs))).toBeLessThanOrEqual(90);
  });

  test.each([
    ["no number", { "x-hubspot-ratelimit-max": "many", "x-hubspot-ratelimit-remaining": "some" }],
    ["nothing at all", {}],
    ["less than nothing", headers(-1, -1)],
    ["more left than there is", headers(110, 9_999)],
    [
      "two of each",
      { "x-hubspot-ratelimit-max": ["110", "110"], "x-hubspot-ratelimit-remaining": ["1", "2"] },
    ],
  ])("headers that say %s are ignored", async (_name, nonsense) => {
    const { ask, begun, limiter } = bench();
    limiter.note(nonsense);
    ask("live", 200);
    await vi.advanceTimersByTimeAsync(WINDOW - 1);
    expect(begun).toHaveLength(100);
  });
});

describe("what others spend", () => {
  test("is left to them: one call a second looks whether they are still there, ten seconds later nobody believes it", async () => {
    const { ask, begun, limiter } = bench();
    limiter.note(headers(LIMIT, 5));
    ask("live", 30);
    await vi.advanceTimersByTimeAsync(999);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(4_001);
    expect(begun).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(WINDOW);
    expect(begun).toHaveLength(30);
  });

  test("is no reason for a bulk call to look", async () => {
    const { ask, begun, limiter } = bench();
    limiter.note(headers(LIMIT, 5));
    ask("bulk", 1);
    await vi.advanceTimersByTimeAsync(WINDOW - 1);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toHaveLength(1);
  });

  test("does not grow by our own calls, which HubSpot counts too", async () => {
    const { ask, begun, limiter } = bench();
    ask("live", 400);
    for (let step = 0; step < 30; step += 1) {
      await vi.advanceTimersByTimeAsync(WINDOW / 10);
      // As HubSpot would, a little late.
      const since = performance.now() - WINDOW - 200;
      limiter.note(headers(LIMIT, LIMIT - begun.filter(({ atMs }) => atMs > since).length));
    }
    expect(begun.length).toBeGreaterThan(290);
  });
});

describe("bulk calls", () => {
  test("leave a fifth of the window to live ones, which begin at once", async () => {
    const { ask, begun } = bench();
    ask("bulk", 200);
    await vi.advanceTimersByTimeAsync(WINDOW - 1);
    expect(begun).toHaveLength(80);
    ask("live", 8);
    expect(begun.filter(({ urgency }) => urgency === "live")).toHaveLength(8);
  });

  test("are spread over the window, so that nobody stands behind a turn that waits for the next one", async () => {
    const { ask, begun } = bench();
    ask("bulk", 80);
    await vi.advanceTimersByTimeAsync(2 * WINDOW);
    expect(
      most(
        begun.map(({ atMs }) => atMs),
        WINDOW / 10,
      ),
    ).toBe(8);
  });

  test("wait while live ones have spent all but the reserve", async () => {
    const { ask, begun } = bench();
    ask("live", 85);
    await vi.advanceTimersByTimeAsync(1_000);
    ask("bulk", 1);
    await vi.advanceTimersByTimeAsync(WINDOW - 2_000);
    expect(begun).toHaveLength(85);
    await vi.advanceTimersByTimeAsync(WINDOW);
    expect(begun).toHaveLength(86);
  });

  test("come after live ones that were asked for later", async () => {
    const { ask, begun, limiter } = bench();
    limiter.hold(100);
    ask("bulk", 1);
    ask("live", 1);
    await vi.advanceTimersByTimeAsync(200);
    expect(begun.map(({ urgency }) => urgency)).toEqual(["live", "bulk"]);
  });
});

test("a hold starts nothing, and a shorter one does not end it", async () => {
  const { ask, begun, limiter } = bench();
  limiter.hold(5_000);
  limiter.hold(10);
  ask("live", 1);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(begun).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toHaveLength(1);
});

test("who is turned away waits no longer, and the others keep their places", async () => {
  const { ask, begun, errors, limiter } = bench();
  limiter.hold(1_000);
  const [leaving, staying] = [{}, {}];
  ask("live", 2, leaving);
  ask("bulk", 1, leaving);
  ask("live", 1, staying);
  const reason = new BatonError("crm.unreachable", "closed");
  limiter.turnAway(leaving, reason);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(errors).toEqual([reason, reason, reason]);
  expect(begun).toHaveLength(1);
});

test("a call that is not admitted is not made, and costs nothing of the window", async () => {
  const { ask, begun, limiter } = bench({ callsPerWindow: 1 });
  const refuse = (): never => {
    throw new BatonError("crm.resting", "not now");
  };
  const refused = limiter.run(() => Promise.resolve(1), { urgency: "live", owner: {}, admit: refuse });
  ask("live", 1);
  await expect(refused).rejects.toMatchObject({ code: "crm.resting" });
  expect(begun).toHaveLength(1);
});
