/**
 * Who was to be told what: counted plainly from the portal, without a line of what Baton counts with. A task of Baton's on a contact is
 * an owner who has the lead; the note beside it says since when. Promises are those of mappings/default/agreement.yaml.
 */
import type { Portal } from "../../sandbox/index.ts";
import type { StoredRecord } from "../../sandbox/hubspot/record.ts";
import type { NoticeKind } from "../../src/model/notice.ts";
import { slowDue, slowDueInDays, slowElapsed } from "../sla/slow-clock.ts";
import { type Colleague, colleagues } from "./calendars.ts";
import { isBatons, linked, type Recounted, timeOf, value } from "./recount.ts";

/** One occasion on which people are told. */
export interface Occasion {
  readonly lead: string;
  readonly kind: NoticeKind;
  readonly to: readonly string[];
  /** When it fell due. */
  readonly at: number;
  /** What happened at this instant or later cannot have kept anybody from being told; before, it did. */
  readonly unlessBy: number;
  /** Of several of one line that fall due in one moment only the last is told. */
  readonly line: string;
  /** The lead went to somebody else with it. */
  readonly isPassedOn?: true;
}

export interface DueNotices {
  readonly occasions: readonly Occasion[];
  /** What the portal shows and the agreement does not explain. */
  readonly strange: readonly string[];
}

/** A hand-raiser's promises: `first_attempt: 15m`, `required_within: 5bd`, and the shares at which people hear of them. */
const FIRST_ATTEMPT_MS = 15 * 60_000;
const ANSWER_DAYS = 5;
/** What was promised in days is looked at on full five minutes. */
const TOGETHER_MS = 5 * 60_000;
const STEPS = [
  { share: 0.8, tells: ["owner"] },
  { share: 1, tells: ["owner", "manager"] },
  { share: 1.5, tells: ["manager"] },
] as const;
const REMINDERS = [
  { share: 0.8, tells: ["owner"] },
  { share: 1, tells: ["owner", "manager"] },
] as const;

/** One owner's time with a lead. */
interface Tenure {
  readonly lead: string;
  readonly owner: Colleague;
  readonly from: number;
  readonly taskDueAt: number;
  /** When the next owner got it. */
  readonly nextFrom: number;
}

/** Every occasion of the week up to `endAt`. @param counted  The recount, by contact. */
export function dueNotices(
  portal: Portal,
  counted: ReadonlyMap<string, Recounted>,
  endAt: number,
): DueNotices {
  const people = colleagues(portal);
  const occasions: Occasion[] = [];
  const strange: string[] = [];
  for (const one of counted.values()) {
    const tenures = tenuresOf(portal, one.contact, people);
    if (tenures === undefined) strange.push(`lead ${one.contact}: tasks and notes do not go together`);
    for (const [place, tenure] of (tenures ?? []).entries()) {
      const { clock } = tenure.owner;
      if (slowDue(tenure.from, FIRST_ATTEMPT_MS, clock) !== tenure.taskDueAt)
        strange.push(`lead ${one.contact}: task ${place + 1} is due at another time than was promised`);
      occasions.push(given(tenure), ...attempts(tenure, one, endAt), ...reminders(tenure, one, endAt));
    }
    occasions.push(...queued(portal, one.contact));
  }
  return { occasions, strange };
}

function tenuresOf(
  portal: Portal,
  lead: string,
  people: ReadonlyMap<string, Colleague>,
): readonly Tenure[] | undefined {
  const byTime = (a: StoredRecord, b: StoredRecord): number =>
    a.createdAt - b.createdAt || Number(a.id) - Number(b.id);
  const tasks = linked(portal, lead, "task").filter(isBatons).toSorted(byTime);
  const notes = linked(portal, lead, "note").filter(isBriefing).toSorted(byTime);
  const owners = tasks.map((task) => people.get(value(task, "hubspot_owner_id") ?? ""));
  if (tasks.length !== notes.length) return undefined;
  return tasks.flatMap((task, place) => {
    const [note, next, owner] = [notes[place], notes[place + 1], owners[place]];
    if (note === undefined || owner === undefined) return [];
    const nextFrom = next === undefined ? Infinity : timeOf(next);
    return [{ lead, owner, from: timeOf(note), taskDueAt: timeOf(task), nextFrom }];
  });
}

/** What an owner reads when they get a lead; the other notes of Baton's say that a promise ran out. */
function isBriefing(note: StoredRecord): boolean {
  const body = value(note, "hs_note_body") ?? "";
  return ((value(note, "baton_key") ?? "") !== "" || body.includes("BTN-")) && !body.startsWith("<p>With ");
}

function given({ lead, owner, from }: Tenure): Occasion {
  return { lead, kind: "handoff", to: [owner.address], at: from, unlessBy: Infinity, line: `given ${from}` };
}

function attempts(tenure: Tenure, { firstAttemptAt, endedAt }: Recounted, endAt: number): Occasion[] {
  const { lead, owner, from, nextFrom } = tenure;
  const unlessBy = Math.min(firstAttemptAt ?? Infinity, endedAt ?? Infinity, endAt);
  return STEPS.flatMap(({ share, tells }): readonly Occasion[] => {
    const at = slowDue(from, FIRST_ATTEMPT_MS * share, owner.clock);
    const passesOn = share === 1.5 && nextFrom !== Infinity;
    if (at > unlessBy || (!passesOn && at > nextFrom)) return [];
    const occasion = { lead, kind: "escalation" as const, to: addresses(tells, owner), at, unlessBy };
    return [{ ...occasion, line: `attempt ${from}`, ...(passesOn ? { isPassedOn: true } : {}) }];
  });
}

function reminders(tenure: Tenure, { answeredAt, endedAt }: Recounted, endAt: number): Occasion[] {
  const { lead, owner, from, nextFrom } = tenure;
  const unlessBy = Math.min(answeredAt ?? Infinity, endedAt ?? Infinity, nextFrom, endAt);
  const dueAt = slowDueInDays(from, ANSWER_DAYS, owner.clock);
  const wholeMs = slowElapsed(from, dueAt, owner.clock);
  return REMINDERS.flatMap(({ share, tells }): readonly Occasion[] => {
    const passedAt = share === 1 ? dueAt : slowDue(from, Math.round(wholeMs * share), owner.clock);
    const at = Math.ceil(passedAt / TOGETHER_MS) * TOGETHER_MS;
    if (at > unlessBy) return [];
    return [{ lead, kind: "answer-due", to: addresses(tells, owner), at, unlessBy, line: `answer ${from}` }];
  });
}

function addresses(tells: readonly ("owner" | "manager")[], { address, manager }: Colleague): string[] {
  return tells.map((who) => (who === "owner" ? address : manager));
}

/** A lead that nobody could take says so on its record. */
function queued(portal: Portal, lead: string): Occasion[] {
  const history = portal.state.records.contact.get(lead)?.history.get("baton_handoff_status") ?? [];
  return history
    .filter((change) => change.value === "queued")
    .map(({ timestamp: at }) => ({
      lead,
      kind: "queued",
      to: ["revops@acme.example"],
      at,
      unlessBy: Infinity,
      line: `queued ${at}`,
    }));
}
