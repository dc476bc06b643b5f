import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Calendar, Promised } from "../../src/model/rep.ts";
import { due, elapsed } from "../../src/sla/calendar.ts";
import { parseHours } from "../../src/sla/hours.ts";
import type { Pause } from "../../src/model/handoff.ts";
import { dueWithPauses } from "../../src/sla/pauses.ts";
import { situations, slowly } from "./any-calendar.ts";
import { slowClock, slowDue, slowElapsed } from "./slow-clock.ts";

const utc = (text: string): number => Date.parse(`${text}Z`);
const say = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
const pause = (from: string, to?: string): Pause => ({
  fromAt: utc(from),
  reason: "asked to be called later",
  ...(to === undefined ? {} : { toAt: utc(to) }),
});
const hours = (count: number): Promised => ({ ms: count * HOUR_MS });

/** Monday 16 November 2026; nine to five in UTC. */
const office: Calendar = { zone: "UTC", hours: parseHours("Mon-Fri 09:00-17:00") ?? [], daysOff: [] };
const monday = utc("2026-11-16T10:00");
const later = utc("2027-01-01T00:00");

describe("a promise whose clock stood still", () => {
  const twoHours = pause("2026-11-16T11:00", "2026-11-16T13:00");
  const night = pause("2026-11-16T17:00", "2026-11-17T09:00");
  test.each<[string, Promised, readonly Pause[], string]>([
    ["is due as ever, without pauses", hours(4), [], "2026-11-16T14:00"],
    ["is put off by the working time of a pause", hours(4), [twoHours], "2026-11-16T16:00"],
    ["is put off past closing", hours(6), [twoHours], "2026-11-17T10:00"],
    [
      "is put off by what a pause has after the start",
      hours(4),
      [pause("2026-11-16T08:00", "2026-11-16T10:30")],
      "2026-11-16T14:30",
    ],
    [
      "is not put off by a pause before the start",
      hours(4),
      [pause("2026-11-13T09:00", "2026-11-16T10:00")],
      "2026-11-16T14:00",
    ],
    ["is not put off by a pause at night", hours(8), [night], "2026-11-17T10:00"],
    [
      "is not put off by a pause from the deadline on",
      hours(4),
      [pause("2026-11-16T14:00", "2026-11-16T16:00")],
      "2026-11-16T14:00",
    ],
    [
      "is put off by a pause just before it",
      hours(4),
      [pause("2026-11-16T13:59", "2026-11-16T16:00")],
      "2026-11-16T16:01",
    ],
    [
      "is put off by a pause that an earlier pause brought before the deadline",
      hours(4),
      [pause("2026-11-16T15:00", "2026-11-16T15:30"), twoHours],
      "2026-11-16T16:30",
    ],
    [
      "counts overlapping pauses once",
      hours(4),
      [
        twoHours,
        pause("2026-11-16T12:00", "2026-11-16T13:30"),
        pause("2026-11-16T11:30", "2026-11-16T12:30"),
      ],
      "2026-11-16T16:30",
    ],
    [
      "is not put off by a pause that ends before it begins",
      hours(4),
      [pause("2026-11-16T13:00", "2026-11-16T11:00")],
      "2026-11-16T14:00",
    ],
    ["of no time is due at once, paused or not", hours(0), [pause("2026-11-16T09:00")], "2026-11-16T10:00"],
    ["of a business day is due as ever, without pauses", { businessDays: 1 }, [], "2026-11-17T10:00"],
    ["of a business day is put off by working time", { businessDays: 1 }, [twoHours], "2026-11-17T12:00"],
    ["of a business day is not put off by a night", { businessDays: 1 }, [night], "2026-11-17T10:00"],
    [
      "of two business days is put off by a whole one",
      { businessDays: 2 },
      [pause("2026-11-17T00:00", "2026-11-18T00:00")],
      "2026-11-19T10:00",
    ],
  ])("%s", (_what, promised, pauses, expected) => {
    expect(say(dueWithPauses(monday, promised, office, pauses, later))).toBe(expected);
  });

  test("has no deadline while a pause is open", () => {
    expect(dueWithPauses(monday, hours(4), office, [pause("2026-11-16T11:00")], later)).toBeUndefined();
    expect(
      dueWithPauses(monday, hours(4), office, [twoHours, pause("2026-11-16T15:00")], later),
    ).toBeUndefined();
    expect(
      dueWithPauses(
        monday,
        hours(4),
        office,
        [pause("2026-11-16T11:00"), pause("2026-11-16T12:00", "2026-11-16T13:00")],
        later,
      ),
    ).toBeUndefined();
  });

  test("keeps its deadline where an open pause begins only then, or has not begun", () => {
    const atDue = pause("2026-11-16T14:00");
    expect(say(dueWithPauses(monday, hours(4), office, [atDue], later))).toBe("2026-11-16T14:00");
    const announced = pause("2026-11-16T12:00");
    const before = utc("2026-11-16T11:59");
    expect(say(dueWithPauses(monday, hours(4), office, [announced], before))).toBe("2026-11-16T14:00");
    expect(dueWithPauses(monday, hours(4), office, [announced], announced.fromAt)).toBeUndefined();
  });

  test("of a business day that is due at an opening waits for a pause which holds that opening", () => {
    const evening = utc("2026-11-16T20:00");
    const day: Promised = { businessDays: 1 };
    const morning = pause("2026-11-17T18:00", "2026-11-18T10:00");
    expect(say(dueWithPauses(evening, day, office, [], later))).toBe("2026-11-18T09:00");
    expect(say(dueWithPauses(evening, day, office, [morning], later))).toBe("2026-11-18T10:00");
    expect(dueWithPauses(evening, day, office, [pause("2026-11-17T18:00")], later)).toBeUndefined();
  });
});

