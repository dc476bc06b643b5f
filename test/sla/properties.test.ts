import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { due, elapsed, nextOpening } from "../../src/sla/calendar.ts";
import { offsetSpanAt } from "../../src/sla/zone.ts";
import { situations, slowly } from "./any-calendar.ts";
import { slowClock, slowDue, slowDueInDays, slowElapsed } from "./slow-clock.ts";

/** Farther than a walk is worth: weeks of a minute each. */
const FAR_MS = 30 * DAY_MS;
const spans = fc.integer({ min: 1, max: 60 * HOUR_MS });

describe("for any zone, hours, days off and start from 2005 to 2040", () => {
  test("elapsed(start, due(start, d)) is d, and no earlier instant will do", () => {
    fc.assert(
      fc.property(situations, spans, ({ calendar, start }, ms) => {
        const dueAt = due(start, { ms }, calendar);
        expect(elapsed(start, dueAt, calendar)).toBe(ms);
        expect(elapsed(start, dueAt - 1, calendar)).toBe(ms - 1);
      }),
      { numRuns: 2_000 },
    );
  });

  test("more is never due earlier, and who starts later is never due earlier", () => {
    fc.assert(
      fc.property(situations, spans, spans, ({ calendar, start }, ms, more) => {
        const dueAt = due(start, { ms }, calendar);
        expect(due(start, { ms: ms + more }, calendar)).toBeGreaterThan(dueAt);
        expect(due(start + more, { ms }, calendar)).toBeGreaterThanOrEqual(dueAt);
      }),
      { numRuns: 1_000 },
    );
  });

  test("more business days are due later; a later start is too, unless the clock was set back between", () => {
    const days = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(situations, days, fc.nat(9 * 24 * HOUR_MS), ({ calendar, start }, businessDays, later) => {
        const dueAt = due(start, { businessDays }, calendar);
        expect(due(start, { businessDays: businessDays + 1 }, calendar)).toBeGreaterThan(dueAt);
        const from = nextOpening(start, calendar);
        const laterFrom = nextOpening(start + later, calendar);
        if (offsetSpanAt(calendar.zone, from) !== offsetSpanAt(calendar.zone, laterFrom)) return;
        expect(due(start + later, { businessDays }, calendar)).toBeGreaterThanOrEqual(dueAt);
      }),
      { numRuns: 1_000 },
    );
  });

  test("who comes outside working hours is due the stated time after the next opening", () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: MINUTE_MS }), ({ calendar, start }, ms) => {
        const opening = nextOpening(start, calendar);
        fc.pre(opening > start);
        expect(elapsed(start, opening, calendar)).toBe(0);
        expect(due(start, { ms }, calendar)).toBe(opening + ms);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a walk minute by minute comes to the same deadline and the same time", () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 12 * HOUR_MS }), ({ calendar, start }, ms) => {
        const clock = slowClock(slowly(calendar));
        const dueAt = due(start, { ms }, calendar);
        fc.pre(dueAt - start < FAR_MS);
        expect(slowDue(start, ms, clock)).toBe(dueAt);
        expect(slowElapsed(start, dueAt, clock)).toBe(ms);
      }),
      { numRuns: 150 },
    );
  });

  test("a walk minute by minute comes to the same deadline of business days", () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 0, max: 4 }), ({ calendar, start }, businessDays) => {
        const clock = slowClock(slowly(calendar));
        expect(slowDueInDays(start, businessDays, clock)).toBe(due(start, { businessDays }, calendar));
      }),
      { numRuns: 150 },
    );
  });
});

describe("within a day of a clock change of any zone", () => {
  const changes = Intl.supportedValuesOf("timeZone").flatMap((zone) => changesOf(zone));

  test("a walk minute by minute comes to the same deadlines", () => {
    expect(changes.length).toBeGreaterThan(5_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        situations,
        fc.integer({ min: -10 * 60, max: 4 * 60 }),
        fc.integer({ min: 1, max: 5 * HOUR_MS }),
        ({ zone, at }, { calendar }, minutes, ms) => {
          const here = { ...calendar, zone, daysOff: [] };
          const start = at + minutes * MINUTE_MS;
          const clock = slowClock(slowly(here));
          const dueAt = due(start, { ms }, here);
          fc.pre(dueAt - start < FAR_MS);
          expect(slowDue(start, ms, clock)).toBe(dueAt);
          expect(slowDueInDays(start, 1, clock)).toBe(due(start, { businessDays: 1 }, here));
        },
      ),
      { numRuns: 150 },
    );
  });

  function changesOf(zone: string): readonly { zone: string; at: number }[] {
    const found = [];
    const end = Date.UTC(2041, 0, 1);
    for (
      let { toAt } = offsetSpanAt(zone, Date.UTC(2005, 0, 1));
      toAt < end;
      { toAt } = offsetSpanAt(zone, toAt)
    )
      found.push({ zone, at: toAt });
    return found;
  }
});
