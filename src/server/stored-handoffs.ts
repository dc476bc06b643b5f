/** What the page behind a handoff's link shows, from the store. */
import { nearestTo, type Versions } from "../publish/versions.ts";
import { findHandoff } from "../store/handoffs.ts";
import type { HandoffRow } from "../store/schema-decisions.ts";
import type { Db } from "../store/schema.ts";
import { decisionOfHandoff, findDecision } from "../store/turns.ts";
import type { HandoffView } from "./handoff-view.ts";

/** Finds it by the id in its link. `versions` are those that decide. Throws what the database throws. */
export async function viewHandoff(db: Db, versions: Versions, id: string): Promise<HandoffView | undefined> {
  const handoff = await findHandoff(db, id);
  const decided = handoff && ((await decisionOfHandoff(db, handoff)) ?? (await findDecision(db, id)));
  if (handoff === undefined || decided === undefined) return undefined;
  const nearest = await nearestTo(decided, versions);
  return {
    type: handoff.type,
    state: handoff.state,
    decision: decided.decision,
    ...(nearest === undefined ? {} : { nearest }),
    stamps: stampsOf(handoff),
    playbookVersion: handoff.playbook,
    ...(handoff.closed_because === null ? {} : { closedBecause: handoff.closed_because }),
  };
}

function stampsOf(handoff: HandoffRow): HandoffView["stamps"] {
  const later = {
    written: handoff.written_at,
    "first-attempt": handoff.first_attempt_at,
    "meaningful-touch": handoff.meaningful_at,
    disposition: handoff.answered_at,
  };
  return {
    occurred: handoff.occurred_at,
    received: handoff.received_at,
    read: handoff.read_at,
    decided: handoff.decided_at,
    ...Object.fromEntries(Object.entries(later).filter(([, at]) => at !== null)),
  };
}
