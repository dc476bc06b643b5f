import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { repeating, type Repeating } from "../src/repeating.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let rounds = 0;
let end: () => void = () => undefined;
beforeEach(() => {
  rounds = 0;
});
/** A round that lasts until the test ends it. */
const slow = (): Promise<void> => {
  rounds += 1;
  return new Promise((resolve) => {
    end = resolve;
  });
};
const quick = async (): Promise<void> => void (rounds += 1);
const unheard = (): void => expect.unreachable();

test("a round comes after each span, the first one too, unless it is to begin at once", async () => {
  const later = repeating(1_000, quick, unheard);
  expect(rounds).toBe(0);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(rounds).toBe(2);
  await later.stop();
  const now = repeating(1_000, quick, unheard, { atOnce: true });
  expect(rounds).toBe(3);
  await now.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(rounds).toBe(3);
});

test("a round that hangs is waited for, not repeated beside itself", async () => {
  const work = repeating(1_000, slow, unheard);
  await vi.advanceTimersByTimeAsync(5_500);
  expect(rounds).toBe(1);
  end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds).toBe(2);
  end();
  await work.stop();
});

test.each([
  ["rejects", () => Promise.reject(new Error("broken"))],
  [
    "throws",
    () => {
      throw new Error("broken");
    },
  ],
])("a round that %s is told of, and the next comes in its time", async (_how, work: () => Promise<void>) => {
  const told: unknown[] = [];
  const failing = repeating(1_000, work, (cause) => told.push(cause), { atOnce: true });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(told.map(String)).toEqual(["Error: broken", "Error: broken", "Error: broken"]);
  await failing.stop();
});

test("to stop is to wait for the round under way, and for nothing else", async () => {
  const work: Repeating = repeating(1_000, slow, unheard, { atOnce: true });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    await work.stop();
    isStopped = true;
  };
  const stopped = stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([rounds, isStopped]).toEqual([1, false]);
  end();
  await stopped;
  await work.stop();
});
