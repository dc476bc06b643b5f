/**
 * Scripted reps: what the people of Acme do with the leads they get, from the seed. They see what a rep sees: a task of theirs
 * that is open, on a contact that is theirs. Nobody tells them of Baton.
 */
import type { RepAct } from "../rep-acts.ts";
import type { Portal } from "../portal-desk.ts";
import { createRandom } from "../random.ts";
import type { Random } from "../random.ts";
import { day, hour, minute } from "./person.ts";

/**
 * - `fast`: tries well before the task is due, and says what came of it.
 * - `slow`: tries when it is overdue, and answers late.
 * - `absent`: does nothing.
 * - `sloppy`: tries, and forgets the answer or its reason.
 */
export type Temper = "fast" | "slow" | "absent" | "sloppy";

/** One thing a rep, or the lead they called, will do. `done` tells it which record it made. */
interface Planned {
  readonly at: number;
  /** The contact, and the owner who does it: somebody who lost the lead meanwhile does nothing. */
  readonly contact: string;
  readonly owner: string;
  readonly act: (made: ReadonlyMap<string, string>) => RepAct | undefined;
  /** Under which name what it makes is remembered. */
  readonly makes?: string;
}

/** Something that was done. */
export interface DoneAct {
  readonly at: number;
  readonly contact: string;
  readonly act: RepAct;
  /** The record it made or changed. */
  readonly id: string | undefined;
}

export interface ScriptedReps {
  /** Looks for tasks nobody has planned for yet. */
  look(now: number): void;
  /** When the next act is due; undefined when nothing is planned. */
  nextAt(): number | undefined;
  /** Performs what is due at `now`, in order. */
  perform(now: number): Promise<readonly DoneAct[]>;
}

const TEMPERS: readonly Temper[] = ["fast", "slow", "absent", "sloppy"];
const REASONS = {
  rejected: ["not-fit", "bad-data", "weak-intent", "student", "no-contact-info"],
  recycled: ["timing", "budget", "early-stage"],
} as const;

/** @param tempers  By owner's address; those not named are given one by the seed. */
export function scriptReps(
  portal: Portal,
  seed: number,
  tempers: ReadonlyMap<string, Temper> = new Map(),
): ScriptedReps {
  const seen = new Set<string>();
  let planned: Planned[] = [];
  const made = new Map<string, string>();
  return {
    look(now) {
      for (const task of portal.all("task")) {
        const {
          hubspot_owner_id: owner = "",
          hs_timestamp: due = "",
          hs_task_status: status,
        } = task.properties;
        if (seen.has(task.id) || status !== "NOT_STARTED" || owner === "") continue;
        seen.add(task.id);
        const [contact] = portal.linked("task", task.id, "contact");
        if (contact === undefined) continue;
        const random = createRandom(seed, `rep ${owner} ${contact}`);
        const temper = tempers.get(addressOf(portal, owner)) ?? random.pick(TEMPERS);
        planned.push(
          ...plansFor({ task: task.id, contact, owner, now, dueAt: Date.parse(due) }, temper, random),
        );
      }
      planned = planned.toSorted((a, b) => a.at - b.at);
    },
    nextAt: () => planned[0]?.at,
    async perform(now) {
      const done: DoneAct[] = [];
      while ((planned[0]?.at ?? Infinity) <= now) {
        const next = planned.shift();
        if (next === undefined || !isStillTheirs(portal, next)) continue;
        const act = next.act(made);
        if (act === undefined) continue;
        const { id } = await portal.act(act);
        if (next.makes !== undefined && id !== undefined) made.set(next.makes, id);
        done.push({ at: next.at, contact: next.contact, act, id });
      }
      return done;
    },
  };
}

function addressOf(portal: Portal, owner: string): string {
  return portal.state.owners.find(({ id }) => id === owner)?.email ?? "";
}

function isStillTheirs(portal: Portal, { contact, owner }: Planned): boolean {
  const record = portal.find("contact", contact);
  return record !== undefined && !record.archived && record.properties["hubspot_owner_id"] === owner;
}

interface Assigned {
  readonly task: string;
  readonly contact: string;
  readonly owner: string;
  readonly now: number;
  readonly dueAt: number;
}

