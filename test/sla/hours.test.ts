import { describe, expect, test } from "vitest";
import { ALL_HOURS, joinSpans, parseHours } from "../../src/sla/hours.ts";

function say(text: string): string | undefined {
  return parseHours(text)
    ?.map(({ weekday, fromMinute, toMinute }) => `${weekday} ${fromMinute}-${toMinute}`)
    .join("; ");
}

describe("working hours", () => {
  test.each([
    ["Mon-Tue 09:00-17:30", "1 540-1050; 2 540-1050"],
    ["mon,wed 9:00-12:00", "1 540-720; 3 540-720"],
    ["Monday 09:00-12:00, 13:00-17:00", "1 540-720; 1 780-1020"],
    ["Sat-Mon 10:00-11:00", "1 600-660; 6 600-660; 7 600-660"],
    ["Fri 22:00-06:00", "5 1320-1440; 6 0-360"],
    ["Sun 22:00-06:00", "1 0-360; 7 1320-1440"],
    ["Mon 22:00-24:00", "1 1320-1440"],
    ["Mon 22:00-00:00", "1 1320-1440"],
    ["Mon 09:00-12:00, 11:00-13:00", "1 540-780"],
  ])("%s", (text, expected) => {
    expect(say(text)).toBe(expected);
  });

  test("always is every minute of the week", () => {
    expect(parseHours("Always")).toBe(ALL_HOURS);
    expect(ALL_HOURS).toHaveLength(7);
  });

  test.each([
    "",
    "09:00-17:30",
    "Mon-Fri",
    "Mon-Fri 9-17",
    "Mon-Fri 09:00-25:00",
    "Mon-Fri 09:00-17:60",
    "Mon-Fri 09:00-09:00",
    "Mon-Fri 24:00-06:00",
    "Mon-Fri-Sat 09:00-17:00",
    "Mon- 09:00-17:00",
    "Foo 09:00-17:00",
    "Mo 09:00-17:00",
    "Mon-Fri 09:00-17:00,",
  ])("%j is refused", (text) => {
    expect(parseHours(text)).toBeUndefined();
  });

  test("spans given in any order are sorted and touching ones joined", () => {
    const spans = joinSpans([
      { weekday: 2, fromMinute: 60, toMinute: 120 },
      { weekday: 1, fromMinute: 90, toMinute: 100 },
      { weekday: 2, fromMinute: 0, toMinute: 60 },
    ]);
    expect(spans).toEqual([
      { weekday: 1, fromMinute: 90, toMinute: 100 },
      { weekday: 2, fromMinute: 0, toMinute: 120 },
    ]);
  });
});
