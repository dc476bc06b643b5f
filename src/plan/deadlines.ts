/** When sales' promises for a handoff are due, each counted in the working hours the agreement names. */
import type { Assignment } from "../model/decision.ts";
import type { Clock } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Calendar, Roster } from "../model/rep.ts";
import type { SalesPromise } from "../playbook/agreement.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { ALWAYS, due } from "../sla/calendar.ts";
import { formCalendar } from "../sla/form.ts";

type Assigned = Extract<Assignment, { outcome: "assigned" }>;

export interface Deadlines {
  readonly firstAttemptAt: Instant;
  readonly meaningfulTouchAt: Instant;
  /** The zone the owner lives in, for saying the deadlines. */
  readonly zone: string;
}

/**
 * Both deadlines of a handoff that begins at `now`. An owner outside team.yaml has the hours the CRM knows; with neither,
 * the usual ones. Throws `playbook.invalid` for a calendar without working time.
 */
export function deadlinesOf(
  type: string,
  assignment: Assigned,
  playbook: Playbook,
  roster: Roster,
  now: Instant,
): Deadlines {
  const promise = promiseFor(type, playbook);
  const own = calendarOfOwner(assignment, roster, now);
  const counted = countedIn(own, assignment, playbook, roster, now);
  return {
    firstAttemptAt: due(now, promise.firstAttempt, counted),
    meaningfulTouchAt: due(now, promise.meaningfulTouch, counted),
    zone: own.zone,
  };
}

/** The clocks that hold the owner to both deadlines. */
export function clocksOf({ firstAttemptAt, meaningfulTouchAt }: Deadlines): readonly Clock[] {
  return [
    { kind: "first-attempt", dueAt: firstAttemptAt },
    { kind: "meaningful-touch", dueAt: meaningfulTouchAt },
  ];
}

function promiseFor(type: string, { agreement }: Playbook): SalesPromise {
  return agreement.sales.promises.get(type) ?? agreement.sales.otherwise;
}

function calendarOfOwner({ rep, ownerId }: Assigned, { reps, owners }: Roster, now: Instant): Calendar {
  const known = reps.find((one) => one.id === rep);
  return known?.calendar ?? formCalendar([owners.find((owner) => owner.id === ownerId)], now);
}

function countedIn(
  own: Calendar,
  { rep }: Assigned,
  { agreement, team }: Playbook,
  { reps }: Roster,
  now: Instant,
): Calendar {
  if (agreement.sales.clock === "always") return ALWAYS;
  const rules = team.teams.get(reps.find((one) => one.id === rep)?.team ?? "");
  return agreement.sales.clock === "owner" || rules === undefined ? own : formCalendar([rules], now);
}
