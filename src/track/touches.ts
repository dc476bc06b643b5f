/** What touches come to: the first attempt, the first time both were in touch, and how often sales tried. */
import type { Instant } from "../model/instant.ts";
import type { Progress } from "../model/progress.ts";
import type { Touch } from "../model/touch.ts";
import type { Agreement } from "../playbook/agreement.ts";

type Folded = Pick<
  Progress,
  "firstAttemptAt" | "meaningfulAt" | "attempts" | "meetingBookedAt" | "meetingHeldAt" | "missedMeetings"
> & {
  /** When each attempt was made, in order. */
  readonly attemptedAt: readonly Instant[];
};

/**
 * Folds touches since the handoff began; what programs did never counts, nor what is still to come. A reply is the lead's own
 * and no attempt, unless the agreement says so. Throws nothing.
 */
export function foldTouches(
  touches: readonly Touch[],
  { sales }: Pick<Agreement, "sales">,
  startedAt: Instant,
  now: Instant,
): Folded {
  const own = touches.filter(({ at, byPerson, kind }) => at >= startedAt && (byPerson || kind === "reply"));
  const done = own.filter(({ at, result }) => result !== "planned" && at <= now);
  const attemptedAt = instantsOf(done.filter(({ kind }) => sales.touches.attempt.includes(kind)));
  const reached = done.filter(
    ({ kind, result }) => result === "reached" && sales.touches.meaningful.includes(kind),
  );
  const [firstAttemptAt] = attemptedAt;
  const [meaningfulAt] = instantsOf(reached);
  const meetings = own.filter(({ kind }) => kind === "meeting");
  const [meetingBookedAt] = instantsOf(meetings);
  const [meetingHeldAt] = instantsOf(meetings.filter(({ result }) => result === "reached"));
  // Who was in touch has been tried, whoever began.
  const first = earlier(firstAttemptAt, meaningfulAt);
  return {
    ...(first === undefined ? {} : { firstAttemptAt: first }),
    ...(meaningfulAt === undefined ? {} : { meaningfulAt }),
    attempts: attemptedAt.length,
    attemptedAt,
    ...(meetingBookedAt === undefined ? {} : { meetingBookedAt }),
    ...(meetingHeldAt === undefined ? {} : { meetingHeldAt }),
    missedMeetings: meetings.filter(({ result }) => result === "missed").length,
  };
}

function instantsOf(touches: readonly Touch[]): readonly Instant[] {
  return touches.map(({ at }) => at).sort((a, b) => a - b);
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
