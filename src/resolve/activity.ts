/**
 * What is known of accounts while the leads of a turn are decided one after the other: who did what, and which handoffs of
 * colleagues are open. Each decision adds to it, so that three people of one account in one turn see one another.
 */
import type { AccountActivity, Colleague, OtherHandoff } from "../model/account.ts";
import type { Decision } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Fact, Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { AccountWatch } from "../playbook/condition.ts";
import { scopeOf } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";

/** Account id to what is known of it. */
export type Activities = ReadonlyMap<string, AccountActivity>;

/** Deeds of one person that their account remembers: past these, more of them say nothing new. */
const MOST_OF_A_PERSON = 50;
/** How much longer deeds are remembered than any condition counts them, so that a brief can say how it grew. */
const SPANS_REMEMBERED = 2;

/** How far back an account is remembered; 0 where no condition asks for it. Throws nothing. */
export function rememberedMs(watches: readonly AccountWatch[]): number {
  return SPANS_REMEMBERED * Math.max(0, ...watches.map(({ within }) => within));
}

/** What an account remembers of one of its people: deeds some condition counts, newest first. Throws nothing. */
export function shareOf(
  { signals }: Pick<Snapshot, "signals">,
  watches: readonly AccountWatch[],
  now: Instant,
): readonly Signal[] {
  const since = now - rememberedMs(watches);
  return signals
    .filter((signal) => signal.at >= since && watches.some(({ matches }) => matches(signal)))
    .slice(0, MOST_OF_A_PERSON);
}

/** An account as one of its people sees it: everybody else. Throws nothing. */
export function activityAround(activities: Activities, account: string, lead: string): AccountActivity {
  const { colleagues = [], handoffs = [] } = activities.get(account) ?? {};
  return {
    colleagues: colleagues.filter((one) => one.lead !== lead),
    handoffs: handoffs.filter((one) => one.lead !== lead),
  };
}

/** Who works an account: the owner of a handoff that stands for all of it, or else of the newest one. Throws nothing. */
export function workingOwner({ handoffs }: AccountActivity): Fact | undefined {
  const owned = handoffs.filter(({ ownerId }) => ownerId !== undefined);
  const working = owned.find(({ scope }) => scope === "account") ?? owned[0];
  return working?.ownerId === undefined
    ? undefined
    : { value: working.ownerId, from: "open handoff of a colleague" };
}

/** The same accounts after one more decision. Throws nothing. */
export function afterDecision(
  activities: Activities,
  snapshot: Snapshot,
  decision: Decision,
  { definition, watches }: Pick<Playbook, "definition" | "watches">,
): Activities {
  const { accountId, lead } = snapshot;
  if (accountId === undefined) return activities;
  const { colleagues = [], handoffs = [] } = activities.get(accountId) ?? {};
  const share = shareOf(snapshot, watches, decision.decidedAt);
  const handoff = handoffBegun(snapshot, decision, definition);
  const after: AccountActivity = {
    colleagues: [
      ...colleagues.filter((one) => one.lead !== lead.id),
      ...(share.length === 0 ? [] : [colleagueOf(snapshot, share)]),
    ],
    handoffs: handoff === undefined ? handoffs : [handoff, ...handoffs.filter(({ id }) => id !== handoff.id)],
  };
  return new Map(activities).set(accountId, after);
}

function colleagueOf({ lead, facts }: Snapshot, signals: readonly Signal[]): Colleague {
  const name = facts["lead.name"]?.value;
  const role = facts["lead.role"]?.value;
  return {
    lead: lead.id,
    ...(name === undefined ? {} : { name: String(name) }),
    ...(role === undefined ? {} : { role: String(role) }),
    signals,
  };
}

function handoffBegun(
  snapshot: Snapshot,
  { verdict, assignment, decidedAt }: Decision,
  definition: Playbook["definition"],
): OtherHandoff | undefined {
  if (verdict.outcome !== "ready" || assignment === undefined) return undefined;
  return {
    id: snapshot.handoff?.id ?? snapshot.decisionId,
    lead: snapshot.lead.id,
    type: verdict.type,
    scope: scopeOf(definition, verdict.type),
    ...(assignment.outcome === "assigned" ? { ownerId: assignment.ownerId } : {}),
    startedAt: decidedAt,
  };
}
