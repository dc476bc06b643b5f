/**
 * The one transaction of a turn: decisions, handoffs, planned effects, clocks, the fairness ledger and the end of the events
 * that led to them are stored together or not at all. Only then does delivery touch the CRM.
 */
import { BatonError } from "../errors.ts";
import type { Decision } from "../model/decision.ts";
import type { WriteKind } from "../model/effect.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Notice } from "../model/notice.ts";
import type { Roster, Standings } from "../model/rep.ts";
import type { Signal } from "../model/signal.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { shareOf } from "../resolve/activity.ts";
import { type AccountShare, saveAccountSignals } from "../store/account-signals.ts";
import { type Effect, type PlannedEffect, planEffects } from "../store/effects.ts";
import { endHandoff, findErased } from "../store/erase.ts";
import { endEventsByKey, settleEvents } from "../store/events.ts";
import { giveWay } from "../store/give-way.ts";
import { agree } from "../store/links.ts";
import { saveLeads, type SeenLead } from "../store/leads.ts";
import { planNotices } from "../store/notices.ts";
import type { Tx } from "../store/schema.ts";
import { endWaiting, saveSignals } from "../store/signals.ts";
import { saveStandings } from "../store/standings.ts";
import { saveDecisions, saveTurn } from "../store/turns.ts";
import { saveUnmapped } from "../store/unmapped.ts";
import { hasWrites } from "../sync/index.ts";
import { areBulk } from "./claim.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { handoffIdOf, saveHandoffsOf } from "./courses.ts";
import { logDecision } from "./decision-log.ts";
import { noteIdentities } from "./identities.ts";
import { inLane, type Lane } from "./lane.ts";
import { settleNotThere } from "./not-there.ts";
import type { Surroundings } from "./surroundings.ts";
import { newlyAgreed, type Syncs, syncWrites } from "./sync.ts";
import { settleFailed } from "./tries.ts";

/** What became of one lead in a turn. */
export type Outcome = { readonly work: LeadWork } & (
  | {
      readonly kind: "decided";
      readonly snapshot: Snapshot;
      readonly decision: Decision;
      readonly fresh: readonly Signal[];
      /** What the next look at its handoff is completed from. */
      readonly surroundings: Surroundings;
    }
  | { readonly kind: "missing" }
  /** Deciding threw, or its record makes no sense. The lead is tried again, then waits for a person; nobody else is held up. */
  | { readonly kind: "failed"; readonly code: string }
);
type Decided = Extract<Outcome, { kind: "decided" }>;

export interface Turn {
  readonly id: string;
  readonly outcomes: readonly Outcome[];
  /** As it stood before the first decision, and the ledger after the last. */
  readonly roster: Roster;
  readonly standings: Standings;
  readonly playbook: Playbook;
  readonly decidedAt: Instant;
}

/** The short names by which keys tell the writes of one decision apart. */
const WRITE_NAMES: Readonly<Record<WriteKind, string>> = {
  "update-lead": "lead",
  "create-task": "task",
  "create-note": "note",
  "start-sequence": "sequence",
  "add-to-list": "list",
  "sync-fields": "sync",
  "answer-request": "answer",
};

/**
 * The names of those that go on with a handoff instead of beginning one, so that a restored Baton does not take them for a handoff it has
 * forgotten. Source: docs/decisions/0021-restore.md.
 */
const LATER_NAMES: typeof WRITE_NAMES = {
  ...WRITE_NAMES,
  "create-task": "later-task",
  "create-note": "later-note",
};

/**
 * @param syncs  What makes both CRMs agree about those leads that are in two.
 * @returns The effects that were planned, ready to deliver.
 * Throws `crm.conflict`, with nothing stored, when a lead was erased while it was being decided: the turn is taken again.
 */
