/**
 * The daily allocation of an org. The real one rolls over 24 hours; here a day begins at midnight UTC. There is no
 * Retry-After.
 *
 * Source: https://developer.salesforce.com/docs/platform/salesforce-app-limits-cheatsheet/guide/salesforce-app-limits-platform-api.html
 */
import type { Answer } from "../answer.ts";
import { tooMany } from "./fault-words.ts";
import type { OrgState } from "./org.ts";
import { dateOf } from "./stamp.ts";

/** Counts one call; gives the refusal where the day has none left. */
export function countCall(org: OrgState): Answer | undefined {
  begin(org);
  if (usedToday(org) >= org.rules.dailyLimit) return tooMany("TotalRequests");
  org.use.calls += 1;
  return undefined;
}

/** Calls of the day, those of others too. */
export function usedToday(org: OrgState): number {
  begin(org);
  return org.use.calls + org.rules.otherUse;
}

/** The header of every answer: `api-usage=18/100000`. */
export function limitHeader(org: OrgState): string {
  return `api-usage=${usedToday(org)}/${org.rules.dailyLimit}`;
}

function begin({ use, hooks }: OrgState): void {
  const today = dateOf(hooks.now());
  if (use.day === today) return;
  use.day = today;
  use.calls = 0;
}
