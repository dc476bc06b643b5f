/**
 * One message, from its claim to what is known of it.
 *
 * Before a message is sent that may have arrived already, what its channel allows is done about it: it is looked for, sent again
 * under the same key, or left to people. Source: docs/decisions/0024-notices.md.
 */
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, SECOND_MS } from "../model/instant.ts";
import type { ClaimedMessage, Settlement } from "../store/deliveries.ts";
import { within } from "../within.ts";
import type { Fate, Outgoing, Sender } from "./sender.ts";

/** The first wait; each doubles the one before. */
const FIRST_WAIT_MS: DurationMs = 10 * SECOND_MS;
const LONGEST_WAIT_MS: DurationMs = HOUR_MS;
/** A call whose answer was lost may still be running there: no look before it must be over. */
const SETTLE_MS: DurationMs = 30 * SECOND_MS;
/** After so long of trying, people are asked. */
const GIVE_UP_MS: DurationMs = DAY_MS;
/** For all calls of one attempt, and for all of one look; below the claim's time together. Any bound of a channel's own ends before. */
const WITHIN_MS: DurationMs = 40 * SECOND_MS;
const UNSURE = { found: "unsure", code: "notify.timeout" } as const;
const UNKNOWN = { fate: "unknown", code: "notify.timeout" } as const;

/** Looks if need be, and sends unless it is there. Throws nothing but faults of ours. */
export async function attempt(sender: Sender, message: Outgoing, claimed: ClaimedMessage): Promise<Fate> {
  if (claimed.mayBeThere && sender.afterLoss === "ask" && !claimed.isRetried)
    return { fate: "unknown", code: "notify.unsure" };
  if (claimed.mayBeThere && sender.afterLoss === "look") {
    const found = await within(sender.look(message), WITHIN_MS, () => UNSURE);
    if (found.found === "yes") return { fate: "sent" };
    if (found.found === "unsure") {
      const { retryAfterMs } = found;
      return { fate: "unknown", code: found.code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
  }
  return await within(sender.send(message), WITHIN_MS, () => UNKNOWN);
}

/** How long to wait after so many attempts: 10 s, 20 s, … an hour. Throws nothing. */
export function waitMs(attempts: number): DurationMs {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
}

/** What a fate means for the message. Throws nothing. */
export function settlementOf(
  fate: Fate,
  claimed: ClaimedMessage,
  afterLoss: Sender["afterLoss"],
  now: Instant,
): Settlement {
  if (fate.fate === "sent") return { state: "sent" };
  if (fate.fate === "refused") return { state: "refused", code: fate.code };
  const { code } = fate;
  const isUnknown = fate.fate === "unknown";
  if (isUnknown && afterLoss === "ask") return { state: "parked", code: "notify.unsure" };
  if (now - claimed.firstAt >= GIVE_UP_MS) return { state: "parked", code };
  const settleMs = isUnknown && afterLoss === "look" ? SETTLE_MS : 0;
  const nextAt = now + Math.max(waitMs(claimed.attempts), fate.retryAfterMs ?? 0, settleMs);
  return { state: isUnknown ? "unknown" : "planned", nextAt, code };
}
