/**
 * Leads of which the CRM says that they are not there.
 *
 *     asked ─▶ not there ─▶ half a minute ─▶ asked ─▶ not there ─▶ ended
 *
 * Once is not believed. A record that is being made, merged or restored is denied too, and so is one whose replica is behind. A
 * handoff ended by mistake is begun a second time by the lead's next event, with a second task and note; a request dropped by
 * mistake is never heard again. Where the CRM has told of the deletion as well, once is enough; and that alone ends no handoff either: a
 * deletion is told late, after the record was restored.
 */
import { type DurationMs, type Instant, SECOND_MS } from "../model/instant.ts";
import { postponeEvents, settleEvents } from "../store/events.ts";
import type { Tx } from "../store/schema.ts";

import type { Lane } from "./lane.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { endingOf, endLead } from "./settling.ts";

const ASK_AGAIN_MS: DurationMs = 30 * SECOND_MS;
/** What an event waits for whose lead was not there when it was looked at. The next outcome takes its place. */
const DENIED_ONCE = "the CRM has no such lead: it is asked again";

/**
 * Puts the events of such a lead back, or ends them with the lead where the look before this one found nothing either.
 * Throws nothing of its own.
 */
export async function settleNotThere(lane: Lane, tx: Tx, work: LeadWork, now: Instant): Promise<void> {
  const { lead, events } = work;
  if (endingOf(work) !== "lead-deleted" && !events.some(({ outcome }) => outcome === DENIED_ONCE)) {
    // Counted, or bulk events would be gathered by the next event of the lead, a moment later.
    await postponeEvents(tx, seqsOf(events), now + ASK_AGAIN_MS, DENIED_ONCE, true);
    return;
  }
  await endLead(lane, tx, lead);
  await settleEvents(tx, seqsOf(events), "done", "the CRM has no such lead");
}
