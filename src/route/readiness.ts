/**
 * What keeps one rep from a lead now: a skill that is missing, an absence, or the hours.
 *
 * A thousand reps are looked at for one lead, and for the next lead a moment later. So nothing is made for a rep whom nothing
 * keeps, and what keeps many reps, or one rep many times, is one object that all of these looks share: nobody changes it.
 */
import type { Instant } from "../model/instant.ts";
import type { Calendar, Rep, Standing } from "../model/rep.ts";
import { remember, rememberWords } from "../playbook/remember.ts";
import { nextOpening } from "../sla/calendar.ts";
import { sayTime } from "../sla/words.ts";
import { localDate, startOfDay, wallClock } from "../sla/zone.ts";

/**
 * Why a rep cannot take a lead. Those who are `absent` are kept level in the fairness ledger, `unfit` and `off-hours` ones
 * are not; `backAt` is when they can next take a lead, where that is known.
 */
export type Obstacle =
  | { readonly state: "unfit"; readonly because: string }
  | { readonly state: "absent"; readonly because: string; readonly backAt?: Instant }
  | { readonly state: "off-hours"; readonly because: string; readonly backAt: Instant };

/** The first of `skills` that the rep lacks. Throws nothing. */
export function lackOf(rep: Rep, skills: readonly string[]): Obstacle | undefined {
  for (const skill of skills) if (!rep.skills.includes(skill)) return lacking(skill);
  return undefined;
}

const lacking = rememberWords((skill): Obstacle => ({ state: "unfit", because: `skill ${skill} missing` }));

/**
 * Looks at the CRM owner, then away days, the two caps, and working hours; the first that fails is the reason. Days are the
 * rep's own. @returns Undefined when the rep can take leads.
 * `playbook.invalid` is thrown for a rep whose calendar has no working time at all.
 */
export function obstacleOf(rep: Rep, standing: Standing | undefined, now: Instant): Obstacle | undefined {
  return absenceOf(rep, standing, now) ?? closedAt(rep.calendar, now);
}

const GONE: Obstacle = { state: "absent", because: "no active owner in the CRM" };

function absenceOf(rep: Rep, standing: Standing | undefined, now: Instant): Obstacle | undefined {
  if (rep.ownerId === undefined) return GONE;
  const until = rep.away.length === 0 ? undefined : awayUntil(rep.away, now);
  if (until !== undefined) return awayOf(rep, until);
  return standing && capReached(rep, standing, now);
}

/** Until when somebody is away, following spans that touch; undefined when they are not. `away` is in order. */
export function awayUntil(away: Rep["away"], now: Instant): Instant | undefined {
  let until = now;
  for (const { fromAt, toAt } of away) if (fromAt <= until && toAt > until) until = toAt;
  return until === now ? undefined : until;
}

/** What was said last of each rep who is away: the same until they are back. */
const absences = new WeakMap<Rep, { readonly until: Instant; readonly obstacle: Obstacle }>();

function awayOf(rep: Rep, until: Instant): Obstacle {
  const last = absences.get(rep);
  if (last?.until === until) return last.obstacle;
  const obstacle: Obstacle = {
    state: "absent",
    because: `away until ${sayTime(until, rep.calendar.zone)}`,
    backAt: nextOpening(until, rep.calendar),
  };
  absences.set(rep, { until, obstacle });
  return obstacle;
}

function capReached({ cap, calendar }: Rep, standing: Standing, now: Instant): Obstacle | undefined {
  if (cap.open !== undefined && standing.open >= cap.open)
    return { state: "absent", because: `${standing.open} of ${cap.open} open leads` };
  if (cap.day === undefined || standing.today < cap.day) return undefined;
  if (standing.day !== localDate(calendar.zone, now)) return undefined;
  return {
    state: "absent",
    because: `${standing.today} of ${cap.day} leads today`,
    backAt: openingTomorrow(calendar, now),
  };
}

const openingTomorrow = byCalendar((calendar, now): Instant => {
  const { zone } = calendar;
  return nextOpening(startOfDay(zone, wallClock(zone, now).day + 1), calendar);
});

const closedAt = byCalendar((calendar, now): Obstacle | undefined => {
  const backAt = nextOpening(now, calendar);
  if (backAt === now) return undefined;
  const because = `outside working hours until ${sayTime(backAt, calendar.zone)}`;
  return { state: "off-hours", because, backAt };
});

/**
 * Many reps share a calendar, mostly those who stand beside one another in team.yaml, and a whole turn of a lane happens at one
 * instant: each calendar is looked at once.
 */
function byCalendar<V>(work: (calendar: Calendar, now: Instant) => V): typeof work {
  const answersAt = remember((now: Instant) => {
    const answers = new Map<Calendar, { readonly value: V }>();
    return remember((calendar: Calendar): V => {
      let answer = answers.get(calendar);
      if (answer === undefined) {
        answer = { value: work(calendar, now) };
        answers.set(calendar, answer);
      }
      return answer.value;
    });
  });
  return (calendar, now) => answersAt(now)(calendar);
}
