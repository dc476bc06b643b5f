/** The golden table's form: groups of rows in words, one calendar a group, and how the words are read. */
import type { Promised } from "../../../src/model/rep.ts";
import { slowInstants } from "../slow-clock.ts";

/**
 * One calendar and what is promised in it. A row is `start | promised | due | working time from start to due`, in local wall-clock
 * time: `Fri 2026-11-20 17:20 | 15m | Mon 2026-11-23 09:05 | 15m`. `again` marks the second time a clock shows it.
 */
export interface Group {
  readonly says: string;
  readonly zone: string;
  readonly hours: readonly string[];
  /** Local dates off, written down by hand; only those that matter to the rows where `region` is given as well. */
  readonly daysOff?: readonly string[];
  /** What Baton is told instead of `daysOff`. */
  readonly region?: string;
  /** What Baton is told instead of `daysOff`: an absence, `from - to`. */
  readonly away?: readonly string[];
  readonly rows: readonly string[];
}

/** One row, read. */
export interface Row {
  readonly startAt: number;
  readonly promised: Promised;
  readonly dueAt: number;
  readonly elapsedMs: number;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Throws for a row with a slip in it: a wrong weekday, a time the clock never shows, an `again` that is none. */
export function readRow(text: string, zone: string): Row {
  const [start = "", promised = "", due = "", elapsed = ""] = text.split("|").map((part) => part.trim());
  const days = /^(\d+)bd$/.exec(promised)?.[1];
  return {
    startAt: readLocal(start, zone),
    promised: days === undefined ? { ms: readSpan(promised) } : { businessDays: Number(days) },
    dueAt: readLocal(due, zone),
    elapsedMs: readSpan(elapsed),
  };
}

/** `Fri 2026-11-20 17:20`, with seconds and `again` where they are needed. */
export function readLocal(text: string, zone: string): number {
  const [, weekday, wall, again] =
    /^(\w{3}) (\d{4}-\d\d-\d\d \d\d:\d\d(?:[:.\d]*))( again)?$/.exec(text) ?? [];
  const wallAsUtc = Date.parse(`${wall?.replace(" ", "T")}Z`);
  if (Number.isNaN(wallAsUtc)) throw new Error(`"${text}" is no local time`);
  if (WEEKDAYS[new Date(wallAsUtc).getUTCDay()] !== weekday) throw new Error(`"${text}": another weekday`);
  const found = slowInstants(zone, wallAsUtc);
  const at = found[again === undefined ? 0 : 1];
  if (at === undefined) throw new Error(`"${text}": the clock in ${zone} shows it ${found.length} times`);
  return at;
}

/** `8h30m`, `15m`, `1ms`, `0m`. */
function readSpan(text: string): number {
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) throw new Error(`"${text}" is no span of time`);
  return [...text.matchAll(/(\d+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
}
