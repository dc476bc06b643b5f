/**
 * What a rep of each kind does with one lead, from the seed: the same whichever CRM they work in. Plans are data with instants;
 * nothing happens here.
 */
import type { RepAct } from "../rep-acts.ts";
import type { Random } from "../random.ts";
import { day, hour, minute } from "./person.ts";

/**
 * - `fast`: tries well before the task is due, and says what came of it.
 * - `slow`: tries when it is overdue, and answers late.
 * - `absent`: does nothing.
 * - `sloppy`: tries, and forgets the answer or its reason.
 */
export type Temper = "fast" | "slow" | "absent" | "sloppy";

/** One thing a rep, or the lead they called, will do. `act` is told which records were made before, by name. */
export interface Planned {
  readonly at: number;
  /** The contact, and the owner who does it: somebody who lost the lead meanwhile does nothing. */
  readonly contact: string;
  readonly owner: string;
  readonly act: (made: ReadonlyMap<string, string>) => RepAct | undefined;
  /** Under which name what it makes is remembered. */
  readonly makes?: string;
}

/** A task that somebody found on their desk, all by the CRM's ids. Instants are epoch milliseconds. */
export interface Assigned {
  readonly task: string;
  readonly contact: string;
  readonly owner: string;
  readonly now: number;
  readonly dueAt: number;
  /** The stage of a deal that is won, in the CRM's word. */
  readonly wonStage: string;
}

const REASONS = {
  rejected: ["not-fit", "bad-data", "weak-intent", "student", "no-contact-info"],
  recycled: ["timing", "budget", "early-stage"],
} as const;

/** Everything one rep will do with one lead, and the lead with them. Throws nothing. */
export function plansFor(assigned: Assigned, temper: Temper, random: Random): Planned[] {
  if (temper === "absent") return [];
  const { contact, owner, now, dueAt, wonStage } = assigned;
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
  plans.push(...answers({ who, contact, owner, answerAt, isReached, wonStage }, temper, random));
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
    wonStage,
  }: {
    readonly who: string;
    readonly contact: string;
    readonly owner: string;
    readonly answerAt: number;
    readonly isReached: boolean;
    readonly wonStage: string;
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
    ...(meets && isOpportunity ? opportunity(plan, { who, at: meetingAt + 2 * hour, wonStage }, random) : []),
  ];
}

function opportunity(
  plan: (at: number, act: Planned["act"], makes?: string) => Planned,
  { who, at, wonStage }: { readonly who: string; readonly at: number; readonly wonStage: string },
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
            return deal === undefined ? undefined : { do: "move-deal", deal, stage: wonStage };
          }),
        ]
      : []),
  ];
}
