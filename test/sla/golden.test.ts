import { describe, expect, test } from "vitest";
import type { Calendar } from "../../src/model/rep.ts";
import { withAway } from "../../src/sla/away.ts";
import { due, elapsed } from "../../src/sla/calendar.ts";
import { formCalendar } from "../../src/sla/form.ts";
import { joinSpans, parseHours } from "../../src/sla/hours.ts";
import { GOLDEN } from "./golden/index.ts";
import { type Group, readLocal, readRow } from "./golden/row.ts";
import { slowClock, slowDue, slowDueInDays, slowElapsed } from "./slow-clock.ts";

/** The calendar as Baton forms it: from a region and absences where the group has them, else from the dates written down. */
function calendarOf({ zone, hours, region, away, daysOff }: Group, at: number): Calendar {
  const spans = joinSpans(hours.flatMap((line) => parseHours(line) ?? []));
  if (region !== undefined) return formCalendar([{ zone, hours: spans, holidays: region }], at);
  if (away === undefined) return { zone, hours: spans, daysOff: daysOff ?? [] };
  const absences = away.map((span) => {
    const [from = "", to = ""] = span.split(" - ");
    return { fromAt: readLocal(from, zone), toAt: readLocal(to, zone) };
  });
  return withAway({ zone, hours: spans, daysOff: [] }, absences);
}

const rows = GOLDEN.flatMap((group) => group.rows.map((text) => ({ group, text })));

describe("the golden table", () => {
  test("is long and wide enough to mean something", () => {
    expect(rows.length).toBeGreaterThanOrEqual(240);
    expect(new Set(GOLDEN.map(({ zone }) => zone)).size).toBeGreaterThanOrEqual(14);
    const keys = rows.map(({ group, text }) => JSON.stringify([group.zone, group.hours, group.region, text]));
    expect(new Set(keys).size).toBe(rows.length);
  });
});

describe.each(GOLDEN.map((group) => [`${group.says} (${group.zone})`, group] as const))(
  "%s",
  (_says, group) => {
    test.each(group.rows)("%s", (text) => {
      const { startAt, promised, dueAt, elapsedMs } = readRow(text, group.zone);
      const calendar = calendarOf(group, startAt);
      expect(show(due(startAt, promised, calendar))).toBe(show(dueAt));
      expect(elapsed(startAt, dueAt, calendar)).toBe(elapsedMs);
    });
  },
);

describe.each(GOLDEN.map((group) => [`${group.says} (${group.zone})`, group] as const))(
  "walked minute by minute: %s",
  (_says, group) => {
    const clock = slowClock({ zone: group.zone, hours: group.hours, daysOff: group.daysOff ?? [] });

    test.each(group.rows)("%s", (text) => {
      const { startAt, promised, dueAt, elapsedMs } = readRow(text, group.zone);
      const walked =
        "ms" in promised
          ? slowDue(startAt, promised.ms, clock)
          : slowDueInDays(startAt, promised.businessDays, clock);
      expect(show(walked)).toBe(show(dueAt));
      expect(slowElapsed(startAt, dueAt, clock)).toBe(elapsedMs);
    });
  },
);

function show(at: number): string {
  return new Date(at).toISOString();
}