describe("for any calendar, start and pauses", () => {
  const pausesAfter = fc.array(
    fc.record({
      afterMinutes: fc.integer({ min: -600, max: 4_000 }),
      minutes: fc.integer({ min: 1, max: 2_000 }),
    }),
    { maxLength: 4 },
  );
  const spans = fc.integer({ min: 1, max: 10 * HOUR_MS });

  function pausesFrom(
    start: number,
    drawn: readonly { readonly afterMinutes: number; readonly minutes: number }[],
  ): readonly (Pause & { readonly toAt: number })[] {
    const minute = Math.floor(start / MINUTE_MS) * MINUTE_MS;
    return drawn.map(({ afterMinutes, minutes }) => ({
      fromAt: minute + afterMinutes * MINUTE_MS,
      toAt: minute + (afterMinutes + minutes) * MINUTE_MS,
      reason: "drawn",
    }));
  }

  /** Working time in no pause, counted between them. */
  function unpaused(
    start: number,
    end: number,
    calendar: Calendar,
    pauses: readonly (Pause & { readonly toAt: number })[],
  ): number {
    let sum = 0;
    let at = start;
    for (const { fromAt, toAt } of pauses.toSorted((a, b) => a.fromAt - b.fromAt)) {
      sum += elapsed(at, Math.min(fromAt, end), calendar);
      at = Math.max(at, toAt);
    }
    return sum + elapsed(at, end, calendar);
  }

  test("what was promised has passed unpaused at the deadline, and a millisecond before it had not", () => {
    fc.assert(
      fc.property(situations, spans, pausesAfter, ({ calendar, start }, ms, drawn) => {
        const pauses = pausesFrom(start, drawn);
        const dueAt = dueWithPauses(start, { ms }, calendar, pauses, start) ?? 0;
        expect(unpaused(start, dueAt, calendar, pauses)).toBe(ms);
        expect(unpaused(start, dueAt - 1, calendar, pauses)).toBe(ms - 1);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a walk minute by minute comes to the same deadline", () => {
    fc.assert(
      fc.property(situations, spans, pausesAfter, ({ calendar, start }, ms, drawn) => {
        const pauses = pausesFrom(start, drawn);
        const isPaused = (at: number): boolean =>
          pauses.some(({ fromAt, toAt }) => at >= fromAt && at < toAt);
        const clock = slowClock(slowly(calendar));
        const dueAt = dueWithPauses(start, { ms }, calendar, pauses, start) ?? 0;
        fc.pre(dueAt - start < 30 * DAY_MS);
        expect(slowDue(start, ms, clock, isPaused)).toBe(dueAt);
        expect(slowElapsed(start, dueAt, clock, isPaused)).toBe(ms);
      }),
      { numRuns: 150 },
    );
  });

  test("business days are put off by the working time of pauses that begin before the deadline", () => {
    fc.assert(
      fc.property(
        situations,
        fc.integer({ min: 1, max: 4 }),
        pausesAfter,
        ({ calendar, start }, businessDays, drawn) => {
          const pauses = pausesFrom(start, drawn);
          const dueAt = due(start, { businessDays }, calendar);
          const putOffTo = dueWithPauses(start, { businessDays }, calendar, pauses, start) ?? 0;
          const ms = elapsed(start, dueAt, calendar);
          expect(unpaused(start, putOffTo, calendar, pauses)).toBe(ms);
          const isPutOff = pauses.some(
            ({ fromAt, toAt }) => fromAt < dueAt && elapsed(Math.max(start, fromAt), toAt, calendar) > 0,
          );
          expect(putOffTo > dueAt).toBe(isPutOff);
          expect(putOffTo).toBeGreaterThanOrEqual(dueAt);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
