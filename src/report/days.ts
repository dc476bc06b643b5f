/** The days a report is about: whole days in UTC, so that everybody who asks gets the same figures. */
import { BatonError } from "../errors.ts";
import { DAY_MS, type Instant } from "../model/instant.ts";

/** Days since 1970-01-01 in UTC, half-open: `toDay` is not in it any more. */
export interface DaySpan {
  readonly fromDay: number;
  readonly toDay: number;
}

/** Ten years: enough for every comparison, and nobody's typing error costs an hour. */
const MOST_DAYS = 3_660;
/** 1970-01-01 was a Thursday: weeks begin on Monday. */
const DAYS_TO_MONDAY = 3;
const DAYS_A_WEEK = 7;

/** The day an instant lies in. */
export function dayOf(at: Instant): number {
  return Math.floor(at / DAY_MS);
}

/** `2026-11-17`. */
export function sayDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The Monday a day's week begins with. */
export function mondayOf(day: number): number {
  const sinceMonday = (((day + DAYS_TO_MONDAY) % DAYS_A_WEEK) + DAYS_A_WEEK) % DAYS_A_WEEK;
  return day - sinceMonday;
}

/** How many days. */
export function daysIn({ fromDay, toDay }: DaySpan): number {
  return toDay - fromDay;
}

/** As many days just before. */
export function spanBefore(span: DaySpan): DaySpan {
  return { fromDay: span.fromDay - daysIn(span), toDay: span.fromDay };
}

/** The last `days` days, today included. */
export function lastDays(days: number, now: Instant): DaySpan {
  const toDay = dayOf(now) + 1;
  return { fromDay: toDay - days, toDay };
}

/**
 * The span from one date to another, both included; without `to` up to today, without `from` as many days as `usual`.
 * Throws `report.bad-question` for what is no date, for an end before the start and for more than ten years.
 */
export function parseSpan(
  { from, to }: { readonly from?: string; readonly to?: string },
  usual: number,
  now: Instant,
): DaySpan {
  const toDay = to === undefined ? dayOf(now) + 1 : parseDay(to) + 1;
  const fromDay = from === undefined ? toDay - usual : parseDay(from);
  if (fromDay < toDay && toDay - fromDay <= MOST_DAYS) return { fromDay, toDay };
  throw new BatonError(
    "report.bad-question",
    `${sayDay(fromDay)} to ${sayDay(toDay - 1)} is no span of 1 to ${MOST_DAYS} days. Give the first and the last day.`,
  );
}

function parseDay(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // What the calendar does not have, some engines count on into the next month.
  if (Number.isFinite(at) && sayDay(dayOf(at)) === text) return dayOf(at);
  throw new BatonError("report.bad-question", "A day is written as a date such as 2026-11-17.");
}
