/**
 * The clocks of a handoff that sales has. A deadline is counted once and kept; it is counted anew only when the owner changes or a
 * pause was made. A kept promise has no clock any more. Steps of escalation count from when the present owner got the lead.
 */
import type { Clock, ClockKind, OpenHandoff, Story } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Progress, Step } from "../model/progress.ts";
import type { Promised, Roster } from "../model/rep.ts";
import type { EscalationStep } from "../playbook/agreement.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { clockOf, countingOf, type Counting, promisedOf, stepsAt } from "../playbook/promises.ts";

/** A handoff as its clocks see it. */
interface Held {
  readonly handoff: OpenHandoff;
  readonly story: Story;
  readonly touches: Pick<Progress, "firstAttemptAt" | "meaningfulAt">;
  readonly attemptedAt: readonly Instant[];
  readonly isAnswered: boolean;
  /** Absent while the owner is whom Baton gave it to. */
  readonly newOwner: string | undefined;
}

/** What the clocks come to. */
type Wound = Pick<Progress, "clocks" | "steps" | "attemptsInTime">;

/** Winds the clocks of a handoff that is not over. Throws `playbook.invalid` for a calendar without working time. */
export function windClocks(held: Held, playbook: Playbook, roster: Roster, now: Instant): Wound {
  const { handoff, newOwner, touches, isAnswered } = held;
  const ownerId = newOwner ?? handoff.ownerId ?? "";
  const rep = roster.reps.find((one) => one.ownerId === ownerId)?.id;
  const counting = countingOf(handoff.type, { ownerId, ...(rep && { rep }) }, playbook, roster, now);
  const wound = new Map(
    (["first-attempt", "meaningful-touch", "attempts", "answer"] as const).flatMap((kind) => {
      const promised = promisedOf(kind, counting, playbook);
      return promised === undefined
        ? []
        : [[kind, wind(kind, promised, held, { counting, playbook, now })] as const];
    }),
  );
  const span = wound.get("attempts")?.clock.dueAt ?? Infinity;
  const attemptsInTime = held.attemptedAt.filter((at) => at <= span).length;
  if (touches.firstAttemptAt !== undefined) wound.delete("first-attempt");
  if (touches.meaningfulAt !== undefined) wound.delete("meaningful-touch");
  if (attemptsInTime >= (counting.promise.attempts?.atLeast ?? 0)) wound.delete("attempts");
  if (isAnswered) wound.delete("answer");
  const running = [...wound.values()];
  return {
    clocks: running.map(({ clock }) => clock),
    steps: running.flatMap(({ step }) => step ?? []),
    attemptsInTime,
  };
}

/** What all clocks of a handoff are wound by. */
interface Winding {
  readonly counting: Counting;
  readonly playbook: Playbook;
  readonly now: Instant;
}

/** While a pause lasts nobody is told anything. */
function wind(
  kind: ClockKind,
  promised: Promised,
  held: Held,
  { counting, playbook, now }: Winding,
): { readonly clock: Clock; readonly step?: Step } {
  const { story, newOwner } = held;
  const { lookAt: _lookAt, taken = 0, ...kept } = keptClock(kind, promised, held, counting, now);
  if (story.pauses.some(({ toAt }) => toAt === undefined)) return { clock: { ...kept, ...takenUpTo(taken) } };
  const counted = { promised, startedAt: newOwner === undefined ? story.ownedAt : now, pauses: story.pauses };
  const { due, ...stepped } = stepsAt(kind, taken, counted, counting, playbook, now);
  const step = stepOf(kind === "answer" ? "answer" : "first-attempt", due);
  return { clock: { ...kept, ...stepped }, ...(step === undefined ? {} : { step }) };
}

function takenUpTo(taken: number): Pick<Clock, "taken"> {
  return taken === 0 ? {} : { taken };
}

/** The stored clock, unless something moved it. A deadline that has passed stays: a breach is not undone by another owner. */
function keptClock(
  kind: ClockKind,
  promised: Promised,
  { handoff: { startedAt }, story, newOwner }: Held,
  counting: Counting,
  now: Instant,
): Clock {
  const kept = story.clocks.find((clock) => clock.kind === kind);
  const counted = (): Clock => clockOf(kind, { promised, startedAt, pauses: story.pauses }, counting, now);
  const passed = kept !== undefined && isPassed(kept, story, now) ? kept : undefined;
  if (newOwner !== undefined) {
    const { taken: _taken, ...untaken } = passed ?? counted();
    return untaken;
  }
  if (kept === undefined) return counted();
  return story.pauses.length === 0 || passed !== undefined
    ? kept
    : { ...counted(), ...takenUpTo(kept.taken ?? 0) };
}

/** Whether a deadline went by while its clock ran. One that fell into a pause was counted before anybody knew of the pause. */
function isPassed({ dueAt }: Clock, { pauses }: Story, now: Instant): boolean {
  return (
    dueAt <= now &&
    pauses.every(({ fromAt, toAt }) => dueAt <= fromAt || (toAt !== undefined && dueAt > toAt))
  );
}

/**
 * Of several steps that fell due while nobody looked only the furthest is taken: after an outage nobody is told the same thing three
 * times.
 */
function stepOf(clock: Step["clock"], due: readonly EscalationStep[]): Step | undefined {
  const furthest = due.at(-1);
  if (furthest === undefined) return undefined;
  const { atPercent, notify, note, reassign } = furthest;
  const skipped = due.slice(0, -1).map((step) => step.atPercent);
  return { clock, atPercent, skipped, notify, note, reassigns: reassign !== undefined };
}
