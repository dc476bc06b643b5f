/** Other automations that change the owner as well: Baton accepts each change, and stops making any when there are too many. */
import type { Story } from "../model/handoff.ts";
import { type DurationMs, HOUR_MS, type Instant } from "../model/instant.ts";
import type { Progress } from "../model/progress.ts";

/** A person changes their mind once, and a colleague may change it back; the third change in an hour is a program's. */
const MOST_FLIPS = 3;
const WITHIN_MS: DurationMs = HOUR_MS;

/** What changes of the owner come to, with the one that was just seen, if one was. Contested once is contested for good. Throws nothing. */
export function contested(
  { flips: before }: Pick<Story, "flips">,
  newOwner: string | undefined,
  now: Instant,
): Pick<Progress, "flips" | "isContested"> {
  if (before.length >= MOST_FLIPS) return { flips: before, isContested: true };
  const recent = before.filter((at) => now - at <= WITHIN_MS);
  const flips = newOwner === undefined ? recent : [...recent, now];
  return { flips, isContested: flips.length >= MOST_FLIPS };
}
