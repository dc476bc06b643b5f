/** What is stored of handoffs in their rows: how they begin, and where they stand. */
import type { Decision } from "../model/decision.ts";
import type { Clock, ClockKind, OpenHandoff, Story } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { inNextHands, type Progress } from "../model/progress.ts";
import { scopeOf } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";
import type { Course } from "../store/handoffs.ts";
import type { HandoffRow } from "../store/schema-decisions.ts";
import { NO_COURSE } from "../store/schema-following.ts";
import { beganAt, type LeadWork } from "./lead-work.ts";

/** One decided lead of a turn. */
export interface DecidedLead {
  readonly work: LeadWork;
  readonly snapshot: Snapshot;
  readonly decision: Decision;
}

/** A handoff that sales has, as one decision followed it. */
export interface Followed {
  readonly snapshot: Snapshot;
  readonly decision: Decision;
  readonly handoff: OpenHandoff;
  readonly story: Story;
  readonly progress: Progress;
}

/** The row of a handoff that begins, or gets an owner at last; none for every other decision. Throws nothing. */
export function beginningRow(
  installation: string,
  { work, snapshot, decision }: DecidedLead,
  playbook: Playbook,
): readonly HandoffRow[] {
  const { verdict, assignment, plan, decidedAt } = decision;
  if (verdict.outcome !== "ready" || assignment === undefined) return [];
  const assigned = assignment.outcome === "assigned" ? assignment : undefined;
  const isQueued = assignment.outcome === "queued";
  return [
    {
      ...NO_COURSE,
      installation,
      id: snapshot.handoff?.id ?? snapshot.decisionId,
      lead: snapshot.lead.id,
      account: snapshot.accountId ?? null,
      scope: scopeOf(playbook.definition, verdict.type),
      state: isQueued ? "queued" : "with-sales",
      type: verdict.type,
      rule: assignment.rule,
      reason: assignment.because,
      rep: assigned?.rep ?? null,
      owner: assigned?.ownerId ?? null,
      owner_name: assigned?.ownerName ?? (assignment.outcome === "partner" ? assignment.partner : null),
      playbook: decision.playbookVersion,
      ...stampsOf(work),
      read_at: snapshot.readAt,
      decided_at: decidedAt,
      written_at: null,
      closed_at: null,
      closed_because: null,
      ...(isQueued ? {} : { owned_at: decidedAt, standing: "untouched" }),
      ...(assigned === undefined ? {} : promisedColumns(verdict.type, plan.clocks, playbook)),
      pool: assigned?.pool ?? null,
      team: teamOf(assigned?.rep, playbook),
      ...originColumns(verdict.type, snapshot, playbook),
    },
  ];
}

/** What marketing brought: where the lead came from, and what it still owed. */
function originColumns(
  type: string,
  { facts, signals }: Snapshot,
  { agreement, definition }: Playbook,
): Pick<HandoffRow, "source" | "campaign_first" | "campaign_last" | "missing"> {
  const text = (name: string): string | null => {
    const value = facts[name]?.value;
    return value === undefined ? null : String(value);
  };
  const waived = definition.types.find(({ name }) => name === type)?.waive ?? [];
  const owed = agreement.marketing.complete.filter((name) => waived !== "all" && !waived.includes(name));
  const missing = owed.filter((name) =>
    name === "signals" ? signals.length === 0 : facts[name] === undefined,
  );
  return {
    source: text("lead.source"),
    campaign_first: text("campaign.first"),
    campaign_last: text("campaign.last"),
    missing: JSON.stringify(missing),
  };
}

function stampsOf(work: LeadWork): Pick<HandoffRow, "occurred_at" | "received_at"> {
  const { occurredAt, receivedAt } = beganAt(work);
  return { occurred_at: occurredAt, received_at: receivedAt };
}

/** Deadlines stay on the handoff once their clocks are gone. */
function promisedColumns(
  type: string,
  clocks: readonly Clock[],
  { agreement }: Playbook,
): Pick<
  HandoffRow,
  "first_attempt_due" | "meaningful_due" | "attempts_due" | "answer_due" | "attempts_owed"
> {
  const promise = agreement.sales.promises.get(type) ?? agreement.sales.otherwise;
  return { ...dueColumns(clocks), attempts_owed: promise.attempts?.atLeast ?? 0 };
}

function dueColumns(
  clocks: readonly Clock[],
): Pick<HandoffRow, "first_attempt_due" | "meaningful_due" | "attempts_due" | "answer_due"> {
  const dueAt = (kind: ClockKind): Instant | null =>
    clocks.find((clock) => clock.kind === kind)?.dueAt ?? null;
  return {
    first_attempt_due: dueAt("first-attempt"),
    meaningful_due: dueAt("meaningful-touch"),
    attempts_due: dueAt("attempts"),
    answer_due: dueAt("answer"),
  };
}

function teamOf(rep: string | undefined, { team }: Playbook): string | null {
  return team.members.find(({ id }) => id === rep)?.team ?? null;
}

/** The course as it stands now. Throws nothing. Deadlines that were moved are the clocks'; those of kept promises stay as they were. */
export function courseOf({ handoff, story, progress, decision }: Followed): Course {
  const { assignment, decidedAt } = decision;
  const moved = Object.fromEntries(
    Object.entries(dueColumns(progress.clocks)).filter(([, at]) => at !== null),
  );
  const isPassedOn = assignment?.outcome === "assigned";
  const { answer, answeredAt, acceptedAt, standing } = isPassedOn ? inNextHands(progress) : progress;
  const { deals } = progress;
  return {
    id: handoff.id,
    ...moved,
    ...(isPassedOn
      ? {
          owner: assignment.ownerId,
          owner_name: assignment.ownerName,
          rep: assignment.rep ?? null,
          pool: assignment.pool ?? null,
          // The CRM's clock may be ahead of ours: what the owner before said is not the next one's.
          owned_at: Math.max(decidedAt, progress.answer?.at ?? 0),
          former_owners: JSON.stringify([...story.formerOwners, handoff.ownerId ?? ""]),
        }
      : {}),
    standing,
    first_attempt_at: progress.firstAttemptAt ?? null,
    meaningful_at: progress.meaningfulAt ?? null,
    attempts: progress.attempts,
    attempts_in_time: progress.attemptsInTime,
    meeting_booked_at: progress.meetingBookedAt ?? null,
    meeting_held_at: progress.meetingHeldAt ?? null,
    missed_meetings: progress.missedMeetings,
    answer: answer?.answer ?? null,
    answer_reason: answer?.reason ?? null,
    answered_at: answeredAt ?? null,
    accepted_at: acceptedAt ?? null,
    opportunities: deals?.count ?? 0,
    opportunity_amount: deals?.amount ?? 0,
    opportunity_at: deals?.firstAt ?? null,
    won: deals?.wonCount ?? 0,
    won_amount: deals?.wonAmount ?? 0,
    won_at: deals?.wonAt ?? null,
    flips: progress.flips.length === 0 ? null : JSON.stringify(progress.flips),
  };
}
