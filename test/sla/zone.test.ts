import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { sayAgo, sayDate, sayTime } from "../../src/sla/words.ts";
import {
  dateOfDay,
  dayOfDate,
  isZone,
  localDate,
  startOfDay,
  wallClock,
  weekdayOf,
} from "../../src/sla/zone.ts";

const utc = (text: string): number => Date.parse(`${text}Z`);

describe("zones", () => {
  test.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["Europe/Atlantis", false],
    ["", false],
  ])("%j is known: %s", (zone, expected) => {
    expect(isZone(zone)).toBe(expected);
  });

  test.each([
    ["Europe/Berlin", "2026-11-17T23:30", "2026-11-18"],
    ["America/New_York", "2026-11-18T03:00", "2026-11-17"],
    ["Asia/Kathmandu", "2026-11-17T18:15", "2026-11-18"],
    ["Pacific/Kiritimati", "2026-11-17T10:00", "2026-11-18"],
  ])("the date in %s at %s is %s", (zone, at, expected) => {
    expect(localDate(zone, utc(at))).toBe(expected);
  });

  test.each([
    ["an ordinary day", "Europe/Berlin", "2026-11-17", "2026-11-16T23:00"],
    ["a day whose midnight the clocks skip", "Africa/Cairo", "2023-04-28", "2023-04-27T22:00"],
    ["a day the zone never had", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00"],
  ])("%s starts when it starts", (_what, zone, date, expected) => {
    expect(startOfDay(zone, dayOfDate(date))).toBe(utc(expected));
  });

  test("the platform's calendar agrees about every local date and time", () => {
    const zones = [
      "Europe/Berlin",
      "America/St_Johns",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "Asia/Kolkata",
    ];
    const span = { min: utc("2008-01-01T00:00"), max: utc("2030-01-01T00:00") };
    const formats = new Map(
      zones.map((timeZone) => [
        timeZone,
        new Intl.DateTimeFormat("en-CA", {
          timeZone,
          dateStyle: "short",
          timeStyle: "medium",
          hourCycle: "h23",
        }),
      ]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer(span), (zone, at) => {
        const { day, ofDayMs } = wallClock(zone, at);
        const time = new Date(ofDayMs).toISOString().slice(11, 19);
        expect(`${dateOfDay(day)}, ${time}`).toBe(formats.get(zone)?.format(at));
      }),
      { numRuns: 500 },
    );
  });

  test("weekdays are numbered from Monday", () => {
    expect(
      ["2026-11-16", "2026-11-22", "1970-01-01", "1969-12-28"].map((date) => weekdayOf(dayOfDate(date))),
    ).toEqual([1, 7, 4, 7]);
  });

  test("a date the calendar does not have is refused", () => {
    expect(() => dayOfDate("2026-02-30")).toThrow(RangeError);
  });
});

describe("instants in words", () => {
  test("are said in the reader's zone, which is named by its city", () => {
    const at = utc("2026-11-17T09:05");
    expect(sayDate(at, "Europe/Berlin")).toBe("Tue 17 Nov");
    expect(sayTime(at, "Europe/Berlin")).toBe("Tue 17 Nov, 10:05 (Berlin)");
    expect(sayTime(at, "America/New_York")).toBe("Tue 17 Nov, 04:05 (New York)");
  });

  test.each([
    [-5, "just now"],
    [59_000, "just now"],
    [60_000, "1 minute ago"],
    [3_599_000, "59 minutes ago"],
    [2 * 3_600_000, "2 hours ago"],
    [49 * 3_600_000, "2 days ago"],
  ])("%d ms is %s", (ms, expected) => {
    expect(sayAgo(ms)).toBe(expected);
  });
});
