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
import type { Rep, Standing } from "../model/rep.ts";

/** Somebody who can take the lead. */
export interface Contender {
  readonly rep: Pick<Rep, "id" | "weight">;
  readonly standing: Pick<Standing, "credits" | "lastAt">;
}

/**
 * Weighted shortfall of each contender, times the sum of weights, in the order given. Integers stay exact up to 2^53:
 * that is 1,000 reps of weight 1,000 with nine million turns.
 */
export function shortfalls(contenders: readonly Contender[]): readonly number[] {
  const { weights, credits } = sums(contenders);
  const result: number[] = [];
  for (const { rep, standing } of contenders)
    result.push(rep.weight * (credits + 1) - standing.credits * weights);
  return result;
}

/** Index of the contender whose turn it is: largest shortfall, then waiting longest, then id. -1 among nobody. */
export function turnOf(contenders: readonly Contender[], shortfall: readonly number[]): number {
  let best = -1;
  let leader: Contender | undefined;
  let largest = -Infinity;
  for (let index = 0; index < contenders.length; index += 1) {
    const one = contenders[index];
    const short = shortfall[index] ?? 0;
    if (one === undefined || short < largest) continue;
    if (leader !== undefined && short === largest && !waitsLonger(one, leader)) continue;
    [best, leader, largest] = [index, one, short];
  }
  return best;
}

/** By weight, the credits at which a rep stands level with the peers, rounded down; 0 without peers. */
export function levelsWith(peers: readonly Contender[]): (weight: number) => number {
  const { weights, credits } = sums(peers);
  return (weight) => (weights === 0 ? 0 : Math.floor((weight * credits) / weights));
}

function waitsLonger(one: Contender, other: Contender): boolean {
  const [at, otherAt] = [one.standing.lastAt, other.standing.lastAt];
  return at === otherAt ? one.rep.id < other.rep.id : at < otherAt;
}

function sums(contenders: readonly Contender[]): { weights: number; credits: number } {
  let weights = 0;
  let credits = 0;
  for (const { rep, standing } of contenders) {
    weights += rep.weight;
    credits += standing.credits;
  }
  return { weights, credits };
}
