/**
 * The demo's time: it starts on the demo's day, runs as real time runs, and is moved forward from act to act, so that a day
 * fits into a minute while what Baton itself takes is still measured as it is.
 */
import type { Instant } from "../../model/instant.ts";

export interface DemoClock {
  now(): Instant;
  /** Moves forward to `at`; never backwards. */
  moveTo(at: Instant): void;
}

export function createDemoClock(start: Instant, realNow: () => number = () => performance.now()): DemoClock {
  let base = start;
  let since = realNow();
  const now = (): Instant => Math.round(base + realNow() - since);
  return {
    now,
    moveTo(at) {
      base = Math.max(at, now());
      since = realNow();
    },
  };
}
