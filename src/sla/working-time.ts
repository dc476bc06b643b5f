/**
 * Working time: the instants at which the clock on a calendar's wall stands inside its hours, on a day that is not off.
 *
 * That one definition settles what happens when the clocks change. Hours the wall clock skips do not exist, hours it
 * shows twice count twice, and the stretches below follow from cutting each day's hours by the zone's offset spans.
 *
 * There are two ways to walk it. `stretchesOf` goes by local dates, for promises of business days. `workingIn` goes by instants, for
 * everything that adds up: a clock set back over midnight (St John's did it at 00:01 until 2010) shows Saturday again after Sunday
 * has begun, so that local dates are not always in the order of time.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Calendar, WorkingSpan } from "../model/rep.ts";
import { joinSpans } from "./hours.ts";
import { checkCalendar } from "./sound.ts";
import { dayOfDate, offsetSpanAt, wallClock, weekdayOf, type EpochDay } from "./zone.ts";

/** A stretch of uninterrupted working time, half-open; its wall clock is `at + offsetMs`. */
export interface Stretch {
  readonly fromAt: Instant;
  readonly toAt: Instant;
  readonly offsetMs: DurationMs;
}

/** What is worked out about a calendar, kept as long as the calendar is. */
interface Worked {
  readonly byWeekday: ReadonlyMap<number, readonly WorkingSpan[]>;
  readonly daysOff: ReadonlySet<EpochDay>;
  readonly stretches: Map<EpochDay, readonly Stretch[]>;
  readonly inOrder: Map<EpochDay, readonly Stretch[]>;
}

const workedByCalendar = new WeakMap<Calendar, Worked>();

/** The working time of one local day in order; empty on a day off. Throws `playbook.invalid` for an unsound calendar. */
export function stretchesOf(calendar: Calendar, day: EpochDay): readonly Stretch[] {
  const worked = workOut(calendar);
  let stretches = worked.stretches.get(day);
  if (stretches === undefined) {
    stretches = cutDay(calendar.zone, day, worked);
    worked.stretches.set(day, stretches);
  }
  return stretches;
}

/**
 * The working time of one day of UTC, in the order of instants; stretches are cut at its midnights. Throws `playbook.invalid` for an
 * unsound calendar.
 */
export function workingIn(calendar: Calendar, utcDay: EpochDay): readonly Stretch[] {
  const { inOrder } = workOut(calendar);
  let stretches = inOrder.get(utcDay);
  if (stretches === undefined) {
    stretches = cutUtcDay(calendar, utcDay);
    inOrder.set(utcDay, stretches);
  }
  return stretches;
}

/** The local day of `at`. Throws a RangeError for an unknown zone. */
export function dayOf(calendar: Calendar, at: Instant): EpochDay {
  return wallClock(calendar.zone, at).day;
}

function workOut(calendar: Calendar): Worked {
  let worked = workedByCalendar.get(calendar);
  if (worked === undefined) {
    checkCalendar(calendar);
    worked = {
      byWeekday: Map.groupBy(joinSpans(calendar.hours), (span): number => span.weekday),
      daysOff: new Set(calendar.daysOff.map(dayOfDate)),
      stretches: new Map(),
      inOrder: new Map(),
    };
    workedByCalendar.set(calendar, worked);
  }
  return worked;
}

function cutDay(zone: string, day: EpochDay, worked: Worked): readonly Stretch[] {
  const hours = worked.daysOff.has(day) ? [] : (worked.byWeekday.get(weekdayOf(day)) ?? []);
  const stretches: Stretch[] = [];
  const midnight = day * DAY_MS;
  // The day lies within these bounds in every zone: offsets stay below 15 hours.
  let span = offsetSpanAt(zone, midnight - 15 * HOUR_MS);
  for (;;) {
    for (const { fromMinute, toMinute } of hours) {
      const fromAt = Math.max(midnight + fromMinute * MINUTE_MS - span.offsetMs, span.fromAt);
      const toAt = Math.min(midnight + toMinute * MINUTE_MS - span.offsetMs, span.toAt);
      if (fromAt < toAt) stretches.push({ fromAt, toAt, offsetMs: span.offsetMs });
    }
    if (span.toAt >= midnight + DAY_MS + 15 * HOUR_MS) return stretches;
    span = offsetSpanAt(zone, span.toAt);
  }
}

/** No zone is a day from UTC, so that the local dates before and after are all a day of UTC can meet. */
function cutUtcDay(calendar: Calendar, utcDay: EpochDay): readonly Stretch[] {
  const midnight = utcDay * DAY_MS;
  return [utcDay - 1, utcDay, utcDay + 1]
    .flatMap((day) => stretchesOf(calendar, day))
    .map(({ fromAt, toAt, offsetMs }) => ({
      fromAt: Math.max(fromAt, midnight),
      toAt: Math.min(toAt, midnight + DAY_MS),
      offsetMs,
    }))
    .filter(({ fromAt, toAt }) => fromAt < toAt)
    .sort((a, b) => a.fromAt - b.fromAt);
}
