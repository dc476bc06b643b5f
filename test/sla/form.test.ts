import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import { elapsed } from "../../src/sla/calendar.ts";
import { formCalendar } from "../../src/sla/form.ts";
import { holidaysOf, isHolidayRegion } from "../../src/sla/holidays.ts";
import { parseHours } from "../../src/sla/hours.ts";

const now = Date.UTC(2026, 10, 17);
const mornings = parseHours("Mon-Fri 08:00-12:00") ?? [];
const evenings = parseHours("Mon-Fri 14:00-20:00") ?? [];

describe("holidays", () => {
  test("are public ones of whole days, by region", () => {
    expect(holidaysOf("DE-BE", 2026)).toContain("2026-03-08");
    expect(holidaysOf("DE", 2026)).not.toContain("2026-03-08");
    expect(holidaysOf("DE-BE", 2026)).not.toContain("2026-12-24");
    expect(holidaysOf("US", 2026)).toContain("2026-11-26");
    expect(holidaysOf("JP", 2026)).toContain("2026-11-23");
  });

  test("that end in half a day leave that day to work", () => {
    const feasts = holidaysOf("TR", 2026).filter((date) => /^2026-0[35]-[23]/.test(date));
    expect(feasts).toEqual([
      "2026-03-20",
      "2026-03-21",
      "2026-03-22",
      "2026-05-27",
      "2026-05-28",
      "2026-05-29",
      "2026-05-30",
    ]);
  });

  test("of several days, in which the clocks are set forward, keep their last day", () => {
    expect(holidaysOf("BA", 2025)).toEqual(
      expect.arrayContaining(["2025-03-30", "2025-03-31", "2025-04-01"]),
    );
    expect(holidaysOf("EG", 2029)).toContain("2029-04-27");
  });

  test.each([
    ["DE", true],
    ["DE-BE", true],
    ["US-NY", true],
    ["DE-XX", false],
    ["XX", false],
    ["DE-BE-1", false],
    ["", false],
    ["constructor", false],
  ])("the region %j is known: %s", (region, expected) => {
    expect(isHolidayRegion(region)).toBe(expected);
  });
});

describe("forming a calendar", () => {
  test("takes each thing from the first that says it", () => {
    const rep = { zone: "Europe/Berlin" };
    const crm = { zone: "Europe/Paris", hours: mornings };
    const team = { hours: evenings, holidays: "DE" };
    const calendar = formCalendar([rep, crm, undefined, team], now);
    expect(calendar.zone).toBe("Europe/Berlin");
    expect(calendar.hours).toBe(mornings);
    expect(calendar.daysOff).toContain("2026-10-03");
  });

  test("passes over empty weeks and misspelt zones", () => {
    const calendar = formCalendar(
      [
        { zone: "Mars/Olympus", hours: [] },
        { zone: "Asia/Tokyo", hours: evenings },
      ],
      now,
    );
    expect(calendar).toMatchObject({ zone: "Asia/Tokyo", hours: evenings, daysOff: [] });
  });

  test("is Monday to Friday, nine to five UTC, when nobody says anything", () => {
    const calendar = formCalendar([], now);
    const tuesday = Date.UTC(2026, 10, 17);
    expect(elapsed(tuesday, tuesday + 9 * HOUR_MS, calendar)).toBe(0);
    expect(elapsed(tuesday, tuesday + 17 * HOUR_MS, calendar)).toBe(8 * HOUR_MS);
    expect(elapsed(tuesday + 17 * HOUR_MS, tuesday + 24 * HOUR_MS, calendar)).toBe(0);
    const saturday = Date.UTC(2026, 10, 21);
    expect(elapsed(saturday, saturday + 24 * HOUR_MS, calendar)).toBe(0);
  });

  test("knows the days off of the year before and the two after", () => {
    const { daysOff } = formCalendar([{ zone: "Europe/Berlin", holidays: "DE" }], now);
    expect(new Set(daysOff.map((date) => date.slice(0, 4)))).toEqual(
      new Set(["2025", "2026", "2027", "2028"]),
    );
  });

  test("gives the same object for the same saying, so that its work is kept", () => {
    const saying = { zone: "Europe/Berlin", hours: mornings, holidays: "DE" };
    expect(formCalendar([{ ...saying }], now)).toBe(formCalendar([{ ...saying }], now));
    expect(formCalendar([{ ...saying, holidays: "FR" }], now)).not.toBe(formCalendar([saying], now));
  });
});
