/** Everything there is to say about one decision, as plain data: what `--json` prints and the text is made of. */
import type { Verdict } from "../../model/decision.ts";
import type { EffectState, WriteBody, WriteKind } from "../../model/effect.ts";
import { type DecisionExplanation, explainDecision } from "../../model/explanation.ts";
import { type Clock, SEAMS, type Seam } from "../../model/handoff.ts";
import type { DurationMs, Instant } from "../../model/instant.ts";
import type { Crm, Snapshot, UnmappedValue } from "../../model/lead.ts";
import { nearestTo, storedVersions } from "../../publish/versions.ts";
import { clocksOfHandoff } from "../../store/clocks.ts";
import { findHandoff } from "../../store/handoffs.ts";
import { ownJson } from "../../store/json.ts";
import type { EffectRow, HandoffRow } from "../../store/schema-decisions.ts";
import type { Db } from "../../store/schema.ts";
import { effectsOfDecision, effectsOfHandoff } from "../../store/stuck-effects.ts";
import type { StoredDecision } from "../../store/turns.ts";
import { type Course, courseOf } from "./course.ts";
import type { Found } from "./find.ts";

export interface Explanation extends DecisionExplanation {
  readonly portal: string;
  readonly crm: Crm;
  readonly lead: { readonly id: string; readonly url: string };
  readonly decision: string;
  readonly decidedAt: Instant;
  readonly playbookVersion: string;
  readonly unmapped: readonly UnmappedValue[];
  readonly handoff?: ExplainedHandoff;
  readonly effects: readonly ExplainedEffect[];
  readonly deadlines: readonly Deadline[];
  /** What happened since; absent where nobody was given the lead. */
  readonly course?: Course;
  /** Every look at the lead, newest first, when asked for. */
  readonly history?: readonly HistoryLine[];
  /** When a later look found the lead with sales already. */
  readonly lookedAgainAt?: Instant;
  readonly snapshot: Snapshot;
}

interface ExplainedHandoff {
  readonly id: string;
  readonly state: HandoffRow["state"];
  readonly type: string;
  readonly closedAt?: Instant;
  readonly closedBecause?: string;
  readonly seams: readonly SeamSpan[];
}

/** The time between two neighbouring stamps. */
interface SeamSpan {
  readonly from: Seam;
  readonly to: Seam;
  readonly ms: DurationMs;
}

export interface ExplainedEffect {
  readonly key: string;
  readonly kind: WriteKind;
  readonly body: WriteBody;
  readonly state: EffectState;
  readonly attempts: number;
  readonly plannedAt: Instant;
  readonly attemptedAt?: Instant;
  readonly settledAt?: Instant;
  /** When it is tried or looked for next, while it waits. */
  readonly nextAt?: Instant;
  readonly crmId?: string;
  readonly code?: string;
  readonly reason?: string;
  /** Fields left out because a person had changed them. */
  readonly dropped?: readonly string[];
}

interface Deadline {
  readonly kind: Clock["kind"];
  readonly dueAt: Instant;
  /** Whether the clock still counts. */
  readonly runs: boolean;
}

interface HistoryLine {
  readonly decision: string;
  readonly at: Instant;
  readonly outcome: Verdict["outcome"];
  readonly reason: string;
  readonly handoff?: string;
  readonly playbookVersion: string;
}

/** Gathers it. Throws nothing of its own. */
export async function gather(db: Db, found: Found, wantsHistory: boolean): Promise<Explanation> {
  const { installation, lead, stored, lookedAgain } = found;
  const { snapshot, decision } = stored;
  const handoff = stored.handoff === undefined ? undefined : await findHandoff(db, stored.handoff);
  const effects = await effectsOf(db, installation.id, lead, stored);
  return {
    portal: installation.tenant,
    crm: installation.crm,
    lead: { id: lead, url: snapshot.leadUrl },
    decision: snapshot.decisionId,
    decidedAt: decision.decidedAt,
    playbookVersion: decision.playbookVersion,
    ...explainDecision(decision, await nearestTo(stored, storedVersions(db))),
    unmapped: snapshot.unmapped,
    ...(handoff === undefined ? {} : { handoff: explainHandoff(handoff) }),
    effects: effects.map(explainEffect),
    deadlines: await deadlinesOf(db, installation.id, stored),
    ...(handoff === undefined ? {} : { course: await courseOf(db, installation.id, handoff.id) }),
    ...(wantsHistory ? { history: found.history.map(historyLine) } : {}),
    ...(lookedAgain === undefined ? {} : { lookedAgainAt: lookedAgain.decision.decidedAt }),
    snapshot,
  };
}

/** Of a handoff: everything written for it, since it was queued. Of another decision: its own. */
async function effectsOf(
  db: Db,
  installation: string,
  lead: string,
  { snapshot, handoff }: StoredDecision,
): Promise<readonly EffectRow[]> {
  if (handoff !== undefined) return await effectsOfHandoff(db, installation, handoff);
  return await effectsOfDecision(db, installation, lead, snapshot.decisionId);
}

function explainHandoff(row: HandoffRow): ExplainedHandoff {
  const stamps: Readonly<Record<Seam, Instant | null>> = {
    occurred: row.occurred_at,
    received: row.received_at,
    read: row.read_at,
    decided: row.decided_at,
    written: row.written_at,
    "first-attempt": row.first_attempt_at,
    "meaningful-touch": row.meaningful_at,
    disposition: row.answered_at,
  };
  const seams = SEAMS.slice(1).flatMap((to, index): readonly SeamSpan[] => {
    const from = SEAMS[index] ?? to;
    const [fromAt, toAt] = [stamps[from], stamps[to]];
    return fromAt === null || toAt === null ? [] : [{ from, to, ms: toAt - fromAt }];
  });
  return {
    id: row.id,
    state: row.state,
    type: row.type,
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
    ...(row.closed_because === null ? {} : { closedBecause: row.closed_because }),
    seams,
  };
}

const WAITING: ReadonlySet<EffectState> = new Set(["planned", "ambiguous"]);

function explainEffect(row: EffectRow): ExplainedEffect {
  return {
    key: row.key,
    kind: row.kind,
    body: ownJson<WriteBody>(row.body),
    state: row.state,
    attempts: row.attempts,
    plannedAt: row.planned_at,
    ...(row.attempted_at === null ? {} : { attemptedAt: row.attempted_at }),
    ...(row.settled_at === null ? {} : { settledAt: row.settled_at }),
    ...(WAITING.has(row.state) ? { nextAt: row.next_at } : {}),
    ...(row.crm_id === null ? {} : { crmId: row.crm_id }),
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.dropped === null ? {} : { dropped: ownJson<readonly string[]>(row.dropped) }),
  };
}

async function deadlinesOf(
  db: Db,
  installation: string,
  { decision, handoff }: StoredDecision,
): Promise<readonly Deadline[]> {
  const running = handoff === undefined ? [] : await clocksOfHandoff(db, installation, handoff);
  return decision.plan.clocks.map(({ kind, dueAt }) => ({
    kind,
    dueAt,
    runs: running.some((clock) => clock.kind === kind && clock.dueAt === dueAt),
  }));
}

function historyLine({ snapshot, decision, handoff }: StoredDecision): HistoryLine {
  return {
    decision: snapshot.decisionId,
    at: decision.decidedAt,
    outcome: decision.verdict.outcome,
    reason: decision.verdict.reason,
    ...(handoff === undefined ? {} : { handoff }),
    playbookVersion: decision.playbookVersion,
  };
}
