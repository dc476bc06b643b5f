/**
 * Rate limits. Windows run on monotonic time and never on the business clock, because a demo steps that
 * clock by hand: 110 calls in a rolling window of ten seconds per app and portal, and search apart, 5 a second per
 * portal. A refused call does not use up the window.
 *
 * Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
import type { PortalState } from "./portal.ts";
import { Problem } from "../answer.ts";
import type { LimitPolicy } from "../faults.ts";

/** The figures of the limits; tests make them small. */
export interface LimitFigures {
  /** Calls in one window, per app and portal. */
  perWindow: number;
  windowMs: number;
  /** Searches a second, per portal over all apps. */
  searchPerSecond: number;
}

/** HubSpot's published figures for OAuth apps. */
export const publishedLimits: LimitFigures = { perWindow: 110, windowMs: 10_000, searchPerSecond: 5 };

/** Counts calls and refuses those past a limit. */
export interface Limiter {
  readonly figures: LimitFigures;
  /**
   * Counts one call and gives the rate headers for its answer (none for a search).
   * @throws Problem 429 with the policy's name.
   */
  admit(kind: "api" | "search", appId: number, portal: PortalState): Record<string, string>;
}

/** Makes a limiter; `monotonicMs` is `performance.now` outside of tests. */
export function createLimiter(figures: LimitFigures, monotonicMs: () => number): Limiter {
  const windows = new Map<string, number[]>();
  const days = new Map<string, number>();

  const recent = (key: string, spanMs: number): number[] => {
    const since = monotonicMs() - spanMs;
    const times = windows.get(key) ?? [];
    windows.set(key, times);
    const expired = times.findIndex((time) => time > since);
    times.splice(0, expired === -1 ? times.length : expired);
    return times;
  };

  return {
    figures,
    admit(kind, appId, portal) {
      if (kind === "search") {
        const times = recent(`search:${portal.id}`, 1_000);
        if (times.length >= figures.searchPerSecond) throw limitExceeded("SECONDLY");
        times.push(monotonicMs());
        return {};
      }
      const times = recent(`${appId}:${portal.id}`, figures.windowMs);
      const used = times.length + portal.rules.otherUse;
      if (used >= figures.perWindow) throw limitExceeded("TEN_SECONDLY_ROLLING", rateHeaders(figures, 0));
      countDay(days, portal);
      times.push(monotonicMs());
      return rateHeaders(figures, figures.perWindow - used - 1);
    },
  };
}

/** The 429 answer for a policy. */
export function limitExceeded(policy: LimitPolicy, headers: Readonly<Record<string, string>> = {}): Problem {
  const message = {
    TEN_SECONDLY_ROLLING: "You have reached your ten_secondly_rolling limit.",
    SECONDLY: "You have reached your secondly limit.",
    DAILY: "You have reached your daily limit.",
  }[policy];
  const body = {
    status: "error",
    message,
    errorType: "RATE_LIMIT",
    category: "RATE_LIMITS",
    policyName: policy,
  };
  return new Problem({ status: 429, body, headers }, message);
}

function rateHeaders(figures: LimitFigures, remaining: number): Record<string, string> {
  return {
    "x-hubspot-ratelimit-max": String(figures.perWindow),
    "x-hubspot-ratelimit-remaining": String(Math.max(0, remaining)),
    "x-hubspot-ratelimit-interval-milliseconds": String(figures.windowMs),
  };
}

/** The daily limit begins anew at midnight in the portal's time zone. */
function countDay(days: Map<string, number>, portal: PortalState): void {
  if (portal.rules.dailyLimit === 0) return;
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: portal.rules.timeZone }).format(
    portal.hooks.now(),
  );
  const key = `${portal.id}:${date}`;
  const used = days.get(key) ?? 0;
  if (used >= portal.rules.dailyLimit) throw limitExceeded("DAILY");
  days.set(key, used + 1);
}
