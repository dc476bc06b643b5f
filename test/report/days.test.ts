import { describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { mondayOf, parseSpan, sayDay, spanBefore } from "../../src/report/days.ts";
import { periodBefore, periodOf } from "../../src/report/periods.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const day = (text: string): number => Date.parse(text) / 86_400_000;
const said = ({ fromDay, toDay }: { fromDay: number; toDay: number }) => [sayDay(fromDay), sayDay(toDay)];

describe("the days of a report", () => {
  test("are both included, and the end is open", () => {
    expect(said(parseSpan({ from: "2026-11-01", to: "2026-11-14" }, 30, NOW))).toEqual([
      "2026-11-01",
      "2026-11-15",
    ]);
  });

  test("end today and begin as many days before as usual when nobody says", () => {
    expect(said(parseSpan({}, 14, NOW))).toEqual(["2026-11-04", "2026-11-18"]);
  });

  test("before them lie as many", () => {
    expect(said(spanBefore(parseSpan({}, 14, NOW)))).toEqual(["2026-10-21", "2026-11-04"]);
  });

  test.each([
    [{ from: "2026-02-30" }],
    [{ from: "17.11.2026" }],
    [{ from: "2026-11-18", to: "2026-11-17" }],
    [{ from: "1970-01-01" }],
    [{ to: "=1+1" }],
  ])("%j is refused", (asked) => {
    expect(() => parseSpan(asked, 30, NOW)).toThrow(BatonError);
  });
});

test.each([
  ["2026-11-16", "2026-11-16"],
  ["2026-11-22", "2026-11-16"],
  ["1970-01-01", "1969-12-29"],
])("the week of %s begins on %s", (one, monday) => {
  expect(sayDay(mondayOf(day(one)))).toBe(monday);
});

test.each([
  ["week", "2026-11-17", "week of 2026-11-16", "2026-11-16", "2026-11-23"],
  ["month", "2026-12-31", "December 2026", "2026-12-01", "2027-01-01"],
  ["quarter", "2026-11-17", "Q4 2026", "2026-10-01", "2027-01-01"],
] as const)("the %s of %s is %s", (per, one, name, from, to) => {
  const period = periodOf(per, day(one));
  expect([period.name, ...said(period)]).toEqual([name, from, to]);
  expect(said(periodBefore(per, period))[1]).toBe(from);
});
