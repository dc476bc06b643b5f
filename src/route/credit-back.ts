/** Turns given back: a lead that should never have been a rep's turn does not stay one. */
import type { Standing, Standings } from "../model/rep.ts";
import type { Fairness } from "../playbook/routing.ts";

/**
 * The ledger after a handoff that was a turn of `rep` turned out otherwise, for one of agreement.yaml's reasons.
 *
 * The rep loses one credit, never below 0, if `credit_back` lists the reason: they are due again that much earlier. The lead still was one of today's for the cap by day, and `lastAt` stays, because they did have it; that
 * it is no longer open is the end of the handoff, not of the turn. Ask once for each turn.
 *
 * @returns The same object when nothing is given back. Throws nothing. Source: docs/fairness.md, "Given back".
 */
export function creditBack(
  standings: Standings,
  rep: string,
  reason: string,
  { creditBack: reasons }: Fairness,
): Standings {
  if (!reasons.includes(reason)) return standings;
  const standing = standings.get(rep);
  return standing === undefined ? standings : new Map(standings).set(rep, withOneLess(standing));
}

function withOneLess(standing: Standing): Standing {
  return { ...standing, credits: Math.max(0, standing.credits - 1) };
}
