/** Shares of a promise: when four fifths of the promised time have passed, or half as much again. */
import type { Instant } from "../model/instant.ts";
import type { Calendar, Promised } from "../model/rep.ts";
import { due, elapsed } from "./calendar.ts";
import type { Pause } from "../model/handoff.ts";
import { putOff } from "./pauses.ts";

/**
 * The instant at which `percent` of a promise made at `start` have passed, in working time that was not paused, rounded to the
 * millisecond. The promise of a business day is as long as the working time from `start` to its deadline.
 *
 * 100 is the deadline exactly, also where that is an opening; more is never before it, less never behind it; 0 and less is
 * `start`. `pauses` and `now` are those of `dueWithPauses`; without `now` every open pause has begun.
 *
 * @returns Undefined while an open pause holds it; without pauses always an instant. Throws what `due` throws.
 */
export function shareAt(start: Instant, promised: Promised, percent: number, calendar: Calendar): Instant;
export function shareAt(
  start: Instant,
  promised: Promised,
  percent: number,
  calendar: Calendar,
  pauses: readonly Pause[],
  now?: Instant,
): Instant | undefined;
export function shareAt(
  start: Instant,
  promised: Promised,
  percent: number,
  calendar: Calendar,
  pauses: readonly Pause[] = [],
  now: Instant = Infinity,
): Instant | undefined {
  const dueAt = due(start, promised, calendar);
  const wholeMs = "ms" in promised ? Math.max(0, promised.ms) : elapsed(start, dueAt, calendar);
  const ms = Math.round((wholeMs * percent) / 100);
  const passedAt = due(start, { ms }, calendar);
  const at = percent < 100 ? passedAt : percent === 100 ? dueAt : Math.max(dueAt, passedAt);
  return putOff(at, ms, start, calendar, pauses, now);
}
