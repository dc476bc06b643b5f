/** How often events are tried: what counts against them, and when a person has to look. */
import { BatonError, type ErrorCode, IS_RETRIABLE } from "../errors.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import { postponeEvents, settleEvents, type WaitingEvent } from "../store/events.ts";
import type { Tx } from "../store/schema.ts";

/** An event that failed this often waits for a person instead of blocking its lead. */
export const MOST_TRIES = 3;
/**
 * Tries that nobody gave back: the process died, or the turn broke for no reason of the CRM's. Past `MOST_TRIES` of them a lead
 * is worked on alone, so that only the one at fault goes on failing; past this many it waits for a person.
 */
export const MOST_BREAKS = 2 * MOST_TRIES;

/** Whether what broke says nothing about the events being worked on: the CRM, the tokens, the keys or the lane were at fault. */
export function isExcused(cause: unknown): cause is BatonError {
  if (!(cause instanceof BatonError)) return false;
  if (cause.code === "deliver.lost-lane" || cause.code === "store.sealed") return true;
  return IS_RETRIABLE[cause.remedy] || cause.remedy === "reauthorize";
}

/** Waits after the tries of an event over whose lead alone something failed: the first is the wait after the first. */
const WAITS_MS: readonly DurationMs[] = Array.from({ length: MOST_TRIES - 1 }, () => 30 * SECOND_MS);
/** The same where the CRM failed over the lead. It may mend that by itself: within minutes or, where it must be repaired, hours. */
const PATIENT_WAITS_MS: readonly DurationMs[] = [
  30 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  8 * HOUR_MS,
];
const PATIENT: ReadonlySet<string> = new Set<ErrorCode>(["crm.server-error", "crm.timeout", "crm.resting"]);

/** Puts events back over whose lead, and nobody else, something failed: for a while, and after the last try for a person. */
export async function settleFailed(
  tx: Tx,
  events: readonly WaitingEvent[],
  code: string,
  now: Instant,
): Promise<void> {
  const waits = PATIENT.has(code) ? PATIENT_WAITS_MS : WAITS_MS;
  for (const [attempts, some] of Map.groupBy(events, (one) => one.attempts)) {
    const seqs = some.map(({ seq }) => seq);
    const wait = waits[attempts - 1];
    if (wait === undefined) await settleEvents(tx, seqs, "parked", code);
    else await postponeEvents(tx, seqs, now + wait, code, true);
  }
}