export async function commit(lane: Lane, turn: Turn, syncs: Syncs = new Map()): Promise<readonly Effect[]> {
  const { id } = lane.installation;
  const decided = turn.outcomes.filter((outcome): outcome is Decided => outcome.kind === "decided");
  const effects = decided.flatMap((one) => [...effectsOf(one), ...syncEffectsOf(one, syncs)]);

  await inLane(lane, async (tx) => {
    await refuseErased(lane, tx, decided);
    for (const outcome of turn.outcomes) await settleOutcome(lane, tx, outcome, turn.decidedAt);
    if (decided.length === 0) return;

    await settleDecided(tx, decided);
    await saveTurn(
      tx,
      id,
      { id: turn.id, roster: turn.roster, playbook: turn.playbook.version },
      turn.decidedAt,
    );
    await saveDecisions(
      tx,
      id,
      turn.id,
      decided.map(({ snapshot, decision }) => {
        const handoff = handoffIdOf(snapshot, decision);
        const isSynced = hasWrites(syncs.get(snapshot.lead.id));
        return { snapshot, decision, isSynced, ...(handoff === undefined ? {} : { handoff }) };
      }),
    );
    await planEffects(tx, id, effects, turn.decidedAt);
    await agree(tx, id, newlyAgreed(syncs));
    await planNotices(tx, id, decided.flatMap(noticesOf), turn.decidedAt);
    // Before the handoffs: those that end or pass on may give a turn back.
    await saveStandings(tx, id, changedStandings(turn), turn.roster.standings);
    await saveHandoffsOf(lane, tx, decided, turn);
    await saveSignals(
      tx,
      id,
      decided.flatMap(({ snapshot, fresh }) => fresh.map((signal) => ({ lead: snapshot.lead, signal }))),
    );
    await endWaiting(
      tx,
      id,
      decided.flatMap(({ fresh }) => fresh.map(({ key }) => key)),
    );
    for (const { work, snapshot, fresh } of decided) {
      // What a form said that was asked in this turn is an event under the same key: it has been used.
      const ended = new Set(work.events.map(({ event }) => event.key));
      const told = fresh.map(({ key }) => key).filter((key) => !ended.has(key));
      await endEventsByKey(tx, id, snapshot.lead.id, told, "told in the turn that asked for it");
    }
    await saveLeads(tx, id, decided.map(seenLead), turn.decidedAt);
    await saveAccountSignals(tx, id, sharesOf(decided, turn.playbook));
    await noteIdentities(lane, tx, decided);
    await saveUnmapped(
      tx,
      id,
      decided.flatMap(({ snapshot }) => snapshot.unmapped),
      turn.decidedAt,
    );
  });
  const facts = { log: lane.log, installation: id };
  for (const { snapshot, decision } of decided) {
    logDecision(facts, snapshot.decisionId, decision);
    await giveWay();
  }
  return effects.map((effect) => ({ ...effect, state: "planned", attempts: 0, plannedAt: turn.decidedAt }));
}

/** An operator may erase a lead while a turn has it in hand; storing the decision would bring the person back. */
async function refuseErased(lane: Lane, tx: Tx, decided: readonly Decided[]): Promise<void> {
  const named = new Set(decided.flatMap(({ snapshot }) => namedIn(snapshot)));
  const erased = await findErased(tx, lane.keys, lane.installation.id, [...named]);
  if (erased.size > 0) {
    throw new BatonError(
      "crm.conflict",
      `${erased.size} of the records this turn speaks of were erased while it was under way. It is taken again without them.`,
    );
  }
}

/** Every record a snapshot speaks of: the lead, its colleagues and its duplicates. */
function namedIn({ lead, account, duplicates = [] }: Snapshot): readonly string[] {
  const others = [...(account?.colleagues ?? []), ...(account?.handoffs ?? []), ...duplicates];
  return [lead.id, ...others.map((one) => one.lead)];
}

