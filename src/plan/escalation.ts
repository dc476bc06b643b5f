/** Words and notices for promises that run out, and for a lead whose owner keeps changing. */
import type { WriteBody } from "../model/effect.ts";
import type { OpenHandoff, Story } from "../model/handoff.ts";
import { escapeHtml } from "../model/html.ts";
import type { NoticeBody } from "../model/notice.ts";
import type { Progress, Step } from "../model/progress.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { countingOf } from "../playbook/promises.ts";
import { sayTime } from "../sla/words.ts";
import { accountOf, handoffUrlOf, type PlanInput } from "./input.ts";
import { leadName, linksOf, offered, toPeople, type Told } from "./notices.ts";

/** What a plan for a handoff that sales has is made from. */
export type Following = PlanInput & { readonly progress: Progress };

/** What the record shows of a promise that ran out. Throws `playbook.invalid` for a calendar without working time. */
export function escalationNote(input: Following, handoff: OpenHandoff, playbook: Playbook): WriteBody {
  const { snapshot, now } = input;
  const words = standingWords(input, handoff, playbook);
  return {
    kind: "create-note",
    html: `<p>${words.map(escapeHtml).join("<br>")}</p>`,
    at: now,
    ...(handoff.ownerId === undefined ? {} : { ownerId: handoff.ownerId }),
    ...accountOf(snapshot),
  };
}

/** Whom a step of escalation tells, each once. Throws as above. */
export function stepNotices(
  step: Step,
  input: Following,
  handoff: OpenHandoff,
  playbook: Playbook,
): readonly NoticeBody[] {
  const { ownerId = "" } = handoff;
  const isLate = step.atPercent >= 100;
  const what = step.clock === "answer" ? "An answer" : "The first attempt";
  const told: Told = {
    kind: step.clock === "answer" ? "answer-due" : "escalation",
    subject: `${what} on ${leadName(input)} is ${isLate ? "overdue" : "due soon"}`,
    lines: standingWords(input, handoff, playbook),
    links: linksOf(input, handoffUrlOf(input)),
    answers: offered(playbook.agreement),
  };
  return toPeople(told, step.notify, { ownerId, input, playbook });
}

/**
 * Once, when others have changed the owner too often: the manager hears of it, or whom routing.yaml names where nobody manages them,
 * because it is for people to say whose the lead is. Throws nothing.
 */
export function stoppedNotices(
  input: Following,
  { flips, formerOwners }: Story,
  playbook: Playbook,
): readonly NoticeBody[] {
  const { progress, snapshot, roster } = input;
  if (!progress.isContested || progress.flips.length === flips.length) return [];
  const { ownerId: before = "" } = snapshot.handoff ?? {};
  const held = [progress.newOwner, before, ...formerOwners];
  // One of the owners it had may be nobody's report.
  const ownerId = held.find((id) =>
    roster.reps.some((rep) => rep.ownerId === id && rep.manager !== undefined),
  );
  const { notify } = playbook.routing.otherwise;
  const people = ownerId === undefined ? (notify ?? []) : "manager";
  const owner = roster.owners.find(({ id }) => id === progress.newOwner)?.name ?? "somebody else";
  const told: Told = {
    kind: "stopped",
    subject: `The owner of ${leadName(input)} keeps changing`,
    lines: [
      `It was changed ${progress.flips.length} times within an hour, and not by Baton; it is with ${owner} now.`,
      "Baton leaves the owner as it is and passes this lead on to nobody. Look for a workflow that sets the owner.",
    ],
    links: linksOf(input, handoffUrlOf(input)),
  };
  return toPeople(told, [people].flat(), { ownerId: ownerId ?? before, input, playbook });
}

/** Where the promises stand, in the owner's own zone. */
function standingWords(
  { progress, roster, now, snapshot }: Following,
  { type, ownerId = "", startedAt }: OpenHandoff,
  playbook: Playbook,
): readonly string[] {
  const rep = roster.reps.find((one) => one.ownerId === ownerId);
  const { zone } = countingOf(type, { ownerId, ...(rep && { rep: rep.id }) }, playbook, roster, now);
  const owner = roster.owners.find(({ id }) => id === ownerId)?.name ?? "nobody";
  const answer = progress.clocks.find(({ kind }) => kind === "answer");
  const first = progress.clocks.find(({ kind }) => kind === "first-attempt");
  const says = (dueAt: number): string => `${dueAt < now ? "was due" : "is due"} ${sayTime(dueAt, zone)}`;
  return [
    `With ${owner} since ${sayTime(snapshot.handoff?.story?.ownedAt ?? startedAt, zone)}.`,
    ...(first === undefined ? [] : [`The first attempt ${says(first.dueAt)}; nobody has tried yet.`]),
    ...(answer === undefined ? [] : [`What sales makes of the lead ${says(answer.dueAt)}.`]),
    ...(progress.unclear === undefined ? [] : [unclearWords(progress.unclear)]),
  ];
}

function unclearWords({ answer, because }: NonNullable<Progress["unclear"]>): string {
  if (because === "reason-missing") return `The answer "${answer}" needs a reason to count.`;
  return because === "unknown-reason"
    ? `The reason given with "${answer}" is none of the agreement's.`
    : `The answer "${answer}" is none of the agreement's.`;
}
