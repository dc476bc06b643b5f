import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import type { Calendar } from "../../src/model/rep.ts";
import { withAway } from "../../src/sla/away.ts";
import { due } from "../../src/sla/calendar.ts";
import { parseHours } from "../../src/sla/hours.ts";
import { calendarVersion } from "../../src/sla/version.ts";

const utc = (text: string): number => Date.parse(`${text}Z`);
const away = (from: string, to: string): { fromAt: number; toAt: number } => ({
  fromAt: utc(from),
  toAt: utc(to),
});
const calendar = (zone: string, daysOff: readonly string[] = []): Calendar => ({
  zone,
  hours: parseHours("Mon-Fri 09:00-17:00") ?? [],
  daysOff,
});
const berlin = calendar("Europe/Berlin");

describe("an absence", () => {
  test.each([
    [
      "of whole days is those days off",
      [away("2026-11-15T23:00", "2026-11-17T23:00")],
      ["2026-11-16", "2026-11-17"],
    ],
    [
      "that begins a millisecond late leaves its first day",
      [{ fromAt: utc("2026-11-15T23:00") + 1, toAt: utc("2026-11-17T23:00") }],
      ["2026-11-17"],
    ],
    [
      "that ends a millisecond early leaves its last day",
      [{ fromAt: utc("2026-11-15T23:00"), toAt: utc("2026-11-17T23:00") - 1 }],
      ["2026-11-16"],
    ],
    ["of a part of a day is none", [away("2026-11-16T06:00", "2026-11-16T20:00")], []],
    ["of 24 hours from noon is none", [away("2026-11-16T11:00", "2026-11-17T11:00")], []],
    [
      "of the 23 hours of a spring day is that day",
      [away("2026-03-28T23:00", "2026-03-29T22:00")],
      ["2026-03-29"],
    ],
    ["of 24 of an autumn day's 25 hours is none", [away("2026-10-24T22:00", "2026-10-25T22:00")], []],
    [
      "that goes on where another ends covers a day with it",
      [away("2026-11-16T11:00", "2026-11-16T23:00"), away("2026-11-15T23:00", "2026-11-16T11:00")],
      ["2026-11-16"],
    ],
    [
      "within another adds nothing",
      [away("2026-11-15T23:00", "2026-11-17T23:00"), away("2026-11-16T08:00", "2026-11-16T12:00")],
      ["2026-11-16", "2026-11-17"],
    ],
    ["that ends before it begins is none", [away("2026-11-18T23:00", "2026-11-15T23:00")], []],
  ])("%s", (_what, spans, expected) => {
    expect(withAway(berlin, spans).daysOff).toEqual(expected);
  });

  test("is counted in days of the calendar's own zone", () => {
    const spans = [away("2026-11-16T00:00", "2026-11-17T00:00")];
    expect(withAway(calendar("UTC"), spans).daysOff).toEqual(["2026-11-16"]);
    expect(withAway(berlin, spans).daysOff).toEqual([]);
  });

  test("is added to the days off there are, in order and once", () => {
    const known = calendar("UTC", ["2026-11-17", "2026-12-25"]);
    const spans = [away("2026-11-16T00:00", "2026-11-19T00:00")];
    expect(withAway(known, spans).daysOff).toEqual(["2026-11-16", "2026-11-17", "2026-11-18", "2026-12-25"]);
    expect(known.daysOff).toEqual(["2026-11-17", "2026-12-25"]);
  });

  test("of a year moves a promise by a year", () => {
    const spans = [away("2026-01-01T00:00", "2027-01-01T00:00")];
    expect(due(utc("2026-01-01T10:00"), { ms: HOUR_MS }, withAway(calendar("UTC"), spans))).toBe(
      utc("2027-01-01T10:00"),
    );
  });

  test("of more than 400 days moves none, so that a promise always has a deadline", () => {
    const start = utc("2026-01-01T00:00");
    const longest = { fromAt: start, toAt: start + 400 * DAY_MS };
    const endless = { fromAt: start, toAt: start + 401 * DAY_MS };
    expect(withAway(calendar("UTC"), [longest]).daysOff).toHaveLength(400);
    expect(withAway(calendar("UTC"), [endless]).daysOff).toEqual([]);
    expect(withAway(calendar("UTC"), [{ fromAt: 0, toAt: Infinity }]).daysOff).toEqual([]);
  });
});

describe("a calendar with absences", () => {
  test("is the calendar itself where nothing is added, and the same object for the same days", () => {
    const office = calendar("UTC");
    expect(withAway(office, [])).toBe(office);
    expect(withAway(office, [away("2026-11-16T10:00", "2026-11-16T12:00")])).toBe(office);
    const monday = withAway(office, [away("2026-11-16T00:00", "2026-11-17T00:00")]);
    expect(withAway(office, [away("2026-11-15T22:00", "2026-11-17T03:00")])).toBe(monday);
    expect(withAway(office, [away("2026-11-16T00:00", "2026-11-18T00:00")])).not.toBe(monday);
  });

  test("has a version of its own", () => {
    const monday = withAway(berlin, [away("2026-11-15T23:00", "2026-11-16T23:00")]);
    expect(calendarVersion(monday)).not.toBe(calendarVersion(berlin));
  });

  test("is refused for an unknown zone", () => {
    expect(() => withAway(calendar("Mars/Olympus"), [away("2026-11-16T00:00", "2026-11-17T00:00")])).toThrow(
      /"Mars\/Olympus" is unknown/,
    );
  });
});
