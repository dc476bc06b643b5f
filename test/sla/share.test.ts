import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { Calendar, Promised } from "../../src/model/rep.ts";
import { due, elapsed } from "../../src/sla/calendar.ts";
import { parseHours } from "../../src/sla/hours.ts";
import type { Pause } from "../../src/model/handoff.ts";
import { dueWithPauses } from "../../src/sla/pauses.ts";
import { shareAt } from "../../src/sla/share.ts";
import { situations } from "./any-calendar.ts";

const utc = (text: string): number => Date.parse(`${text}Z`);
const say = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
const hours = (count: number): Promised => ({ ms: count * HOUR_MS });
const day: Promised = { businessDays: 1 };

/** Monday 16 November 2026; nine to five in UTC. */
const office: Calendar = { zone: "UTC", hours: parseHours("Mon-Fri 09:00-17:00") ?? [], daysOff: [] };

describe("a share of a promise has passed", () => {
  test.each<[string, Promised, number, string]>([
    ["2026-11-16T10:00", hours(4), 0, "2026-11-16T10:00"],
    ["2026-11-16T10:00", hours(4), 50, "2026-11-16T12:00"],
    ["2026-11-16T10:00", hours(5), 80, "2026-11-16T14:00"],
    ["2026-11-16T10:00", hours(4), 100, "2026-11-16T14:00"],
    ["2026-11-16T10:00", hours(4), 150, "2026-11-16T16:00"],
    ["2026-11-16T15:00", hours(4), 80, "2026-11-17T10:12"],
    ["2026-11-20T16:00", hours(1), 200, "2026-11-23T10:00"],
    ["2026-11-21T12:00", hours(4), 25, "2026-11-23T10:00"],
    ["2026-11-16T10:00", hours(4), -10, "2026-11-16T10:00"],
    ["2026-11-16T10:00", day, 50, "2026-11-16T14:00"],
    ["2026-11-16T10:00", day, 100, "2026-11-17T10:00"],
    ["2026-11-16T10:00", day, 150, "2026-11-17T14:00"],
    ["2026-11-20T16:00", day, 50, "2026-11-23T12:00"],
    // A day promised in a night is due at an opening, an instant at which no more time has passed than at the closing before.
    ["2026-11-16T20:00", day, 100, "2026-11-18T09:00"],
    ["2026-11-16T20:00", { businessDays: 0 }, 150, "2026-11-17T09:00"],
    ["2026-11-16T20:00", day, 75, "2026-11-17T15:00"],
  ])("from %s, of %j, %d %% at %s", (start, promised, percent, expected) => {
    expect(say(shareAt(utc(start), promised, percent, office))).toBe(expected);
  });

  test("in time that was not paused", () => {
    const start = utc("2026-11-16T10:00");
    const pauses: readonly Pause[] = [
      { fromAt: utc("2026-11-16T11:00"), toAt: utc("2026-11-16T12:00"), reason: "drawn" },
    ];
    expect(say(shareAt(start, hours(4), 25, office, pauses))).toBe("2026-11-16T11:00");
    expect(say(shareAt(start, hours(4), 50, office, pauses))).toBe("2026-11-16T13:00");
    expect(say(shareAt(start, hours(4), 100, office, pauses))).toBe("2026-11-16T15:00");
    expect(say(shareAt(start, day, 150, office, pauses))).toBe("2026-11-17T15:00");
  });

  test("never while a pause is open, but for the shares before it", () => {
    const start = utc("2026-11-16T10:00");
    const open: readonly Pause[] = [{ fromAt: utc("2026-11-16T13:00"), reason: "drawn" }];
    expect(say(shareAt(start, hours(4), 50, office, open))).toBe("2026-11-16T12:00");
    expect(shareAt(start, hours(4), 80, office, open)).toBeUndefined();
    expect(say(shareAt(start, hours(4), 80, office, open, start))).toBe("2026-11-16T13:12");
  });
});

describe("for any calendar, start and promise", () => {
  const promises: fc.Arbitrary<Promised> = fc.oneof(
    fc.integer({ min: 0, max: 60 * HOUR_MS }).map((ms) => ({ ms })),
    fc.integer({ min: 0, max: 6 }).map((businessDays) => ({ businessDays })),
  );
  const percents = fc.integer({ min: 0, max: 300 });
  const pauses = fc.array(fc.record({ after: fc.nat(30 * HOUR_MS), lasts: fc.nat(30 * HOUR_MS) }), {
    maxLength: 3,
  });

  test("the whole share is the deadline, paused or not", () => {
    fc.assert(
      fc.property(situations, promises, pauses, ({ calendar, start }, promised, drawn) => {
        const paused = drawn.map(({ after, lasts }) => ({
          fromAt: start + after,
          toAt: start + after + lasts,
          reason: "drawn",
        }));
        expect(shareAt(start, promised, 100, calendar)).toBe(due(start, promised, calendar));
        expect(shareAt(start, promised, 100, calendar, paused)).toBe(
          dueWithPauses(start, promised, calendar, paused, start),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("a larger share never passes earlier", () => {
    fc.assert(
      fc.property(situations, promises, percents, percents, ({ calendar, start }, promised, a, b) => {
        const smaller = shareAt(start, promised, Math.min(a, b), calendar);
        expect(smaller).toBeLessThanOrEqual(shareAt(start, promised, Math.max(a, b), calendar));
        expect(smaller).toBeGreaterThanOrEqual(start);
      }),
      { numRuns: 1_000 },
    );
  });

  test("that share of the working time has then passed, to the millisecond", () => {
    fc.assert(
      fc.property(
        situations,
        promises,
        fc.integer({ min: 0, max: 99 }),
        ({ calendar, start }, promised, percent) => {
          const whole = elapsed(start, due(start, promised, calendar), calendar);
          const at = shareAt(start, promised, percent, calendar);
          expect(elapsed(start, at, calendar)).toBe(Math.round((whole * percent) / 100));
        },
      ),
      { numRuns: 500 },
    );
  });
});
