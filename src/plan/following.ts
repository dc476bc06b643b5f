/**
 * What a handoff that sales has asks for now: its status on the lead's record, a step of escalation, another owner, or its end.
 * What was written before is not written again: only what is news.
 */
import type { Assignment, Plan } from "../model/decision.ts";
import type { GuardedValue, WriteBody } from "../model/effect.ts";
import type { OpenHandoff, Story } from "../model/handoff.ts";
import { escapeHtml } from "../model/html.ts";
import { type Ending, inNextHands, type Progress } from "../model/progress.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { sayTime } from "../sla/words.ts";
import { playOf, writeBrief } from "./brief.ts";
import { deadlinesOf } from "./deadlines.ts";
import { escalationNote, type Following, stepNotices, stoppedNotices } from "./escalation.ts";
import { givenNotices } from "./given.ts";
import { accountOf, handoffUrlOf, ownerSeen } from "./input.ts";
import { leadName, linksOf, offered, toPeople, type Told } from "./notices.ts";
import { clearedAnswers, isoTime, propertiesOf, salesStageRaise, stageRaise } from "./properties.ts";
import { taskOf } from "./task.ts";

type Assigned = Extract<Assignment, { outcome: "assigned" }>;
type Update = Extract<WriteBody, { kind: "update-lead" }>;

/** Plans what a followed handoff asks for. Throws `playbook.invalid` for a calendar without working time. */
export function planFollowing(input: Following, playbook: Playbook): Plan {
  const { snapshot, assignment, progress } = input;
  const { handoff } = snapshot;
  if (handoff?.story === undefined) return { writes: [], clocks: progress.clocks, notices: [] };
  if (assignment?.outcome === "assigned") return planPassedOn(input, handoff, assignment, playbook);
  if (progress.ending !== undefined) return planEnd(input, progress.ending, handoff.story, playbook);
  const note = progress.steps.some((step) => step.note) ? [escalationNote(input, handoff, playbook)] : [];
  const isElsewhere = progress.newOwner !== undefined && progress.answer === undefined;
  const cleared = isElsewhere ? { properties: clearedAnswers(snapshot) } : {};
  return {
    writes: [...updateOf(input, handoff.story, playbook, cleared), ...note],
    clocks: progress.clocks,
    notices: [
      ...progress.steps.flatMap((step) => stepNotices(step, input, handoff, playbook)),
      ...givenNotices(input, handoff, playbook),
      ...stoppedNotices(input, handoff.story, playbook),
    ],
  };
}

/** Status and answer on the record, where they are news there. */
function updateOf(
  input: Following,
  story: Story,
  playbook: Playbook,
  more?: Partial<Update>,
): readonly WriteBody[] {
  const { snapshot, progress } = input;
  const status = statusOf(progress);
  const isTold = status === (story.told ?? wordOf(story.standing ?? "untouched"));
  const isGivenBack = progress.ending?.answer === "rejected" || progress.ending?.answer === "recycled";
  const raised =
    progress.acceptedAt === undefined || isGivenBack
      ? undefined
      : playbook.agreement.dispositions.accepted.stage;
  const stage = more?.stage ?? (isTold ? undefined : stageRaise(raised, snapshot, playbook));
  const properties = {
    // Written when it is news, and not whenever it is not there: a person may empty the lists again.
    ...(isTold
      ? {}
      : {
          ...propertiesOf({ "handoff.status": status }, playbook),
          ...salesStageRaise(raised, snapshot, playbook),
          ...answerPicks(input, playbook),
        }),
    ...more?.properties,
  };
  if (stage === undefined && more?.owner === undefined && Object.keys(properties).length === 0) return [];
  return [
    { kind: "update-lead", ...(more?.owner && { owner: more.owner }), ...(stage && { stage }), properties },
  ];
}

/** What the record says of a handoff: the answer, or how far sales has come. */
function statusOf({ answer, standing }: Progress): string {
  return answer?.answer ?? wordOf(standing);
}

function wordOf(standing: Progress["standing"]): string {
  return standing === "untouched" ? "assigned" : standing;
}

/** An answer that was given elsewhere is set in the CRM's pick lists as well, so that both show the same. */
function answerPicks(
  { snapshot: { picked = {} }, progress: { answer } }: Following,
  { fields: { answers: where } }: Playbook,
): Readonly<Record<string, string>> {
  if (where === undefined || answer === undefined || answer.via === "crm") return {};
  return {
    ...(picked[where.answer] === answer.answer ? {} : { [where.answer]: answer.answer }),
    ...(answer.reason === undefined || picked[where.reason] === answer.reason
      ? {}
      : { [where.reason]: answer.reason }),
  };
}

