/**
 * What an owner hears whom others than Baton chose: the story goes on, and what was promised is theirs to keep. They get no task and no
 * note: the CRM shows both on the lead, and another automation that sets owners would fill it with them.
 */
import type { ClockKind, OpenHandoff } from "../model/handoff.ts";
import type { NoticeBody } from "../model/notice.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { countingOf } from "../playbook/promises.ts";
import { sayTime } from "../sla/words.ts";
import type { Following } from "./escalation.ts";
import { handoffUrlOf } from "./input.ts";
import { leadName, linksOf, offered, toPeople, type Told } from "./notices.ts";

/** What is still owed, in the order in which it falls due. */
const OWED: readonly (readonly [ClockKind, string])[] = [
  ["first-attempt", "The first attempt"],
  ["meaningful-touch", "Being in touch"],
  ["answer", "What sales makes of the lead"],
];

/**
 * Tells those who hear of a new lead, where the agreement says so. Nobody while sales has answered: who accepted a lead and gives it on
 * has told the next one; nor where the owner keeps changing. Throws `playbook.invalid` for a calendar without working time.
 */
export function givenNotices(
  input: Following,
  handoff: OpenHandoff,
  playbook: Playbook,
): readonly NoticeBody[] {
  const { newOwner, isContested, answer } = input.progress;
  if (newOwner === undefined || isContested || answer !== undefined) return [];
  const told: Told = {
    kind: "handoff",
    subject: `Given to you: ${leadName(input)}`,
    lines: givenWords(input, newOwner, handoff, playbook),
    links: linksOf(input, handoffUrlOf(input)),
    answers: offered(playbook.agreement),
  };
  return toPeople(told, playbook.agreement.atHandoff.notify, { ownerId: newOwner, input, playbook });
}

function givenWords(
  { roster, progress, now }: Following,
  newOwner: string,
  { ownerId, type }: OpenHandoff,
  playbook: Playbook,
): readonly string[] {
  const nameOf = (id: string | undefined): string =>
    roster.owners.find((owner) => owner.id === id)?.name ?? "somebody else";
  const rep = roster.reps.find((one) => one.ownerId === newOwner)?.id;
  const { zone } = countingOf(type, { ownerId: newOwner, ...(rep && { rep }) }, playbook, roster, now);
  const owed = OWED.flatMap(([kind, says]) => {
    const clock = progress.clocks.find((one) => one.kind === kind);
    if (clock === undefined) return [];
    return [`${says} ${clock.dueAt < now ? "was due" : "is due"} ${sayTime(clock.dueAt, zone)}.`];
  });
  return [
    `It was with ${nameOf(ownerId)}, and is with ${nameOf(newOwner)} since it was changed in the CRM.`,
    ...owed,
  ];
}
