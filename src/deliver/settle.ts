/** What an answer of the CRM, or a look at it, makes of an effect. Pure. */
import type { Sighting } from "../connector.ts";
import type { Receipt } from "../model/effect.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import type { Effect, Settlement } from "../store/effects.ts";

/** Waits before the second, third… attempt. Past the last one, an effect that was never applied is parked. */
const BACKOFF_MS: readonly DurationMs[] = [
  SECOND_MS,
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
];
/** An effect nobody can tell the fate of, or whose lead nobody can read, waits this long for a look that tells, then for a person. */
const UNSURE_FOR_MS: DurationMs = DAY_MS;

const GAVE_UP = "deliver.gave-up";

/** After an attempt. `attempts` counts the one that was just made. */
export function afterAttempt(
  receipt: Receipt,
  attempts: number,
  now: Instant,
  settleMs: DurationMs,
): Settlement {
  const { key } = receipt;
  switch (receipt.outcome) {
    case "applied":
      return {
        key,
        state: "confirmed",
        crmId: receipt.id,
        ...(receipt.dropped ? { dropped: receipt.dropped } : {}),
        ...(receipt.reason === undefined ? {} : { reason: receipt.reason }),
      };
    case "refused":
      return { key, state: "refused", code: receipt.code, reason: receipt.reason };
    case "unknown":
      return { key, state: "ambiguous", nextAt: now + settleMs, code: receipt.code };
    case "not-applied": {
      const wait = BACKOFF_MS[attempts - 1];
      if (wait === undefined) return givenUp(key, attempts, receipt.code);
      return {
        key,
        state: "planned",
        nextAt: now + Math.max(wait, receipt.retryAfterMs ?? 0),
        code: receipt.code,
      };
    }
  }
}

/** After a look. What is not there is written again; what cannot be told is looked at again, ever more slowly. */
export function afterLook(
  sighting: Sighting,
  effect: Effect,
  now: Instant,
  settleMs: DurationMs,
): Settlement {
  const { key } = sighting;
  switch (sighting.seen) {
    case "yes":
      return { key, state: "confirmed", crmId: sighting.id };
    case "no": {
      // None is counted for one that a person sent round again.
      const wait = BACKOFF_MS[Math.max(effect.attempts, 1) - 1];
      // Whatever the CRM answers to it, it never arrives: written again for ever, it would hold the lane up for ever.
      if (wait === undefined) return givenUp(key, effect.attempts, "deliver.not-seen");
      const nextAt = Math.max(now, (effect.attemptedAt ?? now) + wait);
      return { key, state: "planned", nextAt, code: "deliver.not-seen" };
    }
    case "unsure":
      return afterUnsure("ambiguous", sighting.code, effect, now, settleMs);
  }
}

/**
 * After a look that told nothing: of the write (`ambiguous`), or of the lead of one that is to be made (`planned`). It is looked at
 * again, ever more slowly, and after a day by a person.
 */
export function afterUnsure(
  state: "ambiguous" | "planned",
  code: string,
  { write: { key }, attemptedAt, plannedAt }: Effect,
  now: Instant,
  settleMs: DurationMs,
): Settlement {
  const age = now - (attemptedAt ?? plannedAt);
  if (age < UNSURE_FOR_MS)
    return { key, state, nextAt: now + Math.min(Math.max(age, settleMs), HOUR_MS), code };
  const what = state === "ambiguous" ? "its fate could not be told" : "its lead could not be read";
  return { key, state: "parked", code: GAVE_UP, reason: `${what} in a day; last: ${code}` };
}

function givenUp(key: string, attempts: number, last: string): Settlement {
  const reason = `not accepted in ${attempts} attempts; last: ${last}`;
  return { key, state: "parked", code: GAVE_UP, reason };
}
