/**
 * How much one address may ask for. Counted in this process's memory: a fleet multiplies them, which is fine for what
 * they are, a bound on what a stranger can cost us.
 *
 * A CRM calls for all its accounts from few addresses, so webhooks get a bound only a flood reaches. Failed signatures
 * have a counter of their own that never touches good requests: anybody can make a CRM call our address with a wrong
 * signature from the CRM's own addresses, and must not be able to lock the CRM out that way.
 */
import { MINUTE_MS, SECOND_MS } from "../model/instant.ts";

interface Limit {
  readonly max: number;
  readonly timeWindow: number;
}

export interface Limits {
  readonly pages: Limit;
  readonly webhooks: Limit;
  readonly failedSignatures: Limit;
  readonly oauth: Limit;
  /** Counted by write key. */
  readonly signals: Limit;
}

export const LIMITS: Limits = {
  pages: { max: 300, timeWindow: MINUTE_MS },
  webhooks: { max: 50_000, timeWindow: 10 * SECOND_MS },
  failedSignatures: { max: 60, timeWindow: MINUTE_MS },
  oauth: { max: 20, timeWindow: MINUTE_MS },
  // What Segment itself takes: a thousand requests a second.
  signals: { max: 10_000, timeWindow: 10 * SECOND_MS },
};
