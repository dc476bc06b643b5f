/**
 * How HubSpot counts the calls of one account: rolling windows of ten seconds, per app and account. The rate headers of every
 * answer tell how large the window is and how much HubSpot has counted in it.
 * Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Allowance, Shared } from "../http/allowance.ts";
import { createBreaker } from "../http/breaker.ts";
import { createLimiter, OPEN_CALLS } from "../http/limiter.ts";
import type { LimiterTuning, LimitRules } from "../http/limiter.ts";

const WINDOW_MS: DurationMs = 10_000;
/** Until HubSpot says how many an app has (100 to 250, by distribution and the customer's tier): of the 110 of an OAuth app. */
const CALLS_PER_WINDOW = 100;
const SHARE_OF_LIMIT = CALLS_PER_WINDOW / 110;

/** HubSpot's limits, with a tenth to spare for calls of one window that reach it in the next one. */
export const LIMIT_RULES: LimitRules = {
  callsPerWindow: CALLS_PER_WINDOW,
  windowMs: WINDOW_MS,
  openBulkCalls: OPEN_CALLS,
  heard(headers) {
    const most = Number(headers["x-hubspot-ratelimit-max"] ?? Number.NaN);
    const left = Number(headers["x-hubspot-ratelimit-remaining"] ?? Number.NaN);
    if (!(most > 0)) return undefined;
    return {
      callsPerWindow: Math.max(1, Math.floor(most * SHARE_OF_LIMIT)),
      ...(left >= 0 ? { counted: most - left } : {}),
    };
  },
};

/** What all connectors to one account share. Throws nothing. */
export function createShared(now: () => Instant, tuning: LimiterTuning = {}): Shared {
  return { limiter: createLimiter(LIMIT_RULES, tuning), breaker: createBreaker("HubSpot", now) };
}

/** Makes an allowance that nobody shares. Throws nothing. */
export function createAllowance(now: () => Instant, tuning: LimiterTuning = {}): Allowance {
  return { ...createShared(now, tuning), release: () => undefined };
}
