/** A rep's turn given back in the stored ledger, when a handoff ends for a reason that `credit_back` lists. */
import { creditBack } from "../route/index.ts";
import type { Tx } from "../store/schema.ts";
import { loadStandings, saveStandings } from "../store/standings.ts";
import { decisionOfHandoff } from "../store/turns.ts";
import type { Lane } from "./lane.ts";

/** A handoff that has just ended, and the lead it belongs to now. */
export interface EndedHandoff {
  readonly id: string;
  readonly lead: string;
}

/**
 * In a transaction of the lane, the one that ends the handoff: whoever changes the ledger holds the lane's row, so what is read
 * here is what is written over, on both databases. A handoff nobody had, or that was no turn, changes nothing.
 */
export async function giveTurnBack(lane: Lane, tx: Tx, ended: EndedHandoff, reason: string): Promise<void> {
  const { id } = lane.installation;
  const { fairness } = lane.playbook().routing;
  if (!fairness.creditBack.includes(reason)) return;
  const assignment = (await decisionOfHandoff(tx, { installation: id, ...ended }))?.decision.assignment;
  if (assignment === undefined) return;
  const before = await loadStandings(tx, id);
  const after = creditBack(before, assignment, reason, fairness);
  const changed = Object.entries(after).filter(([rep, standing]) => before[rep] !== standing);
  await saveStandings(tx, id, Object.fromEntries(changed), before);
}
