/** Whether one rep can take a lead now: has the skills, is there, and is at work. */
import type { Instant } from "../model/instant.ts";
import type { Calendar, Rep, Standing } from "../model/rep.ts";
import { remember } from "../playbook/remember.ts";
import { nextOpening } from "../sla/calendar.ts";
import { sayTime } from "../sla/words.ts";
import { localDate, startOfDay, wallClock } from "../sla/zone.ts";

/**
 * One rep as they stand for one lead. `absent` reps are kept level in the fairness ledger, `unfit` and `off-hours` ones
 * are not; `backAt` is when they can next take a lead, where that is known.
 */
export type Readiness = { readonly rep: Rep; readonly standing: Standing | undefined } & (
  | { readonly state: "ready" }
  | { readonly state: "unfit"; readonly because: string }
  | { readonly state: "absent"; readonly because: string; readonly backAt?: Instant }
  | { readonly state: "off-hours"; readonly because: string; readonly backAt: Instant }
);

/**
 * Looks at skills, then the CRM owner, away days, the two caps, and working hours; the first that fails is the reason.
 * Days are the rep's own. `playbook.invalid` is thrown for a rep whose calendar has no working time at all.
 */
export function readinessOf(
  rep: Rep,
  skills: readonly string[],
  standing: Standing | undefined,
  now: Instant,
): Readiness {
  const missing = skills.find((skill) => !rep.skills.includes(skill));
  if (missing !== undefined) return { rep, standing, state: "unfit", because: `skill ${missing} missing` };
  const absence = absenceOf(rep, standing, now);
  if (absence !== undefined) return { rep, standing, state: "absent", ...absence };
  const { backAt, because } = openingOf(rep.calendar, now);
  return backAt === now
    ? { rep, standing, state: "ready" }
    : { rep, standing, state: "off-hours", because, backAt };
}

/** When a calendar is open next (`now` while it is), and in words that it is closed until then. */
interface Opening {
  readonly backAt: Instant;
  readonly because: string;
}

/** Many reps share a calendar, and a whole turn of a lane happens at one instant: each is looked at once. */
const openings = remember((_now: Instant) => new Map<Calendar, Opening>());

function openingOf(calendar: Calendar, now: Instant): Opening {
  const known = openings(now);
  let opening = known.get(calendar);
  if (opening === undefined) {
    const backAt = nextOpening(now, calendar);
    opening = { backAt, because: `outside working hours until ${sayTime(backAt, calendar.zone)}` };
    known.set(calendar, opening);
  }
  return opening;
}

/** Until when somebody is away, following spans that touch; undefined when they are not. `away` is in order. */
export function awayUntil(away: Rep["away"], now: Instant): Instant | undefined {
  let until = now;
  for (const { fromAt, toAt } of away) if (fromAt <= until && toAt > until) until = toAt;
  return until === now ? undefined : until;
}

function absenceOf(
  rep: Rep,
  standing: Standing | undefined,
  now: Instant,
): { because: string; backAt?: Instant } | undefined {
  if (rep.ownerId === undefined) return { because: "no active owner in the CRM" };
  const { zone } = rep.calendar;
  const until = awayUntil(rep.away, now);
  if (until !== undefined)
    return { because: `away until ${sayTime(until, zone)}`, backAt: nextOpening(until, rep.calendar) };
  return standing && capReached(rep, standing, now);
}

function capReached(
  { cap, calendar }: Rep,
  standing: Standing,
  now: Instant,
): { because: string; backAt?: Instant } | undefined {
  if (cap.open !== undefined && standing.open >= cap.open)
    return { because: `${standing.open} of ${cap.open} open leads` };
  const { zone } = calendar;
  if (cap.day === undefined || standing.today < cap.day || standing.day !== localDate(zone, now))
    return undefined;
  const tomorrow = startOfDay(zone, wallClock(zone, now).day + 1);
  return {
    because: `${standing.today} of ${cap.day} leads today`,
    backAt: nextOpening(tomorrow, calendar),
  };
}