async function settleOutcome(lane: Lane, tx: Tx, outcome: Outcome, now: Instant): Promise<void> {
  switch (outcome.kind) {
    case "decided": {
      const { snapshot, decision } = outcome;
      if (snapshot.handoff?.state === "queued" && decision.verdict.outcome !== "ready") {
        await endHandoff(
          tx,
          lane.installation.id,
          snapshot.handoff.id,
          `no longer ready: ${decision.verdict.reason}`,
          now,
        );
      }
      return;
    }
    case "missing":
      return await settleNotThere(lane, tx, outcome.work, now);
    case "failed":
      return await settleFailed(tx, outcome.work.events, outcome.code, now);
  }
}

/** One statement for each outcome there is, and not one for each lead. */
async function settleDecided(tx: Tx, decided: readonly Decided[]): Promise<void> {
  for (const [outcome, own] of Map.groupBy(decided, ({ decision }) => decision.verdict.outcome))
    await settleEvents(tx, seqsOf(own.flatMap(({ work }) => work.events)), "done", outcome);
}

/** What comes too late to go out with its turn waits behind live writes, if nobody waits for the lead. */
function effectsOf({ work, snapshot, decision }: Decided): readonly PlannedEffect[] {
  const handoff = handoffIdOf(snapshot, decision);
  const names = decision.progress === undefined ? WRITE_NAMES : LATER_NAMES;
  return decision.plan.writes.map((body) => ({
    write: { ...body, key: `${snapshot.decisionId}.${names[body.kind]}`, lead: snapshot.lead },
    decision: snapshot.decisionId,
    urgency: areBulk(work.events) ? "bulk" : "live",
    ...(handoff === undefined ? {} : { handoff }),
  }));
}

/** What the pair has to learn from one another goes with the decision that was taken beside it. */
function syncEffectsOf({ snapshot }: Decided, syncs: Syncs): readonly PlannedEffect[] {
  const plan = syncs.get(snapshot.lead.id);
  if (plan === undefined) return [];
  return syncWrites(snapshot, plan).map((write) => ({ write, decision: snapshot.decisionId }));
}

/** Notices are named by their decision and their place in its plan. */
function noticesOf({ snapshot, decision }: Decided): readonly Notice[] {
  const handoff = handoffIdOf(snapshot, decision);
  return decision.plan.notices.map((body, index) => ({
    ...body,
    key: `${snapshot.decisionId}.notice-${index}`,
    lead: snapshot.lead.id,
    ...(handoff === undefined ? {} : { handoff }),
    at: decision.decidedAt,
  }));
}

function seenLead({ snapshot, decision, surroundings }: Decided): SeenLead {
  const isFollowed = handoffIdOf(snapshot, decision) !== undefined;
  const email = snapshot.facts["lead.email"]?.value;
  return {
    lead: snapshot.lead.id,
    email: typeof email === "string" ? email.toLowerCase() : null,
    name: textOf(snapshot, "lead.name"),
    role: textOf(snapshot, "lead.role"),
    account: snapshot.accountId ?? null,
    outcome: decision.verdict.outcome,
    reason: decision.verdict.reason,
    decision: snapshot.decisionId,
    surroundings: isFollowed ? JSON.stringify(surroundings) : null,
  };
}

function textOf({ facts }: Snapshot, name: string): string | null {
  const value = facts[name]?.value;
  return value === undefined ? null : String(value);
}

/** What each lead's account remembers of it; nothing where no condition counts over accounts. */
function sharesOf(decided: readonly Decided[], { watches }: Playbook): readonly AccountShare[] {
  if (watches.length === 0) return [];
  return decided.flatMap(({ snapshot, decision }) => {
    const { accountId: account, lead } = snapshot;
    if (account === undefined) return [];
    return [{ lead: lead.id, account, signals: shareOf(snapshot, watches, decision.decidedAt) }];
  });
}

function changedStandings(turn: Turn): Standings {
  const { standings: before } = turn.roster;
  return new Map([...turn.standings].filter(([rep, standing]) => before.get(rep) !== standing));
}
