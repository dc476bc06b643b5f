/** What the page behind a handoff's link shows, from the store. */
import { findHandoff } from "../store/handoffs.ts";
import type { Db, HandoffRow } from "../store/schema.ts";
import { decisionOfHandoff, findDecision } from "../store/turns.ts";
import type { HandoffView } from "./handoff-view.ts";

export async function viewHandoff(db: Db, id: string): Promise<HandoffView | undefined> {
  const handoff = await findHandoff(db, id);
  const decided = handoff && ((await decisionOfHandoff(db, handoff)) ?? (await findDecision(db, id)));
  if (handoff === undefined || decided === undefined) return undefined;
  return {
    type: handoff.type,
    state: handoff.state,
    decision: decided.decision,
    stamps: stampsOf(handoff),
    playbookVersion: handoff.playbook,
    ...(handoff.closed_because === null ? {} : { closedBecause: handoff.closed_because }),
  };
}

function stampsOf(handoff: HandoffRow): HandoffView["stamps"] {
  return {
    occurred: handoff.occurred_at,
    received: handoff.received_at,
    read: handoff.read_at,
    decided: handoff.decided_at,
    ...(handoff.written_at === null ? {} : { written: handoff.written_at }),
  };
}
