/** When sales' promises for a handoff are due, each counted in the working hours the agreement names. */
import type { Clock, ClockKind, Pause } from "../model/handoff.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/instant.ts";
import type { Calendar, Promised, Roster } from "../model/rep.ts";
import { withAway } from "../sla/away.ts";
import { ALWAYS, due } from "../sla/calendar.ts";
import { formCalendar } from "../sla/form.ts";
import { dueWithPauses } from "../sla/pauses.ts";
import { shareAt } from "../sla/share.ts";
import { calendarVersion } from "../sla/version.ts";
import { stepOn, type Stepped } from "../sla/steps.ts";
import type { EscalationStep, SalesPromise } from "./agreement.ts";
import type { Playbook } from "./playbook.ts";

/** Who holds a handoff: the CRM's owner, and the rep of team.yaml they are, if they are one. */
export interface Holder {
  readonly ownerId: string;
  readonly rep?: string;
}

/** What a promise is counted by. */
export interface Counting {
  readonly calendar: Calendar;
  /** The zone the owner lives in, for saying deadlines. */
  readonly zone: string;
  readonly promise: SalesPromise;
}

/** One promise, and from when on it counts. */
export interface Counted {
  readonly promised: Promised;
  readonly startedAt: Instant;
  readonly pauses?: readonly Pause[];
}

/**
 * What the promises of a handoff of this type are counted by. An owner outside team.yaml has the hours the CRM knows; with
 * neither, the usual ones. Whole days on which the owner is away do not count, unless every hour does. Throws nothing.
 */
export function countingOf(
  type: string,
  holder: Holder,
  { agreement, team }: Pick<Playbook, "agreement" | "team">,
  roster: Roster,
  now: Instant,
): Counting {
  const promise = agreement.sales.promises.get(type) ?? agreement.sales.otherwise;
  const rep = roster.reps.find((one) => one.id === holder.rep);
  const owner = roster.owners.find(({ id }) => id === holder.ownerId);
  const own = rep?.calendar ?? formCalendar([owner], now);
  const { zone } = own;
  if (agreement.sales.clock === "always") return { calendar: ALWAYS, zone, promise };
  const rules = team.teams.get(rep?.team ?? "");
  if (agreement.sales.clock === "team" && rules !== undefined)
    return { calendar: formCalendar([rules], now), zone, promise };
  return { calendar: withAway(own, rep?.away ?? owner?.away ?? []), zone, promise };
}

/** Somebody who owes an answer is reminded before the time is up, and their manager hears when it is. */
const ANSWER_STEPS: readonly EscalationStep[] = [
  { atPercent: 80, notify: ["owner"], note: false },
  { atPercent: 100, notify: ["owner", "manager"], note: false },
];

/** What happens as the time of a clock runs out; nothing for most. */
function stepsOf(kind: ClockKind, { agreement }: Pick<Playbook, "agreement">): readonly EscalationStep[] {
  if (kind === "first-attempt") return agreement.sales.escalate;
  return kind === "answer" ? ANSWER_STEPS : [];
}

/** What a clock of this kind promises; undefined where the agreement promises nothing of the kind. */
export function promisedOf(
  kind: ClockKind,
  { promise }: Counting,
  { agreement }: Pick<Playbook, "agreement">,
): Promised | undefined {
  switch (kind) {
    case "first-attempt":
      return promise.firstAttempt;
    case "meaningful-touch":
      return promise.meaningfulTouch;
    case "attempts":
      return promise.attempts?.within;
    case "answer":
      return agreement.dispositions.requiredWithin;
    case "routing":
    case "wake":
      return undefined;
  }
}

/** The clocks of a handoff that begins now. Throws `playbook.invalid` for a calendar without working time. */
export function newClocks(
  counting: Counting,
  playbook: Pick<Playbook, "agreement">,
  now: Instant,
): readonly Clock[] {
  return (["first-attempt", "meaningful-touch", "attempts", "answer"] as const).flatMap((kind) => {
    const promised = promisedOf(kind, counting, playbook);
    if (promised === undefined) return [];
    const counted = { promised, startedAt: now };
    const { lookAt } = stepsAt(kind, 0, counted, counting, playbook, now);
    return [{ ...clockOf(kind, counted, counting, now), ...(lookAt === undefined ? {} : { lookAt }) }];
  });
}

/** A promise of so long is not hurt by a look that comes five minutes late. */
const LONG_MS: DurationMs = 4 * HOUR_MS;
/** What falls due within so long is looked at together, as activities are: each look costs calls, however few it is about. */
const TOGETHER_MS: DurationMs = 5 * MINUTE_MS;

/**
 * Which steps of a clock are due, and when to look for the next one: on a full five minutes where the promise is a long one. `taken` is
 * the share up to which they were done before.
 */
export function stepsAt(
  kind: ClockKind,
  taken: number,
  counted: Counted,
  counting: Counting,
  playbook: Pick<Playbook, "agreement">,
  now: Instant,
): Stepped<EscalationStep> {
  const instantOf = (percent: number): Instant => shareOf(percent, counted, counting);
  const { lookAt, ...stepped } = stepOn(stepsOf(kind, playbook), taken, instantOf, now);
  if (lookAt === undefined) return stepped;
  const isLong = !("ms" in counted.promised) || counted.promised.ms >= LONG_MS;
  return { ...stepped, lookAt: isLong ? Math.ceil(lookAt / TOGETHER_MS) * TOGETHER_MS : lookAt };
}

/** A clock that has just been set. While a pause lasts it shows when it would be due if the pause ended now. */
export function clockOf(kind: ClockKind, counted: Counted, { calendar }: Counting, now: Instant): Clock {
  const { startedAt, promised, pauses = [] } = counted;
  const ended = pauses.map((pause) => ({ ...pause, toAt: pause.toAt ?? now }));
  const dueAt =
    dueWithPauses(startedAt, promised, calendar, ended, now) ?? due(startedAt, promised, calendar);
  return { kind, dueAt, calendar: calendarVersion(calendar) };
}

/** Never, while an open pause holds it. */
function shareOf(
  percent: number,
  { startedAt, promised, pauses = [] }: Counted,
  { calendar }: Counting,
): Instant {
  return shareAt(startedAt, promised, percent, calendar, pauses) ?? Infinity;
}
