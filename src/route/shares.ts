/** How far reps are from their share, by the fairness ledger. */
import type { Rep, Roster } from "../model/rep.ts";
import { repsOfTeam } from "./reps.ts";

/** Absent for somebody the ledger does not know yet. */
export interface Share {
  /** Turns as the ledger counts them, the baseline given on joining included. */
  readonly turns?: number;
  /** Turns at which they would stand level with their team, rounded. */
  readonly expected?: number;
  readonly open?: number;
}

/** One rep beside the others of their team who stand in the ledger. Throws nothing. */
export function sharesOf(rep: Rep, roster: Roster): Share {
  const own = roster.standings.get(rep.id);
  if (own === undefined) return {};
  let weights = 0;
  let credits = 0;
  for (const { id, weight } of repsOfTeam(roster.reps, rep.team)) {
    const standing = roster.standings.get(id);
    if (standing === undefined) continue;
    weights += weight;
    credits += standing.credits;
  }
  return { turns: own.credits, expected: Math.round((rep.weight * credits) / weights), open: own.open };
}
