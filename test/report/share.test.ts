import { expect, test } from "vitest";
import { sayMs } from "../../src/report/say.ts";
import { percentOf, sayShare } from "../../src/report/share.ts";

test.each([
  [0, 0, "–"],
  [2, 4, "2 of 4"],
  [4, 4, "4 of 4"],
  [2, 5, "40 % of 5"],
  [1, 8, "13 % of 8"],
  [620, 1_000, "62 % of 1,000"],
])("%i of %i is said “%s”", (count, of, said) => {
  expect(sayShare({ count, of })).toBe(said);
});

test("fewer than five have no percentage", () => {
  expect([percentOf({ count: 4, of: 4 }), percentOf({ count: 5, of: 5 })]).toEqual([undefined, 100]);
});

test.each([
  [-700, "−700 ms"],
  [90_000, "1.5 min"],
  [5_400_000, "1.5 h"],
  [172_800_000, "2 d"],
])("%i ms are said “%s”", (ms, said) => {
  expect(sayMs(ms)).toBe(said);
});
