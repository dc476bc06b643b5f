/**
 * Stage 5: what is to be done about a decision. A plan is a value: it can be printed (the dry run), tested, stored and
 * repeated. It holds at most one write of each kind, so that a write is named by its decision and its kind.
 */
import type { Assignment, Plan, Verdict } from "../model/decision.ts";
import type { GuardedValue, WriteBody } from "../model/effect.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { playOf, writeBrief, writePartnerNote } from "./brief.ts";
import { deadlinesOf } from "./deadlines.ts";
import { planFollowing } from "./following.ts";
import { accountOf, handoffUrlOf, ownerSeen, type PlanInput } from "./input.ts";
import { handoffNotices, queueNotices } from "./notices.ts";
import {
  clearedAnswers,
  type HandoffWords,
  isoTime,
  propertiesOf,
  salesStageRaise,
  stageRaise,
} from "./properties.ts";
import { startOf } from "./sequence.ts";
import { taskOf } from "./task.ts";

type Ready = Extract<Verdict, { outcome: "ready" }>;
type Answer<A extends Assignment["outcome"]> = Extract<Assignment, { outcome: A }>;

/**
 * Plans the writes and clocks of one decision.
 *
 * - An owner gets the lead, a task due at the first attempt's deadline, and the note; two clocks hold them to the promises.
 * - A partner's lead is marked, with a note of what may be shared. A queued one is marked, and looked at again in time.
 * - A lead that was wanted and is not handed off is marked with the reason. One that nobody asked about is left alone.
 * - Whoever asked for the handoff is answered in every case.
 *
 * Owner and stage carry the values the decision saw. Throws `playbook.invalid` for a calendar without working time.
 */
export function plan(input: PlanInput, playbook: Playbook): Plan {
  const { verdict, assignment, progress } = input;
  if (progress !== undefined) return withAnswer(planFollowing({ ...input, progress }, playbook), input);
  if (verdict.outcome !== "ready" || assignment === undefined) return planNoHandoff(input, playbook);
  switch (assignment.outcome) {
    case "assigned":
      return planAssigned(input, verdict, assignment, playbook);
    case "partner":
      return planPartner(input, verdict, assignment, playbook);
    case "queued":
      return planQueued(input, verdict, assignment, playbook);
  }
}

function planAssigned(
  input: PlanInput,
  verdict: Ready,
  assignment: Answer<"assigned">,
  playbook: Playbook,
): Plan {
  const { snapshot, roster, now } = input;
  const { type } = verdict;
  const { ownerId } = assignment;
  const deadlines = deadlinesOf(type, assignment, playbook, roster, now);
  const handoffUrl = handoffUrlOf(input);
  const brief = writeBrief({ type, snapshot, verdict, assignment, deadlines, handoffUrl, now }, playbook);
  const seen = ownerSeen(snapshot);
  const owner: GuardedValue = { to: ownerId, ...(seen !== undefined && { seen }) };
  const raised = playbook.agreement.atHandoff.stage;
  const stage = stageRaise(raised, snapshot, playbook);
  const properties = handoffProperties(input, verdict, assignment, playbook, {
    "handoff.deadline": isoTime(deadlines.firstAttemptAt),
    "brief.why_now": brief.whyNow,
  });
  const writes: readonly WriteBody[] = [
    {
      kind: "update-lead",
      ...(seen !== ownerId && { owner }),
      ...(stage && { stage }),
      properties: {
        ...properties,
        ...salesStageRaise(raised, snapshot, playbook),
        ...clearedAnswers(snapshot),
      },
    },
    taskOf(input, ownerId, brief, deadlines.firstAttemptAt, playOf(type, playbook)),
    { kind: "create-note", ownerId, html: brief.noteHtml, at: now, ...accountOf(snapshot) },
    ...startOf(type, ownerId, snapshot, playbook),
    ...answer(snapshot, { outcome: assignment.outcome, type, owner: ownerId }),
  ];
  return {
    writes,
    clocks: deadlines.clocks,
    notices: handoffNotices(input, { ownerId, brief, deadlines, handoffUrl }, playbook),
    brief,
  };
}

