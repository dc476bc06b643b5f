import { describe, expect, test } from "vitest";
import type { Calendar } from "../../src/model/rep.ts";
import { parseHours } from "../../src/sla/hours.ts";
import { calendarVersion } from "../../src/sla/version.ts";

const office: Calendar = {
  zone: "Europe/Berlin",
  hours: parseHours("Mon-Fri 09:00-12:00, 13:00-17:00") ?? [],
  daysOff: ["2026-12-25", "2026-12-26"],
};

describe("a calendar's version", () => {
  test("stays the same from release to release", () => {
    expect(calendarVersion(office)).toBe("c749dc55336e");
  });

  test("is the same for equal calendars, in whatever order they were written", () => {
    const written: Calendar = {
      zone: "Europe/Berlin",
      hours: office.hours.toReversed(),
      daysOff: ["2026-12-26", "2026-12-25", "2026-12-25"],
    };
    expect(calendarVersion(written)).toBe(calendarVersion(office));
  });

  test.each<[string, Partial<Calendar>]>([
    ["zone", { zone: "Europe/Vienna" }],
    ["minute of the hours", { hours: parseHours("Mon-Fri 09:00-12:00, 13:00-17:01") ?? [] }],
    ["weekday", { hours: parseHours("Mon-Sat 09:00-12:00, 13:00-17:00") ?? [] }],
    ["day off more", { daysOff: [...office.daysOff, "2027-01-01"] }],
    ["length of the break", { hours: parseHours("Mon-Fri 09:00-17:00") ?? [] }],
    ["day off in place of one", { daysOff: ["2026-12-25", "2026-12-27"] }],
    ["day off less", { daysOff: ["2026-12-25"] }],
  ])("is another for another %s", (_what, change) => {
    expect(calendarVersion({ ...office, ...change })).not.toBe(calendarVersion(office));
  });
});
