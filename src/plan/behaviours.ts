/** What a lead did, told shortly: the deeds that weigh most, and how often each was done. */
import { DAY_MS, type Instant } from "../model/instant.ts";
import type { Signal } from "../model/signal.ts";

/** The same deed done once or several times: three views of one page are one behaviour. */
export interface Behaviour {
  /** Its most recent time. */
  readonly signal: Signal;
  readonly count: number;
}

/** How fast a deed's weight in a note fades. The score has a half-life of its own; this only orders a short list. */
const HALF_LIFE_MS = 14 * DAY_MS;

/**
 * The `most` behaviours with the largest weight, heaviest first. A deed weighs its kind's points, halved
 * every two weeks of its age. Ties go to the more recent, then by key, so the order of the input changes nothing.
 *
 * @param points  Points by kind of signal; when empty, every kind weighs the same.
 */
export function weightiest(
  signals: readonly Signal[],
  most: number,
  now: Instant,
  points: ReadonlyMap<string, number>,
): readonly Behaviour[] {
  const weighed = new Map<string, Behaviour & { readonly weight: number }>();
  for (const signal of signals) {
    const deed = deedOf(signal);
    const before = weighed.get(deed);
    weighed.set(deed, {
      signal: before !== undefined && before.signal.at >= signal.at ? before.signal : signal,
      count: (before?.count ?? 0) + 1,
      weight: (before?.weight ?? 0) + weigh(signal, now, points),
    });
  }
  return [...weighed.values()]
    .sort(
      (a, b) => b.weight - a.weight || b.signal.at - a.signal.at || (a.signal.key < b.signal.key ? -1 : 1),
    )
    .slice(0, most);
}

/** What makes two deeds the same. Events that were sent keep their own names, and only those of the product tell them apart. */
function deedOf({ kind, page, form, asset, campaign, event }: Signal): string {
  return [kind, page, form, asset, campaign, kind === "product" ? event : ""].join("\n");
}

function weigh({ kind, at }: Signal, now: Instant, points: ReadonlyMap<string, number>): number {
  const fresh = points.size === 0 ? 1 : (points.get(kind) ?? 0);
  return fresh * 0.5 ** (Math.max(0, now - at) / HALF_LIFE_MS);
}
