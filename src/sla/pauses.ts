/**
 * Promises that stand still for a while: the lead asked to be called in June, or a question of sales waits for marketing.
 *
 * Paused time does not count, just as a closed office does not. Only working time can be paused: a pause over a weekend changes
 * nothing. Invariant, tested as a property: from `start` to the deadline of `{ ms }`, `ms` of working time lie in no pause.
 */
import type { Pause } from "../model/handoff.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Calendar, Promised } from "../model/rep.ts";
import { due, elapsed } from "./calendar.ts";

/** A pause without its reason; an open one ends at Infinity. */
interface Span {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/**
 * The deadline of a promise made at `start` whose clock stood still during `pauses`, in any order, overlapping or not.
 *
 * The working time of every pause that begins before the deadline is added to what was promised, for business days too: they
 * are then as long as the working time from `start` to their deadline. A pause that begins at the deadline or later changes nothing.
 *
 * @param now  An open pause that begins later has not begun, and changes nothing yet. A closed one counts whenever it is.
 * @returns    Undefined while an open pause holds the promise: nothing can fall due until it ends.
 * Throws what `due` throws.
 */
export function dueWithPauses(
  start: Instant,
  promised: Promised,
  calendar: Calendar,
  pauses: readonly Pause[],
  now: Instant,
): Instant | undefined {
  const dueAt = due(start, promised, calendar);
  const ms = "ms" in promised ? Math.max(0, promised.ms) : elapsed(start, dueAt, calendar);
  return putOff(dueAt, ms, start, calendar, pauses, now);
}

/**
 * Puts an instant off by the pauses before it. `at` is where `ms` of working time have passed since `start` without any pause.
 * Returns and throws what `dueWithPauses` does.
 */
export function putOff(
  at: Instant,
  ms: DurationMs,
  start: Instant,
  calendar: Calendar,
  pauses: readonly Pause[],
  now: Instant,
): Instant | undefined {
  let until = at;
  let pausedMs = 0;
  for (const { fromAt, toAt } of inOrder(pauses, now)) {
    const pausedAt = Math.max(start, fromAt);
    if (pausedAt >= until) break;
    if (toAt === Infinity) return undefined;
    const moreMs = elapsed(pausedAt, toAt, calendar);
    if (moreMs === 0) continue;
    pausedMs += moreMs;
    until = due(start, { ms: ms + pausedMs }, calendar);
  }
  return until;
}

/** The pauses without overlaps, in order; an open one never ends. One that ends before it begins has no time. */
function inOrder(pauses: readonly Pause[], now: Instant): readonly Span[] {
  const begun = pauses.filter(({ fromAt, toAt }) => toAt !== undefined || fromAt <= now);
  const result: Span[] = [];
  for (const { fromAt, toAt = Infinity } of begun.toSorted((a, b) => a.fromAt - b.fromAt)) {
    const last = result.at(-1);
    if (last === undefined || fromAt > last.toAt) result.push({ fromAt, toAt });
    else result[result.length - 1] = { fromAt: last.fromAt, toAt: Math.max(last.toAt, toAt) };
  }
  return result;
}
