/** What an answer of the CRM, or a look at it, makes of an effect. Pure. */
import type { Receipt, Sighting } from "../model/effect.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import type { Effect, Settlement } from "../store/effects.ts";
import { NOT_THERE } from "./guard.ts";

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

/**
 * After an attempt. That the lead is not there is not believed once, as nowhere else (guard.ts): the lead is looked at again, and then
 * followed, written to or given up. If it is there, and the next attempt is told the same, something else is missing that the write names.
 * @param effect  As it was before the attempt.
 */
export function afterAttempt(
  receipt: Receipt,
  effect: Pick<Effect, "attempts" | "code">,
  now: Instant,
  settleMs: DurationMs,
): Settlement {
  const { key } = receipt;
  const attempts = effect.attempts + 1;
  switch (receipt.outcome) {
    case "applied":
      return {
        key,
        state: "confirmed",
        crmId: receipt.id,
        ...(receipt.dropped ? { dropped: receipt.dropped } : {}),
        ...(receipt.reason === undefined ? {} : { reason: receipt.reason }),
      };
    case "refused": {
      const { code, reason } = receipt;
      const isDeniedOnce = code === NOT_THERE && effect.code !== NOT_THERE && attempts <= BACKOFF_MS.length;
      return isDeniedOnce
        ? { key, state: "planned", nextAt: now + settleMs, code }
        : { key, state: "refused", code, reason };
    }
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

/**
 * After a look. What is not there is written again; what cannot be told is looked at again, ever more slowly. A lead that two looks in a
 * row do not find is gone, and with it whatever was written for it.
 */
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
      if (sighting.code === NOT_THERE && effect.code === NOT_THERE)
        return { key, state: "dropped", code: "crm.conflict", reason: "the lead was deleted in the CRM" };
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

/** After its row was read, and did not say what is to be written: one such row must not hold up all others. */
export function afterReading(key: string): Settlement {
  return {
    key,
    state: "parked",
    code: "deliver.unreadable",
    reason: "its row does not say what is to be written",
  };
}

function givenUp(key: string, attempts: number, last: string): Settlement {
  const reason = `not accepted in ${attempts} attempts; last: ${last}`;
  return { key, state: "parked", code: GAVE_UP, reason };
}
