/** When somebody of a group is at work, over one ordinary week in UTC. */
import { DAY_MS, MINUTE_MS, type Instant } from "../model/instant.ts";
import type { Calendar } from "../model/rep.ts";
import { dayOf, stretchesOf } from "../sla/working-time.ts";
import { weekdayOf } from "../sla/zone.ts";

interface Span {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/**
 * The week of `now` as `Mon-Fri 07:00-16:30, Sat 00:00-06:00`, in UTC; `never` when nobody works. Public holidays are left
 * out: they are no gap in the roster. Clock changes within the week show as they are. Throws nothing.
 */
export function coverage(calendars: readonly Calendar[], now: Instant): string {
  const today = Math.floor(now / DAY_MS);
  const monday = (today - weekdayOf(today) + 1) * DAY_MS;
  const spans = joined(calendars.flatMap((calendar) => weekOf({ ...calendar, daysOff: [] }, monday)));
  const days = WEEKDAYS.map((name, index) => ({
    name,
    hours: hoursWithin(spans, monday + index * DAY_MS).join(", "),
  }));
  const runs: { from: string; to: string; hours: string }[] = [];
  for (const { name, hours } of days) {
    const last = runs.at(-1);
    if (last?.hours === hours) last.to = name;
    else runs.push({ from: name, to: name, hours });
  }
  const words = runs
    .filter(({ hours }) => hours !== "")
    .map(({ from, to, hours }) => `${from === to ? from : `${from}-${to}`} ${hours}`);
  return words.join("; ") || "never";
}

function weekOf(calendar: Calendar, monday: Instant): readonly Span[] {
  const first = dayOf(calendar, monday);
  return Array.from({ length: 8 }, (_, index) => stretchesOf(calendar, first + index)).flat();
}

function joined(spans: readonly Span[]): readonly Span[] {
  const result: { fromAt: Instant; toAt: Instant }[] = [];
  for (const { fromAt, toAt } of spans.toSorted((a, b) => a.fromAt - b.fromAt)) {
    const last = result.at(-1);
    if (last !== undefined && fromAt <= last.toAt) last.toAt = Math.max(last.toAt, toAt);
    else result.push({ fromAt, toAt });
  }
  return result;
}

function hoursWithin(spans: readonly Span[], midnight: Instant): readonly string[] {
  return spans
    .map(({ fromAt, toAt }) => ({
      from: Math.max(0, fromAt - midnight),
      to: Math.min(DAY_MS, toAt - midnight),
    }))
    .filter(({ from, to }) => from < to)
    .map(({ from, to }) => `${clock(from)}-${clock(to)}`);
}

function clock(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  return [Math.floor(minutes / 60), minutes % 60].map((value) => String(value).padStart(2, "0")).join(":");
}
