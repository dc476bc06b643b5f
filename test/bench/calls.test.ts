import { expect, test } from "vitest";
import { type EndedCall, openMs, roundTrips } from "../../bench/calls.ts";
import { percentile } from "../../bench/figures.ts";

function call(startMs: number, endMs: number): EndedCall {
  return { startMs, endMs, status: 200, what: "GET /", inputs: 1 };
}

test.each<[string, readonly EndedCall[], number, number]>([
  ["nothing", [], 0, 0],
  ["calls side by side are one round trip", [call(0, 50), call(1, 52), call(2, 49)], 1, 52],
  ["calls that wait for one another are as many", [call(0, 50), call(50, 100), call(110, 160)], 3, 150],
  ["a long call beside two short ones hides neither", [call(0, 120), call(1, 50), call(60, 110)], 2, 120],
])("%s", (_name, calls, depth, open) => {
  expect(roundTrips(calls)).toBe(depth);
  expect(openMs(calls)).toBe(open);
});

test.each([
  [[5, 1, 3], 0.5, 3],
  [[1, 2, 3, 4], 0.95, 4],
  [[1, 2, 3, 4], 0, 1],
  [[], 0.5, Number.NaN],
])("of %j the share %d lies below %d", (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});
