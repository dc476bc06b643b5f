/** The score of a lead's behaviour: points by kind of signal, halving with age. */
import type { DurationMs, Instant } from "../model/instant.ts";
import { MINUTE_MS } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { SignalKind } from "../model/signal.ts";

/** Parts of a point, so that small remainders add up before they are cut off. */
const PARTS = 1_000;
/** After so many halvings nothing is left of 1,000 points. */
const LAST_HALVING = 20;

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
): (subject: Snapshot, now: Instant) => number {
  const halfLifeMinutes = Math.max(1, Math.floor(halfLife / MINUTE_MS));
  return (subject, now) => {
    let parts = 0;
    for (const signal of subject.signals) {
      const fresh = points[signal.kind];
      if (fresh !== undefined) parts += remaining(fresh * PARTS, now - signal.at, halfLifeMinutes);
    }
    return Math.floor(parts / PARTS);
  };
}

function remaining(fresh: number, ageMs: DurationMs, halfLifeMinutes: number): number {
  const age = Math.max(0, Math.floor(ageMs / MINUTE_MS));
  const halvings = Math.floor(age / halfLifeMinutes);
  if (halvings >= LAST_HALVING) return 0;
  const since = age % halfLifeMinutes;
  return Math.floor((fresh * (2 * halfLifeMinutes - since)) / (2 * halfLifeMinutes) / 2 ** halvings);
}
