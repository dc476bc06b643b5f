/**
 * What is left of an org's day. Every answer says how many calls all its apps have made in the last 24 hours, of how many
 * (`Sforce-Limit-Info: api-usage=10018/100000`). The pool is everybody's, so Baton steps back before it is empty: work nobody waits
 * for from 70 %, everything but what gives leads their owners from 90 %. What was heard half an hour ago says nothing any more: one
 * call goes through then and finds out.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.264.0.api_rest.meta/api_rest/headers_api_usage.htm
 */
import { BatonError } from "../../src/errors.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Urgency } from "../http/limiter.ts";

/** Calls of all apps of the org in the last 24 hours, and how many there may be. */
interface Usage {
  readonly used: number;
  readonly most: number;
}

/** One org's day. Nothing here throws. */
export interface Budget {
  /** Learns from an answer's headers. Nonsense is ignored. */
  note(headers: Readonly<Record<string, string | string[] | undefined>>): void;
  /** Why a call is not made, with when to ask again; undefined when it may be. */
  refusal(urgency: Urgency, isEssential: boolean): BatonError | undefined;
  /** Whether a refusal is the day's, as far as is known: without any count it is taken to be. */
  isSpent(): boolean;
  /** The last count; undefined before the first. */
  usage(): Usage | undefined;
}

/** How long after the day was spent somebody looks again: calls of 24 hours ago drop out of the count all the time. */
export const DAILY_RETRY_MS: DurationMs = 30 * MINUTE_MS;
/** From this share on, bulk work rests. */
const SOFT_SHARE = 0.7;
/** From this share on, everything rests but what gives leads their owners. */
const HARD_SHARE = 0.9;
/** From this share on, a refusal is the day's: the count lags behind the calls that are open. */
const SPENT_SHARE = 0.99;
const USAGE = /(?:^|[;,\s])api-usage=(\d{1,12})\/(\d{1,12})/;

/** Makes the budget of an org of which nothing is known yet: everything may be called. Throws nothing. */
export function createBudget(now: () => Instant): Budget {
  let usage: Usage | undefined;
  let heardAt: Instant = 0;

  const share = (): number => (usage === undefined ? 0 : usage.used / usage.most);
  /** A clock that was set back makes what is known old as well. */
  const isOld = (): boolean => now() - heardAt >= DAILY_RETRY_MS || now() < heardAt;

  return {
    note(headers) {
      const heard = usageOf(headers["sforce-limit-info"]);
      if (heard !== undefined) [usage, heardAt] = [heard, now()];
    },
    refusal(urgency, isEssential) {
      const isOver = share() >= (urgency === "bulk" ? SOFT_SHARE : HARD_SHARE);
      if (!isOver || (isEssential && urgency === "live")) return undefined;
      if (isOld()) {
        heardAt = now();
        return undefined;
      }
      return refused(share(), heardAt + DAILY_RETRY_MS - now());
    },
    isSpent: () => usage === undefined || share() >= SPENT_SHARE,
    usage: () => usage,
  };
}

function usageOf(header: string | string[] | undefined): Usage | undefined {
  const [, used, most] = USAGE.exec(String(header ?? "")) ?? [];
  return used === undefined || Number(most) === 0 ? undefined : { used: Number(used), most: Number(most) };
}

function refused(share: number, retryAfterMs: DurationMs): BatonError {
  return new BatonError(
    "crm.rate-limited",
    `${Math.floor(share * 100)} % of the org's calls of 24 hours are spent, by all its apps together: this one waits. ` +
      "Nothing was sent; it goes on by itself.",
    { retryAfterMs },
  );
}
