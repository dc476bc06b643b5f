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

/** Somebody who can take the lead. Who is new to the ledger has no standing. */
export interface Contender {
  readonly rep: Pick<Rep, "id" | "weight">;
  readonly standing: Pick<Standing, "credits" | "lastAt"> | undefined;
}

/** Whose turn it is, and how each contender stands towards it. */
export interface Turn<C extends Contender> {
  /** Whoever has the largest shortfall, of those whoever waited longest, then the first by id; undefined among nobody. */
  readonly next: C | undefined;
  /** The shortfall of `next`. */
  readonly largest: number;
  /**
   * Weighted shortfall, times the sum of weights. Integers stay exact up to 2^53: that is 1,000 reps of weight 1,000 with
   * nine million turns.
   */
  readonly shortfallOf: (contender: C) => number;
  /** The credits at which somebody new to the ledger enters it: level with the contenders who are in it. */
  readonly joiningLevel: (weight: number) => number;
  /** The credits at which a rep stands level with all contenders. */
  readonly levelOf: (weight: number) => number;
}

/** Settles whose turn it is. Throws nothing. */
export function turnAmong<C extends Contender>(contenders: readonly C[]): Turn<C> {
  const known = sums(contenders);
  const joiningLevel = levelAt(known);
  let { weights, credits } = known;
  for (const { rep } of known.newcomers) {
    weights += rep.weight;
    credits += joiningLevel(rep.weight);
  }
  const shortfallOf = ({ rep, standing }: C): number =>
    rep.weight * (credits + 1) - (standing?.credits ?? joiningLevel(rep.weight)) * weights;
  let next: C | undefined;
  let largest = -Infinity;
  for (const one of contenders) {
    const shortfall = shortfallOf(one);
    if (shortfall < largest) continue;
    if (next !== undefined && shortfall === largest && !waitsLonger(one, next)) continue;
    [next, largest] = [one, shortfall];
  }
  return { next, largest, shortfallOf, joiningLevel, levelOf: levelAt({ weights, credits }) };
}

/** By weight, the credits at which a rep stands level with those of the peers who are in the ledger, rounded down; 0 without any. */
export function levelsWith(peers: readonly Contender[]): (weight: number) => number {
  return levelAt(sums(peers));
}

function levelAt({ weights, credits }: Pick<Sums, "weights" | "credits">): (weight: number) => number {
  return (weight) => (weights === 0 ? 0 : Math.floor((weight * credits) / weights));
}

/** Of those who are in the ledger; the others are named. */
interface Sums {
  readonly weights: number;
  readonly credits: number;
  readonly newcomers: readonly Contender[];
}

function sums(contenders: readonly Contender[]): Sums {
  let weights = 0;
  let credits = 0;
  const newcomers: Contender[] = [];
  for (const one of contenders) {
    if (one.standing === undefined) newcomers.push(one);
    else {
      weights += one.rep.weight;
      credits += one.standing.credits;
    }
  }
  return { weights, credits, newcomers };
}

function waitsLonger(one: Contender, other: Contender): boolean {
  const [at, otherAt] = [one.standing?.lastAt ?? 0, other.standing?.lastAt ?? 0];
  return at === otherAt ? one.rep.id < other.rep.id : at < otherAt;
}
