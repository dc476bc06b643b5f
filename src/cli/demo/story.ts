/**
 * What a day came to: the handoffs, what was not handed off and why, and the sandbox's own count of what was written. The
 * story is the same for the same seed; what was measured on the way is told apart from it.
 */
import type { Assignment } from "../../model/decision.ts";
import type { Instant } from "../../model/instant.ts";
import type { Snapshot } from "../../model/lead.ts";
import { nearestTo, storedVersions } from "../../publish/versions.ts";
import { listHandoffs } from "../../store/handoffs.ts";
import { listOutcomes } from "../../store/outcomes.ts";
import type { HandoffRow } from "../../store/schema-decisions.ts";
import type { Db } from "../../store/schema.ts";
import { findDecision } from "../../store/turns.ts";
import { countLedger, type LedgerCount } from "./ledger-count.ts";
import { type AnyStage, leadInstallation } from "./stage.ts";

interface HandoffStory {
  /** `HH:MM` of the demo's day, UTC. */
  readonly at: string;
  readonly lead: string;
  readonly company: string;
  readonly type: string;
  readonly state: string;
  /** Whom it was given to first. */
  readonly handedTo: string;
  /** Who has it now: another one, where it was passed on. */
  readonly owner: string;
  readonly rule: string;
  readonly because: string;
  readonly whyNow: string;
  readonly firstAttemptBy: string;
  /** What sales made of it by the end of the day. */
  readonly standing: string;
}

interface RefusalStory {
  readonly lead: string;
  readonly company: string;
  readonly outcome: string;
  readonly reason: string;
  readonly because: string;
  readonly nearest: string;
}

interface Seams {
  readonly id: string;
  readonly lead: string;
  /** Milliseconds of real time from one seam to the next. */
  readonly occurredToReceived: number;
  readonly receivedToDecided: number;
  readonly decidedToWritten: number | undefined;
}

export interface Story {
  readonly handoffs: readonly HandoffStory[];
  readonly notHandedOff: readonly RefusalStory[];
  readonly ledger: LedgerCount;
}

export interface Measured {
  readonly webhookEvents: number;
  readonly crmCalls: number;
  readonly seams: readonly Seams[];
}

export async function tellStory(stage: AnyStage): Promise<{ story: Story; measured: Measured }> {
  const { db } = stage.baton.store;
  const { id } = await leadInstallation(stage);
  const rows = (await listHandoffs(db, id, 10_000)).toReversed();
  const told = await Promise.all(rows.map(async (row) => await tellHandoff(db, row)));
  const outcomes = await listOutcomes(db, id);
  const versions = storedVersions(db);
  const notHandedOff = await Promise.all(
    outcomes
      .filter(({ decision }) => !["ready", "with-sales"].includes(decision.verdict.outcome))
      .filter(
        ({ decision }) => decision.verdict.outcome !== "not-ready" || decision.verdict.type !== undefined,
      )
      .map(async ({ snapshot, decision }) => ({
        lead: nameOf(snapshot),
        company: fact(snapshot, "account.name"),
        outcome: decision.verdict.outcome,
        reason: decision.verdict.reason,
        because: decision.verdict.because ?? "",
        nearest: (await nearestTo({ snapshot, decision }, versions))?.says ?? "",
      })),
  );
  return {
    story: {
      handoffs: told.map(({ handoff }) => handoff),
      notHandedOff,
      ledger: await countLedger(
        stage,
        rows.filter((row) => row.owner !== null),
      ),
    },
    measured: {
      webhookEvents: heard(stage),
      crmCalls: stage.sandbox.ledger.countCalls(),
      seams: told.map(({ seams }) => seams),
    },
  };
}

/** What both CRMs told, repeats included. */
function heard({ sandbox, org }: AnyStage): number {
  const webhooks = sandbox.webhooks.deliveries.reduce((sum, { events }) => sum + events.length, 0);
  const messages = (org?.outbound.deliveries ?? []).reduce(
    (sum, { notifications }) => sum + notifications.length,
    0,
  );
  return webhooks + messages;
}

async function tellHandoff(db: Db, row: HandoffRow): Promise<{ handoff: HandoffStory; seams: Seams }> {
  const decided = await findDecision(db, row.id);
  const lead = decided ? nameOf(decided.snapshot) : row.lead;
  return {
    handoff: {
      at: clockTime(row.occurred_at),
      lead,
      company: decided ? fact(decided.snapshot, "account.name") : "",
      type: row.type,
      state: row.closed_at === null ? row.state : `closed (${row.closed_because ?? ""})`,
      handedTo: firstOwner(decided?.decision.assignment) ?? row.owner_name ?? "",
      owner: row.owner_name ?? "",
      rule: row.rule ?? "",
      because: row.reason ?? "",
      whyNow: decided?.decision.plan.brief?.whyNow ?? "",
      firstAttemptBy: clockTime(row.first_attempt_due ?? undefined),
      standing: row.answer ?? row.standing ?? "",
    },
    seams: {
      id: row.id,
      lead,
      occurredToReceived: row.received_at - row.occurred_at,
      receivedToDecided: row.decided_at - row.received_at,
      decidedToWritten: row.written_at === null ? undefined : row.written_at - row.decided_at,
    },
  };
}

function firstOwner(assignment: Assignment | undefined): string | undefined {
  return assignment?.outcome === "assigned" ? assignment.ownerName : undefined;
}

export function nameOf(snapshot: Snapshot): string {
  return fact(snapshot, "lead.name") || fact(snapshot, "lead.email") || snapshot.lead.id;
}

export function fact(snapshot: Snapshot, name: string): string {
  return String(snapshot.facts[name]?.value ?? "");
}

export function clockTime(at: Instant | undefined): string {
  if (at === undefined) return "";
  const iso = new Date(at).toISOString();
  const day = iso.slice(0, 10) === "2026-11-17" ? "" : `${iso.slice(8, 10)} Nov `;
  return `${day}${iso.slice(11, 16)}`;
}
