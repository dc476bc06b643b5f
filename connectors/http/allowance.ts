/**
 * What one account allows at the moment: its call budget and whether it answers. All connectors of this process to the same
 * account share it: the lane's, the nightly check's, and the one that follows when an account is connected again.
 */
import type { Answering } from "../../src/crm-app.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { Breaker } from "./breaker.ts";
import type { Limiter } from "./limiter.ts";

/** What connectors to one account share. A CRM's own may hold more. */
export interface Shared {
  readonly limiter: Limiter;
  readonly breaker: Breaker;
}

/** A share in it. */
export type Allowance<Of extends Shared = Shared> = Of & {
  /** Says that this user makes no calls any more. */
  release(): void;
};

/** The allowances of all accounts. */
export interface Allowances<Of extends Shared = Shared> {
  /** That of one account, until it is released. Throws nothing. */
  of(tenant: string): Allowance<Of>;
  /** How those in use stand. Throws nothing. */
  states(): readonly Answering[];
}

/** An account nobody calls is remembered this long: its window is empty by then. */
const KEPT_MS: DurationMs = 60_000;

/** Makes the register of a process. `make` makes what the connectors to one more account share. Throws nothing. */
export function createAllowances<Of extends Shared>(make: () => Of): Allowances<Of> {
  const used = new Map<string, { readonly shared: Of; users: number }>();
  /** In the order of release, so that the oldest are found first. */
  const idle = new Map<string, { readonly shared: Of; readonly sinceMs: number }>();

  const forgetOld = (): void => {
    for (const [tenant, { sinceMs }] of idle) {
      if (performance.now() - sinceMs < KEPT_MS) return;
      idle.delete(tenant);
    }
  };
  const take = (tenant: string): { readonly shared: Of; users: number } => {
    const entry = used.get(tenant) ?? { shared: idle.get(tenant)?.shared ?? make(), users: 0 };
    used.set(tenant, entry);
    idle.delete(tenant);
    entry.users += 1;
    return entry;
  };
  const release = (tenant: string, entry: { readonly shared: Of; users: number }): void => {
    entry.users -= 1;
    if (entry.users > 0) return;
    used.delete(tenant);
    idle.set(tenant, { shared: entry.shared, sinceMs: performance.now() });
  };

  return {
    states: () => [...used.values()].map(({ shared }) => shared.breaker.state()),
    of(tenant) {
      forgetOld();
      const entry = take(tenant);
      let isReleased = false;
      return {
        ...entry.shared,
        release() {
          if (!isReleased) release(tenant, entry);
          isReleased = true;
        },
      };
    },
  };
}