/** Everything one rep will do with one lead, and the lead with them. */
function plansFor(assigned: Assigned, temper: Temper, random: Random): Planned[] {
  if (temper === "absent") return [];
  const { contact, owner, now, dueAt } = assigned;
  const spanMs = Math.max(dueAt - now, 10 * minute);
  const firstAt =
    now + Math.round(spanMs * (temper === "slow" ? 1.1 + random.next() : 0.1 + random.next() * 0.6));
  const plans: Planned[] = [];
  const add = (at: number, act: Planned["act"], makes?: string): void => {
    plans.push({ at, contact, owner, act, ...(makes === undefined ? {} : { makes }) });
  };
  const who = contact;

  let at = firstAt;
  let isReached = false;
  for (let attempt = 0; attempt < 4 && !isReached; attempt += 1) {
    if (attempt > 0) at += random.between(3, 26) * hour;
    const outcome = random.pick(["connected", "left-voicemail", "no-answer"] as const);
    isReached = outcome === "connected";
    if (random.chance(0.3) && !isReached) {
      add(at, () => ({ do: "email", who }));
      isReached = random.chance(0.3);
      if (isReached) {
        at += random.between(1, 20) * hour;
        add(at, () => ({ do: "email", direction: "in", who }));
      }
    } else add(at, () => ({ do: "call", who, outcome }));
    if (temper === "sloppy" && random.chance(0.4)) return plans;
  }
  add(at + 5 * minute, () => ({ do: "complete-task", task: assigned.task }));
  const answerAt = at + (temper === "slow" ? random.between(2, 9) * day : random.between(5, 90) * minute);
  plans.push(...answers({ who, contact, owner, answerAt, isReached }, temper, random));
  return plans;
}

/** What they say of the lead, and what becomes of one they took. */
function answers(
  {
    who,
    contact,
    owner,
    answerAt,
    isReached,
  }: {
    readonly who: string;
    readonly contact: string;
    readonly owner: string;
    readonly answerAt: number;
    readonly isReached: boolean;
  },
  temper: Temper,
  random: Random,
): Planned[] {
  const plan = (at: number, act: Planned["act"], makes?: string): Planned => ({
    at,
    contact,
    owner,
    act,
    ...(makes === undefined ? {} : { makes }),
  });
  if (!isReached) return [plan(answerAt, () => ({ do: "dispose", who, answer: "no-response" }))];
  const dice = random.next();
  if (dice < 0.4) {
    const answer = dice < 0.22 ? "rejected" : "recycled";
    const reason = random.pick<string>(REASONS[answer]);
    const isForgotten = temper === "sloppy" && random.chance(0.5);
    return [plan(answerAt, () => ({ do: "dispose", who, answer, ...(isForgotten ? {} : { reason }) }))];
  }
  const meets = random.chance(0.6);
  const meetingAt = answerAt + random.between(1, 3) * day;
  const isHeld = random.chance(0.8);
  const isOpportunity = isHeld && random.chance(0.5);
  const name = `meeting ${contact} ${answerAt}`;
  return [
    plan(answerAt, () => ({ do: "dispose", who, answer: "accepted" })),
    ...(meets
      ? [
          plan(answerAt + 10 * minute, () => ({ do: "meeting", who, startsAt: meetingAt }), name),
          plan(meetingAt + 40 * minute, (made) => {
            const meeting = made.get(name);
            return meeting === undefined
              ? undefined
              : { do: "end-meeting", meeting, outcome: isHeld ? "held" : "no-show" };
          }),
        ]
      : []),
    ...(meets && isOpportunity ? opportunity(plan, { who, at: meetingAt + 2 * hour }, random) : []),
  ];
}

function opportunity(
  plan: (at: number, act: Planned["act"], makes?: string) => Planned,
  { who, at }: { readonly who: string; readonly at: number },
  random: Random,
): Planned[] {
  const name = `deal ${who} ${at}`;
  const amount = String(random.between(4, 60) * 1_000);
  const wins = random.chance(0.3);
  return [
    plan(at, () => ({ do: "open-deal", who, name: "New business", amount }), name),
    plan(at + 10 * minute, () => ({ do: "dispose", who, answer: "opportunity" })),
    ...(wins
      ? [
          plan(at + day, (made) => {
            const deal = made.get(name);
            return deal === undefined ? undefined : { do: "move-deal", deal, stage: "closedwon" };
          }),
        ]
      : []),
  ];
}