/** The lead goes where the answer sends it, and is looked at again when that was agreed. */
function planEnd(
  input: Following,
  { answer, reason, next, wakeAt }: Ending,
  story: Story,
  playbook: Playbook,
): Plan {
  const { agreement, fields } = playbook;
  const rules = answer === "rejected" || answer === "recycled" ? agreement.dispositions[answer] : undefined;
  const destination = fields.destinations.get(next ?? "");
  const stage = stageRaise(rules?.stage, input.snapshot, playbook);
  const reasonWords = propertiesOf(
    { "handoff.reason": reason === undefined ? answer : `${answer}: ${reason}` },
    playbook,
  );
  const update = updateOf(input, story, playbook, {
    ...(stage && { stage }),
    properties: {
      ...reasonWords,
      ...salesStageRaise(rules?.stage, input.snapshot, playbook),
      ...destination?.set,
    },
  });
  const list: readonly WriteBody[] =
    destination?.list === undefined ? [] : [{ kind: "add-to-list", list: destination.list }];
  return {
    writes: [...update, ...list],
    clocks: wakeAt === undefined ? [] : [{ kind: "wake", dueAt: wakeAt }],
    notices: [],
  };
}

/** Another owner gets what the first one got: the lead, a task and the note, with what happened so far. The promises go on. */
function planPassedOn(
  input: Following,
  handoff: OpenHandoff,
  assignment: Assigned,
  playbook: Playbook,
): Plan {
  const { snapshot, verdict, roster, now, progress } = input;
  const { type } = handoff;
  const next = inNextHands(progress);
  const { ownerId } = assignment;
  const deadlines = deadlinesOf(type, assignment, playbook, roster, now);
  const handoffUrl = handoffUrlOf(input);
  const brief = writeBrief({ type, snapshot, verdict, assignment, deadlines, handoffUrl, now }, playbook);
  const seen = ownerSeen(snapshot);
  const owner: GuardedValue = { to: ownerId, ...(seen !== undefined && { seen }) };
  const story = `<p>${escapeHtml(passedOnWords(input, handoff))}</p>`;
  const told: Told = {
    kind: "handoff",
    subject: `Passed on to you: ${leadName(input)}`,
    lines: [passedOnWords(input, handoff), brief.whyNow],
    links: linksOf(input, handoffUrl),
    answers: offered(playbook.agreement),
  };
  return {
    writes: [
      ...updateOf({ ...input, progress: next }, handoff.story ?? NO_STORY, playbook, {
        owner,
        properties: {
          ...propertiesOf(
            { "handoff.deadline": isoTime(deadlines.firstAttemptAt), "handoff.reason": assignment.because },
            playbook,
          ),
          ...(next.answer === undefined ? clearedAnswers(snapshot) : {}),
        },
      }),
      taskOf(input, ownerId, brief, deadlines.firstAttemptAt, playOf(type, playbook)),
      { kind: "create-note", ownerId, html: `${story}\n${brief.noteHtml}`, at: now, ...accountOf(snapshot) },
    ],
    clocks: clocksPassedOn(progress, deadlines.clocks),
    notices: [
      ...toPeople(told, ["owner"], { ownerId, input, playbook }),
      ...progress.steps.flatMap((step) => stepNotices(step, input, handoff, playbook)),
    ],
  };
}

/** Deadlines stay as they were promised; the steps begin anew, for the new owner. */
function clocksPassedOn({ clocks }: Progress, anew: Plan["clocks"]): Plan["clocks"] {
  return clocks.map(({ lookAt: _lookAt, taken: _taken, ...clock }) => {
    const lookAt = anew.find(({ kind }) => kind === clock.kind)?.lookAt;
    return lookAt === undefined ? clock : { ...clock, lookAt };
  });
}

const NO_STORY: Story = {
  ownedAt: 0,
  formerOwners: [],
  isMoving: false,
  touches: [],
  answers: [],
  clocks: [],
  pauses: [],
  flips: [],
};

function passedOnWords({ roster, now, progress }: Following, { ownerId, startedAt }: OpenHandoff): string {
  const before = roster.owners.find(({ id }) => id === ownerId)?.name ?? "its owner";
  if (progress.isForAnother)
    return `Handed to ${before} on ${sayTime(startedAt, "UTC")}, who said that it is somebody else's.`;
  return `Handed to ${before} on ${sayTime(startedAt, "UTC")}, and nobody had tried by ${sayTime(now, "UTC")}.`;
}
