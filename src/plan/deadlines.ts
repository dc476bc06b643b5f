/** The promises of a handoff that begins, as the owner reads them. */
import type { Assignment } from "../model/decision.ts";
import type { Clock } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Calendar, Roster } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { countingOf, newClocks } from "../playbook/promises.ts";

type Assigned = Extract<Assignment, { outcome: "assigned" }>;

export interface Deadlines {
  readonly firstAttemptAt: Instant;
  readonly meaningfulTouchAt: Instant;
  /** The zone the owner lives in, for saying the deadlines. */
  readonly zone: string;
  /** What the promises are counted in. */
  readonly calendar: Calendar;
  /** Every clock that holds the owner to them. */
  readonly clocks: readonly Clock[];
}

/** Deadlines of a handoff that begins at `now`. Throws `playbook.invalid` for a calendar without working time. */
export function deadlinesOf(
  type: string,
  assignment: Assigned,
  playbook: Playbook,
  roster: Roster,
  now: Instant,
): Deadlines {
  const counting = countingOf(type, assignment, playbook, roster, now);
  const clocks = newClocks(counting, playbook, now);
  const dueAt = (kind: Clock["kind"]): Instant => clocks.find((clock) => clock.kind === kind)?.dueAt ?? now;
  return {
    firstAttemptAt: dueAt("first-attempt"),
    meaningfulTouchAt: dueAt("meaningful-touch"),
    zone: counting.zone,
    calendar: counting.calendar,
    clocks,
  };
}
