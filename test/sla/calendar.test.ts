import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Calendar, Promised } from "../../src/model/rep.ts";
import { ALWAYS, due, elapsed, nextOpening } from "../../src/sla/calendar.ts";
import { parseHours } from "../../src/sla/hours.ts";
import { localDate } from "../../src/sla/zone.ts";

function calendar(zone: string, hours = "Mon-Fri 09:00-17:30", daysOff: readonly string[] = []): Calendar {
  return { zone, hours: parseHours(hours) ?? [], daysOff };
}

const utc = (text: string): number => Date.parse(`${text}Z`);
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);

const berlin = calendar("Europe/Berlin");
const withLunch = calendar("Europe/Berlin", "Mon-Fri 09:00-12:00, 13:00-17:00");
const christmas = calendar("Europe/Berlin", "Mon-Fri 09:00-17:30", ["2026-12-24", "2026-12-25"]);
const nights = calendar("Europe/Berlin", "Mon-Sun 22:00-06:00");
const minutes = (count: number): Promised => ({ ms: count * MINUTE_MS });
const days = (businessDays: number): Promised => ({ businessDays });

/** Whether the millisecond that begins at `at` is working time. */
function isWorking(at: number, of: Calendar): boolean {
  return elapsed(at, at + 1, of) === 1;
}

describe("a promise is due", () => {
  // Berlin is UTC+1 in winter, UTC+2 in summer. 2026-11-16 is a Monday.
  test.each([
    ["within the day", berlin, "2026-11-16T09:00", minutes(15), "2026-11-16T09:15"],
    ["exactly at closing", berlin, "2026-11-16T16:00", minutes(30), "2026-11-16T16:30"],
    ["the next morning", berlin, "2026-11-16T16:20", minutes(15), "2026-11-17T08:05"],
    ["after the weekend", berlin, "2026-11-20T16:20", minutes(15), "2026-11-23T08:05"],
    [
      "from the opening, when it is made at night",
      berlin,
      "2026-11-16T02:00",
      minutes(15),
      "2026-11-16T08:15",
    ],
    ["after lunch", withLunch, "2026-11-16T10:50", minutes(15), "2026-11-16T12:05"],
    ["after days off", christmas, "2026-12-23T16:00", minutes(60), "2026-12-28T08:30"],
    ["a day later at the same time", berlin, "2026-11-16T09:00", days(1), "2026-11-17T09:00"],
    ["on Monday, from Friday", berlin, "2026-11-20T09:00", days(1), "2026-11-23T09:00"],
    ["on Tuesday morning, from Saturday", berlin, "2026-11-21T11:00", days(1), "2026-11-24T08:00"],
    ["two days later, over days off", christmas, "2026-12-22T09:00", days(2), "2026-12-28T09:00"],
    [
      "at the same local time after the clocks went back",
      berlin,
      "2026-10-23T08:00",
      days(1),
      "2026-10-26T09:00",
    ],
    [
      "at the same local time after the clocks went forward",
      berlin,
      "2026-03-27T09:00",
      days(1),
      "2026-03-30T08:00",
    ],
    ["after the hour that a spring night skips", nights, "2026-03-29T00:30", minutes(60), "2026-03-29T01:30"],
    [
      "within the hour that an autumn night repeats",
      nights,
      "2026-10-25T00:30",
      minutes(60),
      "2026-10-25T01:30",
    ],
    ["at once, when nothing was asked", berlin, "2026-11-21T11:00", minutes(0), "2026-11-21T11:00"],
    ["on the clock, when every hour counts", ALWAYS, "2026-11-20T23:50", minutes(15), "2026-11-21T00:05"],
    ["a calendar day later, when every day counts", ALWAYS, "2026-11-20T23:50", days(1), "2026-11-21T23:50"],
  ])("%s", (_when, of, start, promised, expected) => {
    expect(iso(due(utc(start), promised, of))).toBe(expected);
  });

  test("at the closing of a shorter day, when that time of day is not worked", () => {
    const short = calendar("Europe/Berlin", "Mon 09:00-17:00");
    const week: Calendar = { ...short, hours: [...short.hours, ...(parseHours("Tue 09:00-12:00") ?? [])] };
    expect(iso(due(utc("2026-11-16T14:00"), days(1), week))).toBe("2026-11-17T11:00");
  });
});

describe("elapsed working time", () => {
  test.each([
    ["a night is none", "2026-11-16T16:30", "2026-11-17T08:00", 0],
    ["a weekend is none", "2026-11-20T16:30", "2026-11-23T08:00", 0],
    ["a day is eight and a half hours", "2026-11-16T00:00", "2026-11-17T00:00", 8.5 * HOUR_MS],
    ["a year has its working days", "2025-12-31T23:00", "2026-12-31T23:00", 261 * 8.5 * HOUR_MS],
    ["backwards is none", "2026-11-17T09:00", "2026-11-16T09:00", 0],
  ])("%s", (_what, start, end, expected) => {
    expect(elapsed(utc(start), utc(end), berlin)).toBe(expected);
  });

  test("a spring night has an hour less, an autumn night an hour more", () => {
    expect(elapsed(utc("2026-03-28T20:00"), utc("2026-03-29T10:00"), nights)).toBe(7 * HOUR_MS);
    expect(elapsed(utc("2026-10-24T19:00"), utc("2026-10-25T10:00"), nights)).toBe(9 * HOUR_MS);
  });
});

