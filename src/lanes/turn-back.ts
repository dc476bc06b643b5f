/** A rep's turn given back in the stored ledger, when a handoff ends or passes on for a reason that `credit_back` lists. */
import { creditBack } from "../route/index.ts";
import type { Tx } from "../store/schema.ts";
import { loadStandings, saveStandings } from "../store/standings.ts";
import type { Lane } from "./lane.ts";

/**
 * In a transaction of the lane, the one that takes the lead from the rep: whoever changes the ledger holds the lane's row, so what is
 * read here is what is written over, on both databases. A turn that was nobody's, or a reason that nobody gave, changes nothing.
 */
export async function giveTurnBack(
  lane: Lane,
  tx: Tx,
  rep: string | undefined,
  reason: string | undefined,
): Promise<void> {
  const { id } = lane.installation;
  const { fairness } = lane.playbook().routing;
  if (rep === undefined || reason === undefined || !fairness.creditBack.includes(reason)) return;
  const before = await loadStandings(tx, id);
  const after = creditBack(before, rep, reason, fairness);
  const changed = [...after].filter(([one, standing]) => before.get(one) !== standing);
  await saveStandings(tx, id, new Map(changed), before);
}
