/** The past of an org: what happened before the sandbox began. */
import type { OrgState } from "../salesforce/org.ts";

/** Runs `act` at an instant (epoch milliseconds), with nobody hearing of it. Passes its result and its error on. */
export function quietlyAt<T>(state: OrgState, at: number, act: () => T): T {
  const { hooks } = state;
  const former = { ...hooks };
  Object.assign(hooks, { now: () => at, changed: () => undefined, wrote: () => undefined });
  try {
    return act();
  } finally {
    Object.assign(hooks, former);
  }
}