describe("openings", () => {
  test("an opening is working time and a closing is not", () => {
    expect(isWorking(utc("2026-11-16T08:00"), berlin)).toBe(true);
    expect(isWorking(utc("2026-11-16T16:30"), berlin)).toBe(false);
    expect(nextOpening(utc("2026-11-16T08:00"), berlin)).toBe(utc("2026-11-16T08:00"));
    expect(nextOpening(utc("2026-11-16T16:30"), berlin)).not.toBe(utc("2026-11-16T16:30"));
  });

  test("whoever is at work is open now", () => {
    expect(nextOpening(utc("2026-11-16T10:00"), berlin)).toBe(utc("2026-11-16T10:00"));
    expect(iso(nextOpening(utc("2026-11-20T16:30"), berlin))).toBe("2026-11-23T08:00");
  });

  test("a calendar without working time says so instead of searching for ever", () => {
    const never: Calendar = { zone: "Europe/Berlin", hours: [], daysOff: [] };
    expect(() => nextOpening(0, never)).toThrow(/no working time/);
    expect(() => due(0, minutes(1), never)).toThrow(/no working time/);
  });

  test("a promise of days in a calendar that closes for good says so", () => {
    const daysOff = Array.from({ length: 900 }, (_, day) =>
      localDate("UTC", utc("2026-11-17T00:00") + day * DAY_MS),
    );
    const closing = calendar("UTC", "always", daysOff);
    expect(() => due(utc("2026-11-16T10:00"), days(1), closing)).toThrow(/no working time/);
  });
});

describe("for every start, promise, zone and clock change", () => {
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "UTC",
  ];
  const weeks = [
    "Mon-Fri 09:00-17:30",
    "Mon-Fri 08:00-12:00, 13:00-17:00",
    "Mon-Sun 22:00-06:00",
    "Sun-Thu 01:30-03:30",
    "always",
  ];
  const calendars = fc
    .record({ zone: fc.constantFrom(...zones), week: fc.constantFrom(...weeks), off: fc.boolean() })
    .map(({ zone, week, off }) =>
      calendar(zone, week, off ? ["2026-03-30", "2026-10-26", "2026-11-02"] : []),
    );
  const starts = fc.integer({ min: utc("2025-12-01T00:00"), max: utc("2027-02-01T00:00") });

  test("elapsed(start, due(start, d)) is d, and no earlier instant will do", () => {
    const spans = fc.integer({ min: 1, max: 90 * HOUR_MS });
    fc.assert(
      fc.property(calendars, starts, spans, (of, start, ms) => {
        const dueAt = due(start, { ms }, of);
        expect(elapsed(start, dueAt, of)).toBe(ms);
        expect(elapsed(start, dueAt - 1, of)).toBe(ms - 1);
      }),
      { numRuns: 500 },
    );
  });

  test("time adds up over any instant between", () => {
    fc.assert(
      fc.property(calendars, starts, fc.nat(90 * DAY_MS), fc.nat(90 * DAY_MS), (of, a, first, second) => {
        const b = a + first;
        const c = b + second;
        expect(elapsed(a, b, of) + elapsed(b, c, of)).toBe(elapsed(a, c, of));
      }),
      { numRuns: 200 },
    );
  });

  test("working time and openings agree millisecond by millisecond", () => {
    fc.assert(
      fc.property(calendars, starts, (of, at) => {
        expect(isWorking(at, of)).toBe(nextOpening(at, of) === at);
      }),
      { numRuns: 500 },
    );
  });

  test("the next opening is working time with none before it", () => {
    fc.assert(
      fc.property(calendars, starts, (of, at) => {
        const opening = nextOpening(at, of);
        expect(isWorking(opening, of)).toBe(true);
        expect(elapsed(at, opening, of)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test("business days end that many working days later", () => {
    fc.assert(
      fc.property(calendars, starts, fc.integer({ min: 1, max: 12 }), (of, start, businessDays) => {
        const opening = nextOpening(start, of);
        const dueAt = due(start, { businessDays }, of);
        const worked = new Set<string>();
        for (let at = opening; at < dueAt; at = Math.min(dueAt, at + 30 * MINUTE_MS))
          if (isWorking(at, of)) worked.add(localDate(of.zone, at));
        worked.add(localDate(of.zone, dueAt - 1));
        worked.delete(localDate(of.zone, opening));
        expect(businessDays - worked.size).toBeLessThanOrEqual(1);
        expect(worked.size).toBeLessThanOrEqual(businessDays);
      }),
      { numRuns: 200 },
    );
  });
});
