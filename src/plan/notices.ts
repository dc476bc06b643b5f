/** Who is told what outside the CRM. Nobody is told outside their working hours, unless every hour counts. */
import type { Assignment, Brief, Verdict } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { NoticeBody, OfferedAnswer } from "../model/notice.ts";
import type { Calendar, Roster } from "../model/rep.ts";
import type { Agreement } from "../playbook/agreement.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { ALWAYS, nextOpening } from "../sla/calendar.ts";
import { formCalendar } from "../sla/form.ts";
import { sayTime } from "../sla/words.ts";
import type { Deadlines } from "./deadlines.ts";
import type { PlanInput } from "./input.ts";
import { clean } from "./sentence.ts";
import { textOf } from "./vocabulary.ts";

/** What a notice says, whoever gets it. */
export type Told = Pick<NoticeBody, "kind" | "subject" | "lines" | "links"> & {
  readonly answers?: readonly OfferedAnswer[];
};

/** Characters: what a chat shows of a line. */
const LONGEST_SUBJECT = 150;
const LONGEST_LINE = 500;

/** A new lead: the owner hears at once, where the agreement says so. */
export function handoffNotices(
  input: PlanInput,
  {
    ownerId,
    brief,
    deadlines,
    handoffUrl,
  }: {
    readonly ownerId: string;
    readonly brief: Brief;
    readonly deadlines: Deadlines;
    readonly handoffUrl: string;
  },
  playbook: Playbook,
): readonly NoticeBody[] {
  const told: Told = {
    kind: "handoff",
    subject: `New lead: ${leadName(input)}`,
    lines: [brief.whyNow, `First attempt by ${sayTime(deadlines.firstAttemptAt, deadlines.zone)}.`],
    links: linksOf(input, handoffUrl),
    answers: offered(playbook.agreement),
  };
  return toPeople(told, playbook.agreement.atHandoff.notify, { ownerId, input, playbook });
}

/** Nobody can take a lead: whom the queue names hears of it. */
export function queueNotices(
  input: PlanInput,
  { type }: Extract<Verdict, { outcome: "ready" }>,
  { queue, notify, because, retryAt }: Extract<Assignment, { outcome: "queued" }>,
  handoffUrl: string,
): readonly NoticeBody[] {
  if (notify === undefined) return [];
  return [
    {
      kind: "queued",
      to: notify,
      as: "named",
      subject: clean(`Nobody can take ${leadName(input)} (${type})`, LONGEST_SUBJECT),
      lines: [
        clean(`It waits in ${queue}: ${because}.`, LONGEST_LINE),
        `Baton tries again by ${sayTime(retryAt, "UTC")}.`,
      ],
      links: linksOf(input, handoffUrl),
      notBefore: input.now,
    },
  ];
}

/** One notice for each of these people that has an address, each person once. */
export function toPeople(
  told: Told,
  people: readonly string[],
  {
    ownerId,
    input,
    playbook,
  }: { readonly ownerId: string; readonly input: PlanInput; readonly playbook: Playbook },
): readonly NoticeBody[] {
  const { roster, now } = input;
  const rep = roster.reps.find((one) => one.ownerId === ownerId);
  const rules = playbook.team.teams.get(rep?.team ?? "");
  const byAddress = new Map<string, NoticeBody>();
  for (const person of people) {
    const to = addressOf(person, { ownerId, manager: rep?.manager, roster });
    if (to === undefined || byAddress.has(to)) continue;
    const calendar =
      person === "owner"
        ? (rep?.calendar ?? formCalendar([roster.owners.find(({ id }) => id === ownerId)], now))
        : rules && formCalendar([rules], now);
    byAddress.set(to, {
      ...told,
      subject: clean(told.subject, LONGEST_SUBJECT),
      lines: told.lines.map((line) => clean(line, LONGEST_LINE)),
      to,
      as: person === "owner" || person === "manager" ? person : "named",
      notBefore: awake(calendar, playbook.agreement, now),
    });
  }
  return [...byAddress.values()];
}

/** What may be answered right there, with the reasons that go with it. */
export function offered({ dispositions }: Agreement): readonly OfferedAnswer[] {
  return (["accepted", "rejected", "recycled"] as const).map((answer) => ({
    answer,
    reasons: dispositions[answer].reasons,
  }));
}

/** The lead in the CRM, and why it came, in Baton. */
export function linksOf({ snapshot }: PlanInput, handoffUrl: string): NoticeBody["links"] {
  return [
    { says: "Open the lead", url: snapshot.leadUrl },
    { says: "Why this lead", url: handoffUrl },
  ];
}

/** Somebody, at their company. */
export function leadName({ snapshot: { facts } }: PlanInput): string {
  const name = textOf(facts, "lead.name") ?? "a lead";
  const account = textOf(facts, "account.name");
  return account === undefined ? name : `${name} at ${account}`;
}

function addressOf(
  person: string,
  {
    ownerId,
    manager,
    roster,
  }: { readonly ownerId: string; readonly manager: string | undefined; readonly roster: Roster },
): string | undefined {
  if (person === "owner") return roster.owners.find(({ id }) => id === ownerId)?.email;
  return person === "manager" ? manager : person;
}

function awake(calendar: Calendar | undefined, { sales }: Agreement, now: Instant): Instant {
  return nextOpening(now, sales.clock === "always" ? ALWAYS : (calendar ?? ALWAYS));
}
