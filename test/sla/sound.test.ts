import { describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { Calendar, Promised, WorkingSpan } from "../../src/model/rep.ts";
import { due, elapsed, nextOpening } from "../../src/sla/calendar.ts";
import { parseHours } from "../../src/sla/hours.ts";
import { checkCalendar } from "../../src/sla/sound.ts";

const office: Calendar = { zone: "UTC", hours: parseHours("Mon-Fri 09:00-17:00") ?? [], daysOff: [] };
const monday = Date.UTC(2026, 10, 16, 10);
const saturday = Date.UTC(2026, 10, 21, 10);
const span = (weekday: WorkingSpan["weekday"], fromMinute: number, toMinute: number): Partial<Calendar> => ({
  hours: [{ weekday, fromMinute, toMinute }],
});

describe("a calendar that cannot be counted in", () => {
  const unsound: readonly (readonly [string, Partial<Calendar>, RegExp])[] = [
    ["a misspelt zone", { zone: "Europe/Atlantis" }, /"Europe\/Atlantis" is unknown: give an IANA zone/],
    ["no zone", { zone: "" }, /time zone "" is unknown/],
    ["an offset for a zone", { zone: "+05:30" }, /"\+05:30" is unknown/],
    ["hours backwards", span(1, 600, 540), /from minute 600 to 540 are in no day: give whole minutes/],
    ["no length", span(1, 600, 600), /from minute 600 to 600/],
    ["hours before midnight", span(1, -60, 540), /from minute -60/],
    ["hours after midnight", span(1, 540, 1_500), /to 1500/],
    ["half a minute", span(1, 540.5, 600), /minute 540.5/],
    ["hours that are no number", span(1, NaN, 600), /minute NaN/],
    // @ts-expect-error Types do not hold what was stored.
    ["an eighth weekday", span(8, 540, 600), /weekday 8/],
    ["a day no year has", { daysOff: ["2026-02-30"] }, /"2026-02-30" is in no calendar: give a date/],
    ["a day in other words", { daysOff: ["Christmas"] }, /"Christmas"/],
    ["a time for a day", { daysOff: ["2026-12-25T00:00"] }, /"2026-12-25T00:00"/],
  ];

  test.each(unsound)("with %s is refused with value, rule and fix", (_what, change, message) => {
    const calendar = { ...office, ...change };
    expect(() => checkCalendar(calendar)).toThrow(message);
    for (const ask of [
      () => due(monday, { ms: HOUR_MS }, calendar),
      () => due(monday, { businessDays: 1 }, calendar),
      () => elapsed(monday, monday + HOUR_MS, calendar),
      () => nextOpening(monday, calendar),
    ])
      expect(codeOf(ask)).toBe("playbook.invalid");
  });

  test.each<[string, Partial<Calendar>]>([
    ["the whole day", span(7, 0, 1_440)],
    ["no hours", { hours: [] }],
    ["a day off twice", { daysOff: ["2028-02-29", "2028-02-29"] }],
  ])("is not one with %s", (_what, change) => {
    expect(() => checkCalendar({ ...office, ...change })).not.toThrow();
  });

  test("with hours that overlap counts them once", () => {
    const twice: Calendar = {
      ...office,
      hours: [
        { weekday: 1, fromMinute: 600, toMinute: 720 },
        { weekday: 1, fromMinute: 540, toMinute: 660 },
      ],
    };
    expect(elapsed(monday - 10 * HOUR_MS, monday + 10 * HOUR_MS, twice)).toBe(3 * HOUR_MS);
  });
});

describe("a promise that is none", () => {
  test("of less than nothing is due as one of nothing", () => {
    expect(due(saturday, { ms: -HOUR_MS }, office)).toBe(saturday);
    expect(due(saturday, { businessDays: -1 }, office)).toBe(nextOpening(saturday, office));
    expect(due(saturday, { businessDays: 0 }, office)).toBe(nextOpening(saturday, office));
  });

  test.each<[Promised]>([
    [{ ms: Infinity }],
    [{ ms: NaN }],
    [{ businessDays: Infinity }],
    [{ businessDays: NaN }],
  ])("without an end is refused: %j", (promised) => {
    expect(() => due(monday, promised, office)).toThrow(/has no deadline: promise a number/);
  });

  test("between instants in the wrong order no time has passed", () => {
    expect(elapsed(saturday, monday, office)).toBe(0);
    expect(elapsed(monday, monday, office)).toBe(0);
  });
});

function codeOf(ask: () => unknown): string | undefined {
  try {
    ask();
  } catch (error) {
    return error instanceof BatonError ? error.code : String(error);
  }
  return undefined;
}
