/** Time stands still and is moved by hand. */
import PQueue from "p-queue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lendingPlaces } from "../../src/lanes/places.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Turns that end when they are told to, in a queue of so many places. */
function openQueue(places: number) {
  const queue = new PQueue({ concurrency: places });
  const inPlace = lendingPlaces(queue);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const add = (name: string): void => {
    const turn = () =>
      new Promise<void>((resolve, reject) => {
        begun.push(name);
        ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
      });
    void queue.add(() => inPlace(turn)).catch(() => undefined);
  };
  return { queue, begun, ends, add };
}

test("a turn that lasts a second lends its place until it ends, and no longer", async () => {
  const { queue, begun, ends, add } = openQueue(1);
  for (const name of ["hangs", "next", "last"]) add(name);
  await vi.advanceTimersByTimeAsync(999);
  expect(begun).toEqual(["hangs"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(["hangs", "next"]);
  ends.get("hangs")?.(new Error("timed out"));
  await vi.advanceTimersByTimeAsync(0);
  expect([queue.concurrency, begun]).toEqual([1, ["hangs", "next"]]);
  ends.get("next")?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(["hangs", "next", "last"]);
});

test("a turn that ends in time lends nothing", async () => {
  const { queue, ends, add } = openQueue(1);
  add("short");
  await vi.advanceTimersByTimeAsync(500);
  ends.get("short")?.();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(queue.concurrency).toBe(1);
});

test("however many hang, the places have an end", async () => {
  const { begun, add } = openQueue(16);
  for (let index = 0; index < 1_000; index += 1) add(`hangs ${index}`);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(begun).toHaveLength(128);
});
