/**
 * What one account allows at the moment: its call budget and whether it answers. All connectors of this process to the same
 * account share it: the lane's, the nightly check's, and the one that follows when an account is connected again.
 */
import type { Answering } from "../../src/connector.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import { createBreaker } from "./breaker.ts";
import type { Breaker } from "./breaker.ts";
import { createLimiter } from "./limiter.ts";
import type { Limiter, LimiterTuning } from "./limiter.ts";

export interface Allowance {
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  /** Says that this user makes no calls any more. */
  release(): void;
}

/** The allowances of all accounts. */
export interface Allowances {
  /** That of one account, until it is released. Throws nothing. */
  of(tenant: string): Allowance;
  /** How those in use stand. Throws nothing. */
  states(): readonly Answering[];
}

/** An account nobody calls is remembered this long: its window is empty by then. */
const KEPT_MS: DurationMs = 60_000;

interface Shared {
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  users: number;
}

/** Makes an allowance that nobody shares. Throws nothing. */
export function createAllowance(now: () => Instant, tuning: LimiterTuning = {}): Allowance {
  return { limiter: createLimiter(tuning), breaker: createBreaker(now), release: () => undefined };
}

/** Makes the register of a process. Throws nothing. */
export function createAllowances(now: () => Instant): Allowances {
  const used = new Map<string, Shared>();
  /** In the order of release, so that the oldest are found first. */
  const idle = new Map<string, { readonly shared: Shared; readonly sinceMs: number }>();

  const forgetOld = (): void => {
    for (const [tenant, { sinceMs }] of idle) {
      if (performance.now() - sinceMs < KEPT_MS) return;
      idle.delete(tenant);
    }
  };
  const take = (tenant: string): Shared => {
    const known = used.get(tenant) ?? idle.get(tenant)?.shared;
    const shared = known ?? { limiter: createLimiter(), breaker: createBreaker(now), users: 0 };
    used.set(tenant, shared);
    idle.delete(tenant);
    shared.users += 1;
    return shared;
  };
  const release = (tenant: string, shared: Shared): void => {
    shared.users -= 1;
    if (shared.users > 0) return;
    used.delete(tenant);
    idle.set(tenant, { shared, sinceMs: performance.now() });
  };

  return {
    states: () => [...used.values()].map(({ breaker }) => breaker.state()),
    of(tenant) {
      forgetOld();
      const shared = take(tenant);
      let isReleased = false;
      return {
        limiter: shared.limiter,
        breaker: shared.breaker,
        release() {
          if (!isReleased) release(tenant, shared);
          isReleased = true;
        },
      };
    },
  };
}
