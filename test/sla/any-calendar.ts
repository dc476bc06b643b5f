/** Any calendar at all, for property tests: every zone of the platform, any hours of any week, any days off, 2005 to 2040. */
import fc from "fast-check";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Calendar, WorkingSpan } from "../../src/model/rep.ts";
import type { SlowCalendar } from "./slow-clock.ts";

const ZONES = Intl.supportedValuesOf("timeZone");
/** Zones in which something odd happened, met as often as all the others together. */
const ODD = [
  "Pacific/Apia",
  "America/St_Johns",
  "Antarctica/Casey",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Asia/Kathmandu",
  "Asia/Pyongyang",
  "America/Caracas",
  "America/Sao_Paulo",
  "Africa/Casablanca",
  "Asia/Gaza",
  "Europe/Berlin",
  "America/New_York",
];
const FIRST = Date.UTC(2005, 0, 1);
const LAST = Date.UTC(2040, 11, 31);
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** An instant of 2005 to 2040: any millisecond, or one on the minute, where openings are. */
const instants = fc.oneof(
  fc.integer({ min: FIRST, max: LAST }),
  fc.integer({ min: FIRST / 60_000, max: LAST / 60_000 }).map((minute) => minute * 60_000),
);

const zones = fc.oneof(fc.constantFrom(...ODD), fc.constantFrom(...ZONES));

const spans: fc.Arbitrary<WorkingSpan> = fc
  .record({
    weekday: fc.constantFrom<WorkingSpan["weekday"]>(1, 2, 3, 4, 5, 6, 7),
    from: fc.integer({ min: 0, max: 1_439 }),
    length: fc.integer({ min: 1, max: 1_440 }),
  })
  .map(({ weekday, from, length }) => ({
    weekday,
    fromMinute: from,
    toMinute: Math.min(1_440, from + length),
  }));

/** A calendar and an instant among its days off, which lie within ten days of it. */
export const situations: fc.Arbitrary<{ readonly calendar: Calendar; readonly start: number }> = fc
  .record({
    zone: zones,
    hours: fc.array(spans, { minLength: 1, maxLength: 9 }),
    off: fc.array(fc.integer({ min: -1, max: 10 }), { maxLength: 5 }),
    start: instants,
  })
  .map(({ zone, hours, off, start }) => ({
    calendar: { zone, hours, daysOff: off.map((days) => isoDate(start + days * DAY_MS)) },
    start,
  }));

/** The same calendar in the words of the slow clock. */
export function slowly({ zone, hours, daysOff }: Calendar): SlowCalendar {
  const lines = hours.map(
    ({ weekday, fromMinute, toMinute }) =>
      `${DAYS[weekday - 1]} ${clockTime(fromMinute)}-${clockTime(toMinute)}`,
  );
  return { zone, hours: lines, daysOff };
}

function clockTime(minute: number): string {
  return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
