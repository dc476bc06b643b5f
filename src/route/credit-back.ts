/** Turns given back: a lead that should never have been a rep's turn does not stay one. */
import type { Assignment } from "../model/decision.ts";
import type { Standing, Standings } from "../model/rep.ts";
import type { Fairness } from "../playbook/routing.ts";

/**
 * The ledger after a handoff turned out otherwise, for one of agreement.yaml's reasons.
 *
 * The rep loses one credit, never below 0, if the assignment was a turn and `credit_back` lists the reason: they are due again
 * that much earlier. The lead still was one of today's for the cap by day, and `lastAt` stays, because they did have it; that
 * it is no longer open is the end of the handoff, not of the turn. Ask once for each handoff that ends.
 *
 * @returns The same object when nothing is given back. Throws nothing. Source: docs/fairness.md, "Given back".
 */
export function creditBack(
  standings: Standings,
  assignment: Assignment,
  reason: string,
  { creditBack: reasons }: Fairness,
): Standings {
  if (assignment.outcome !== "assigned" || !assignment.counts || !reasons.includes(reason)) return standings;
  const { rep } = assignment;
  if (rep === undefined || !Object.hasOwn(standings, rep)) return standings;
  return Object.fromEntries(
    Object.entries(standings).map(([id, standing]) => [id, id === rep ? withOneLess(standing) : standing]),
  );
}

function withOneLess(standing: Standing): Standing {
  return { ...standing, credits: Math.max(0, standing.credits - 1) };
}