function planPartner(
  input: PlanInput,
  verdict: Ready,
  assignment: Answer<"partner">,
  playbook: Playbook,
): Plan {
  const { snapshot, now } = input;
  const { type } = verdict;
  const { outcome, partner, share } = assignment;
  const subject = { type, snapshot, verdict, assignment, handoffUrl: handoffUrlOf(input), now };
  const { whyNow, noteHtml } = writePartnerNote(subject, partner, share, playbook);
  const properties = handoffProperties(input, verdict, assignment, playbook, { "brief.why_now": whyNow });
  const writes: readonly WriteBody[] = [
    { kind: "update-lead", properties },
    { kind: "create-note", html: noteHtml, at: now },
    ...answer(snapshot, { outcome, type }),
  ];
  return { writes, clocks: [], notices: [] };
}

function planQueued(
  input: PlanInput,
  verdict: Ready,
  assignment: Answer<"queued">,
  playbook: Playbook,
): Plan {
  const { snapshot } = input;
  const { type } = verdict;
  const properties = handoffProperties(input, verdict, assignment, playbook);
  // A lead that waits already says so; only another type would be news.
  const isNews = snapshot.handoff?.state !== "queued" || snapshot.handoff.type !== type;
  const update: WriteBody = { kind: "update-lead", properties };
  return {
    writes: [...(isNews ? [update] : []), ...answer(snapshot, { outcome: assignment.outcome, type })],
    clocks: [{ kind: "routing", dueAt: assignment.retryAt }],
    notices: isNews ? queueNotices(input, verdict, assignment, handoffUrlOf(input)) : [],
  };
}

/** Whoever asked for a handoff of a lead that sales has hears who has it. */
function withAnswer(following: Plan, { snapshot }: PlanInput): Plan {
  const { type = "", ownerId: owner = "" } = snapshot.handoff ?? {};
  return {
    ...following,
    writes: [...following.writes, ...answer(snapshot, { outcome: "with-sales", type, owner })],
  };
}

/** A lead marketing or a workflow wanted handed off is told why not; one that asked for nothing is not touched. */
function planNoHandoff({ snapshot, verdict }: PlanInput, playbook: Playbook): Plan {
  if (verdict.outcome === "with-sales") {
    const colleagues = snapshot.account?.handoffs.find(({ id }) => id === verdict.handoffId);
    const { type = "", ownerId: owner = "" } = snapshot.handoff ?? colleagues ?? {};
    return { writes: answer(snapshot, { outcome: verdict.outcome, type, owner }), clocks: [], notices: [] };
  }
  const { outcome, reason, because, type } = verdict;
  const properties = propertiesOf(
    { "handoff.status": outcome, "handoff.reason": because === undefined ? reason : `${reason}: ${because}` },
    playbook,
  );
  const update: WriteBody = { kind: "update-lead", properties };
  const isWanted = type !== undefined || outcome !== "not-ready";
  return {
    writes: [
      ...(isWanted ? [update] : []),
      ...answer(snapshot, { outcome, ...(type !== undefined && { type }) }),
    ],
    clocks: [],
    notices: [],
  };
}

/** What the lead's record says of a handoff, whoever it goes to. */
function handoffProperties(
  input: PlanInput,
  verdict: Ready,
  assignment: Assignment,
  playbook: Playbook,
  more: HandoffWords = {},
): Readonly<Record<string, string>> {
  const words: HandoffWords = {
    "handoff.status": assignment.outcome,
    "handoff.reason": `${verdict.reason}; ${assignment.rule}: ${assignment.because}`,
    "handoff.type": verdict.type,
    "handoff.link": handoffUrlOf(input),
  };
  return propertiesOf({ ...words, ...more }, playbook);
}

function answer({ request }: Snapshot, outputs: Readonly<Record<string, string>>): readonly WriteBody[] {
  return request?.callback === undefined
    ? []
    : [{ kind: "answer-request", callback: request.callback, outputs }];
}
