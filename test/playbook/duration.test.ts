import { describe, expect, test } from "vitest";
import { durationSchema, formatDuration, promisedSchema } from "../../src/playbook/duration.ts";

describe("spans of time", () => {
  test.each([
    ["1m", 60_000],
    ["15m", 900_000],
    ["4h", 14_400_000],
    ["24h", 86_400_000],
    ["14d", 1_209_600_000],
    ["9999d", 863_913_600_000],
  ])("%s is %d ms", (text, ms) => {
    expect(durationSchema.parse(text)).toBe(ms);
    expect(promisedSchema.parse(text)).toEqual({ ms });
  });

  test.each(["", "0m", "m", "15", "15 m", "15s", "1.5h", "-1h", "1e3h", "99999d", "1bd", "１５m", 15, null])(
    "%j is refused",
    (text) => {
      expect(durationSchema.safeParse(text).success).toBe(false);
    },
  );

  test.each([
    ["1bd", 1],
    ["10bd", 10],
  ])("%s is %d business days", (text, businessDays) => {
    expect(promisedSchema.parse(text)).toEqual({ businessDays });
  });

  test.each(["0bd", "bd", "1.5bd", "1000bd", "1BD"])("%s is no promise", (text) => {
    expect(promisedSchema.safeParse(text).success).toBe(false);
  });

  test.each(["15m", "90m", "4h", "24h", "36h", "2d", "14d"])("%s is written as it was read", (text) => {
    expect(formatDuration(durationSchema.parse(text))).toBe(text);
  });
});
