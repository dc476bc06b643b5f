/** The bench for deadlines: how many due instants one core counts in a second, beside asking the platform for the local time. */
import { createRandom } from "../sandbox/random.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from "../src/model/instant.ts";
import type { Calendar, Promised } from "../src/model/rep.ts";
import { due } from "../src/sla/calendar.ts";
import { formCalendar } from "../src/sla/form.ts";
import { parseHours } from "../src/sla/hours.ts";
import { dueWithPauses } from "../src/sla/pauses.ts";
import { shareAt } from "../src/sla/share.ts";
import { median, shown } from "./figures.ts";
import type { Report } from "./table.ts";

export interface ClocksOptions {
  readonly seed: number;
  readonly rounds: number;
}

interface Start {
  readonly at: Instant;
  readonly calendar: Calendar;
}

type Case = readonly [what: string, count: (start: Start) => unknown];

const STARTS = 20_000;
/** Leads of four weeks, with a change of the clocks in them. */
const FIRST_AT = Date.UTC(2026, 9, 12);
const SPAN_MS = 28 * DAY_MS;
const ZONES = [
  ["Europe/Berlin", "DE-BE"],
  ["America/New_York", "US-NY"],
  ["Asia/Kolkata", "IN"],
  ["Australia/Adelaide", "AU-SA"],
] as const;
const HOURS = ["Mon-Fri 09:00-17:30", "Mon-Fri 08:00-12:00, 13:00-17:00", "Mon-Sun 22:00-06:00"];
const PLATFORM = "the local time, asked of Intl";
const minutes: Promised = { ms: 15 * MINUTE_MS };
const hours: Promised = { ms: 4 * HOUR_MS };
const tenDays: Promised = { businessDays: 10 };

const CASES: readonly Case[] = [
  ["due, 15m", ({ at, calendar }) => due(at, minutes, calendar)],
  ["due, 4h", ({ at, calendar }) => due(at, hours, calendar)],
  ["due, 1bd", ({ at, calendar }) => due(at, { businessDays: 1 }, calendar)],
  ["due, 10bd", ({ at, calendar }) => due(at, tenDays, calendar)],
  ["80 % of 4h", ({ at, calendar }) => shareAt(at, hours, 80, calendar)],
  ["80 % of 10bd", ({ at, calendar }) => shareAt(at, tenDays, 80, calendar)],
  [
    "due, 4h, paused for a day",
    ({ at, calendar }) =>
      dueWithPauses(at, hours, calendar, [{ fromAt: at, toAt: at + DAY_MS, reason: "bench" }], at),
  ],
];

/** Runs the bench; the first round, in which calendars are worked out, is thrown away. Throws nothing. */
export function clocks({ seed, rounds }: ClocksOptions): Report {
  const starts = startsOf(seed);
  const cases: readonly Case[] = [...CASES, [PLATFORM, askPlatform()]];
  const perSecond = cases.map(([what, count]) => {
    const rates = Array.from({ length: rounds + 1 }, () => rateOf(starts, count));
    return { what, rates: rates.slice(1) };
  });
  const platform = median(perSecond.at(-1)?.rates ?? []);
  return {
    bench: "clocks",
    tried: { starts: STARTS, rounds, seed },
    head: ["what", "a second", "of asking Intl"],
    rows: perSecond.map(({ what, rates }) => [
      what,
      shown(median(rates), 0),
      `${shown(median(rates) / platform, 1)} ×`,
    ]),
    notes: [
      "leads of four weeks at any millisecond, twelve calendars with public holidays, a change of the clocks for half of them",
    ],
    figures: { perSecond },
  };
}

function rateOf(starts: readonly Start[], count: (start: Start) => unknown): number {
  const began = performance.now();
  for (const start of starts) count(start);
  return (starts.length / (performance.now() - began)) * 1_000;
}

function startsOf(seed: number): readonly Start[] {
  const random = createRandom(seed, "clocks");
  const calendars = ZONES.flatMap(([zone, holidays]) =>
    HOURS.map((text) => formCalendar([{ zone, holidays, hours: parseHours(text) ?? [] }], FIRST_AT)),
  );
  const first = calendars[0] ?? formCalendar([], FIRST_AT);
  return Array.from({ length: STARTS }, (_, index) => ({
    at: FIRST_AT + random.between(0, SPAN_MS - 1),
    calendar: calendars[index % calendars.length] ?? first,
  }));
}

/** What a deadline costs at least where it is counted by formatting. */
function askPlatform(): (start: Start) => string {
  const formats = new Map<string, Intl.DateTimeFormat>(
    ZONES.map(([timeZone]) => [
      timeZone,
      new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "medium" }),
    ]),
  );
  return ({ at, calendar }) => formats.get(calendar.zone)?.format(at) ?? "";
}
