/** The score of a lead's behaviour: points by kind of signal, halving with age. */
import type { DurationMs, Instant } from "../model/instant.ts";
import { MINUTE_MS } from "../model/instant.ts";
import type { Signal, SignalKind } from "../model/signal.ts";
import type { Score } from "./compiled.ts";

/** Parts of a point, so that small remainders add up before they are cut off. */
const PARTS = 1_000;
/** After so many halvings nothing is left of 1,000 points. */
const LAST_HALVING = 20;
/** What to divide by after so many halvings. */
const DIVISORS = Array.from({ length: LAST_HALVING }, (_, halvings) => 2 ** halvings);

/** How long a deed is worth anything. Throws nothing. */
export function worthMs(halfLife: DurationMs): DurationMs {
  return LAST_HALVING * halfLife;
}

/**
 * Compiles the score. Arithmetic is in whole numbers, with a straight line between two halvings, so that the same
 * signals give the same score on every machine and in every repetition.
 *
 * @param points  Points of a fresh signal by kind, 0 to 1,000; kinds left out count nothing.
 * @returns       Whole points, rounded down; what lies in the future counts as fresh.
 */
export function compileScore(
  halfLife: DurationMs,
  points: Readonly<Partial<Record<SignalKind, number>>>,
): Score {
  const halfLifeMinutes = Math.max(1, Math.floor(halfLife / MINUTE_MS));
  const partsOf = (signals: readonly Signal[], now: Instant): number => {
    let parts = 0;
    for (const signal of signals) {
      const fresh = points[signal.kind];
      if (fresh !== undefined) parts += remaining(fresh * PARTS, now - signal.at, halfLifeMinutes);
    }
    return parts;
  };
  return ({ signals }, now) => Math.floor(partsOf(signals, now) / PARTS);
}

function remaining(fresh: number, ageMs: DurationMs, halfLifeMinutes: number): number {
  const age = Math.max(0, Math.floor(ageMs / MINUTE_MS));
  const halvings = Math.floor(age / halfLifeMinutes);
  const divisor = DIVISORS[halvings];
  if (divisor === undefined) return 0;
  const since = age - halvings * halfLifeMinutes;
  return Math.floor((fresh * (2 * halfLifeMinutes - since)) / (2 * halfLifeMinutes) / divisor);
}
