/** Steps at shares of a span: which is due, and when the next one will be. */
import type { Instant } from "../model/instant.ts";

/** Where a plan of steps stands. `due` are those that fell due since the last look, in order. */
export interface Stepped<Step> {
  readonly due: readonly Step[];
  /** The share up to which steps are done once those are; absent before the first. */
  readonly taken?: number;
  /** When the next one is due; absent after the last. */
  readonly lookAt?: Instant;
}

/**
 * Looks at a plan of steps, ordered by share.
 *
 * @param taken      The share up to which steps were done before; 0 at the start.
 * @param instantOf  When a share of the span has passed. Throws what it throws.
 */
export function stepOn<Step extends { readonly atPercent: number }>(
  plan: readonly Step[],
  taken: number,
  instantOf: (percent: number) => Instant,
  now: Instant,
): Stepped<Step> {
  const left = plan.filter(({ atPercent }) => atPercent > taken);
  const firstLater = left.findIndex(({ atPercent }) => instantOf(atPercent) > now);
  const due = firstLater < 0 ? left : left.slice(0, firstLater);
  const next = firstLater < 0 ? undefined : left[firstLater];
  const done = due.at(-1)?.atPercent ?? taken;
  return {
    due,
    ...(done === 0 ? {} : { taken: done }),
    ...(next === undefined ? {} : { lookAt: instantOf(next.atPercent) }),
  };
}
