/**
 * Business time: when does somebody open, when is a promise due, how much of it has passed.
 *
 * Invariant, tested as a property over zones: `elapsed(start, due(start, { ms }, c), c) === ms`, and the due instant is
 * the earliest with that property. A promise in business days ends at the same time of day, that many working days later.
 */
import { DAY_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Calendar, Promised } from "../model/rep.ts";
import { BatonError } from "../errors.ts";
import { ALL_HOURS } from "./hours.ts";
import { dayOf, stretchesOf, workingIn, type Stretch } from "./working-time.ts";
import { dateOfDay, type EpochDay } from "./zone.ts";

/** The calendar of a promise that counts every hour of every day. */
export const ALWAYS: Calendar = { zone: "UTC", hours: ALL_HOURS, daysOff: [] };

/** A calendar closed for longer than this has no working time at all. */
const HORIZON_DAYS = 800;

/** `at` itself while at work, else the next instant at which work begins. Throws `playbook.invalid` when none does. */
export function nextOpening(at: Instant, calendar: Calendar): Instant {
  const first = utcDayOf(at);
  for (let day = first; day <= first + HORIZON_DAYS; day++)
    for (const stretch of workingIn(calendar, day))
      if (at < stretch.toAt) return Math.max(at, stretch.fromAt);
  throw neverOpen(calendar, first);
}

/**
 * The deadline of a promise made at `start`.
 *
 * Milliseconds are counted in working time. A business day is counted from `start`, or from the next opening when nobody
 * is at work then: 1 business day from Monday 10:00 is Tuesday 10:00. Where that time of day is not worked, the day's
 * next opening or else its closing is the deadline; a shift past midnight is two days. Less than nothing is promised as
 * nothing is: no time at all is due at `start`, no day at the opening. Throws `playbook.invalid` for a calendar with no working
 * time or one that is unsound, and for a promise without an end.
 */
export function due(start: Instant, promised: Promised, calendar: Calendar): Instant {
  const amount = "ms" in promised ? promised.ms : promised.businessDays;
  if (!Number.isFinite(amount)) throw endless(amount);
  return "ms" in promised
    ? afterWorking(start, promised.ms, calendar)
    : afterDays(nextOpening(start, calendar), promised.businessDays, calendar);
}

/** Working time between two instants, in milliseconds; 0 when `end` is not after `start`. */
export function elapsed(start: Instant, end: Instant, calendar: Calendar): DurationMs {
  let sum = 0;
  if (end <= start) return sum;
  const last = utcDayOf(end);
  for (let day = utcDayOf(start); day <= last; day++)
    for (const stretch of workingIn(calendar, day))
      sum += Math.max(0, Math.min(end, stretch.toAt) - Math.max(start, stretch.fromAt));
  return sum;
}

function utcDayOf(at: Instant): EpochDay {
  return Math.floor(at / DAY_MS);
}

function afterWorking(start: Instant, ms: DurationMs, calendar: Calendar): Instant {
  if (ms <= 0) return start;
  let left = ms;
  let day = utcDayOf(start);
  for (let closed = 0; closed <= HORIZON_DAYS; day++, closed++) {
    for (const stretch of workingIn(calendar, day)) {
      const fromAt = Math.max(start, stretch.fromAt);
      if (fromAt >= stretch.toAt) continue;
      if (fromAt + left <= stretch.toAt) return fromAt + left;
      left -= stretch.toAt - fromAt;
      closed = 0;
    }
  }
  throw neverOpen(calendar, day);
}

/** `from` is working time. */
function afterDays(from: Instant, businessDays: number, calendar: Calendar): Instant {
  const first = dayOf(calendar, from);
  const timeOfDay = wallTime(from, first, stretchesOf(calendar, first));
  let day = first;
  for (let left = businessDays, closed = 0; left > 0 && closed <= HORIZON_DAYS; closed++) {
    day++;
    if (stretchesOf(calendar, day).length === 0) continue;
    left--;
    closed = 0;
  }
  return atTimeOfDay(timeOfDay, day, calendar);
}

function wallTime(at: Instant, day: EpochDay, stretches: readonly Stretch[]): DurationMs {
  const holding = stretches.find((stretch) => at >= stretch.fromAt && at < stretch.toAt);
  return at + (holding?.offsetMs ?? 0) - day * DAY_MS;
}

function atTimeOfDay(timeOfDay: DurationMs, day: EpochDay, calendar: Calendar): Instant {
  const stretches = stretchesOf(calendar, day);
  for (const stretch of stretches) {
    const at = Math.max(stretch.fromAt, day * DAY_MS + timeOfDay - stretch.offsetMs);
    if (at < stretch.toAt) return at;
  }
  const last = stretches.at(-1);
  if (last === undefined) throw neverOpen(calendar, day);
  return last.toAt;
}

function neverOpen(calendar: Calendar, day: EpochDay): BatonError {
  return new BatonError(
    "playbook.invalid",
    `the calendar in ${calendar.zone} has no working time in the ${HORIZON_DAYS} days around ${dateOfDay(day)}: ` +
      "give its owner hours in team.yaml",
  );
}

function endless(amount: number): BatonError {
  return new BatonError(
    "playbook.invalid",
    `a promise of ${amount} has no deadline: promise a number of minutes, hours or business days in agreement.yaml`,
  );
}
