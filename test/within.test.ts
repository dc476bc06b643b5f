import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { within } from "../src/within.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<string>(() => undefined);
const after = (ms: number, what: () => string): Promise<string> =>
  new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(what());
      } catch (cause) {
        reject(cause);
      }
    }, ms);
  });
const broken = (): string => {
  throw new Error("broken");
};

test("what comes in time counts, a failure too, and nothing waits on", async () => {
  expect(await within(Promise.resolve("answer"), 1_000, broken)).toBe("answer");
  await expect(within(Promise.reject(new Error("no")), 1_000, () => "otherwise")).rejects.toThrow("no");
  expect(vi.getTimerCount()).toBe(0);
});

test("what does not come in time is replaced, or is an error", async () => {
  const replaced = within(never, 1_000, () => "otherwise");
  const refused = within(never, 1_000, broken).catch(String);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await Promise.all([replaced, refused])).toEqual(["otherwise", "Error: broken"]);
});

test("a failure that comes too late is nobody's", async () => {
  const late = within(after(2_000, broken), 1_000, () => "otherwise");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await late).toBe("otherwise");
});
