/**
 * Whose turn it is: the arithmetic of the fairness ledger. Integers only, so that it is exact and the same everywhere.
 *
 * Each rep has `credits`: the turns they had, in one ledger over all pools. Among the reps eligible for a lead, with
 * weights w and credits c, the shortfall of rep i if one more lead is given out is w_i / Σw × (Σc + 1) − c_i; times Σw it
 * is an integer. The largest takes the turn; ties go to whoever waited longest, then by id. So equal reps who are always
 * eligible never differ by more than one, and unequal ones keep to their weights.
 *
 * Somebody with few credits would be flooded until they had caught up, so credits are given for turns that were missed:
 * - A rep who is new to the ledger enters at the weighted mean of the peers who compete with them the first time:
 *   floor(w_i × Σc / Σw) over those peers.
 * - A rep who is absent (away, at a cap, without an active CRM owner) is kept level: at every turn they could have
 *   competed for, they are raised to that same mean, never lowered. Whoever returns therefore stands at the mean of the
 *   peers as of the last turn they missed, and needs no moment of returning to be noticed.
 * - The raise happens only while absent. Once back, credits stand still and the peers' grow, so the turn comes whatever the
 *   weight: nobody starves. (Raising somebody at each look until served would starve a small weight for ever.)
 * - Lacking a skill, or being outside working hours, is no absence. Who works other hours catches up within their own day;
 *   who has rarer skills gets fewer of the common leads: that is what one ledger over all pools means.
 *
 * A raise is a `level` on the candidate; `credit` writes it down together with the turn. Without a turn nobody falls
 * behind, so nothing is raised. A rep who changes teams keeps their credits; delete their standing to let them join anew.
 */
import type { Instant } from "../model/instant.ts";

/** Somebody who can take the lead. */
export interface Contender {
  readonly id: string;
  readonly weight: number;
  readonly credits: number;
  readonly lastAt: Instant;
}

/**
 * Weighted shortfall of each contender, times the sum of weights, in the order given. Integers stay exact up to 2^53:
 * that is 1,000 reps of weight 1,000 with nine million turns.
 */
export function shortfalls(contenders: readonly Contender[]): readonly number[] {
  const { weights, credits } = sums(contenders);
  return contenders.map((one) => one.weight * (credits + 1) - one.credits * weights);
}

/** Index of the contender whose turn it is: largest shortfall, then waiting longest, then id. -1 among nobody. */
export function turnOf(contenders: readonly Contender[], shortfall: readonly number[]): number {
  let best = -1;
  for (const [index, one] of contenders.entries()) {
    const leader = contenders[best];
    const ahead = (shortfall[index] ?? 0) - (shortfall[best] ?? 0);
    if (leader === undefined || ahead > 0 || (ahead === 0 && waitsLonger(one, leader))) best = index;
  }
  return best;
}

/** By weight, the credits at which a rep stands level with the peers, rounded down; 0 without peers. */
export function levelsWith(peers: readonly Contender[]): (weight: number) => number {
  const { weights, credits } = sums(peers);
  return (weight) => (weights === 0 ? 0 : Math.floor((weight * credits) / weights));
}

function waitsLonger(one: Contender, other: Contender): boolean {
  return one.lastAt === other.lastAt ? one.id < other.id : one.lastAt < other.lastAt;
}

function sums(contenders: readonly Contender[]): { weights: number; credits: number } {
  let weights = 0;
  let credits = 0;
  for (const one of contenders) {
    weights += one.weight;
    credits += one.credits;
  }
  return { weights, credits };
}
