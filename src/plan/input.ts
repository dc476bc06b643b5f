/** What plans are made from, and what every plan needs of it. */
import type { Assignment, Verdict } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Progress } from "../model/progress.ts";
import type { Roster } from "../model/rep.ts";

/** What a plan is made from. `assignment` is present when the verdict is `ready`, or a handoff passes on. */
export interface PlanInput {
  readonly snapshot: Snapshot;
  readonly verdict: Verdict;
  readonly assignment?: Assignment;
  /** What became of the handoff sales has. */
  readonly progress?: Progress;
  readonly roster: Roster;
  readonly now: Instant;
  /** Where people reach Baton: the page of a handoff is below it. */
  readonly publicUrl: string;
}

/** The owner the decision saw. */
export function ownerSeen({ facts }: Snapshot): string | undefined {
  const owner = facts["lead.owner"];
  return owner === undefined ? undefined : String(owner.value);
}

/** The account a task or note hangs on as well. */
export function accountOf({ accountId }: Snapshot): { readonly accountId?: string } {
  return accountId === undefined ? {} : { accountId };
}

/** A handoff keeps its page however often it is decided again. */
export function handoffUrlOf({ snapshot, publicUrl }: PlanInput): string {
  const id = snapshot.handoff?.id ?? snapshot.decisionId;
  return `${publicUrl.replace(/\/+$/, "")}/h/${encodeURIComponent(id)}`;
}
