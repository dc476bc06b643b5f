/** What became of a handoff so far, and what that asks for now. Folded from its story; nothing of it is stored twice. */
import type { Disposition } from "./disposition.ts";
import type { Opportunities } from "./deal.ts";
import type { Clock } from "./handoff.ts";
import type { Instant } from "./instant.ts";

/** An answer that cannot count, and why. The handoff goes on as if it had not been given, and the owner is told. */
export interface UnclearAnswer {
  readonly answer: string;
  readonly because: "unknown-answer" | "reason-missing" | "unknown-reason";
}

/** One step of escalation that is due. */
export interface Step {
  readonly clock: "first-attempt" | "answer";
  readonly atPercent: number;
  /** Steps before it that fell due while nobody looked: they are not made up for. */
  readonly skipped: readonly number[];
  readonly notify: readonly string[];
  readonly note: boolean;
  readonly reassigns: boolean;
}

/** Why a handoff is over. */
export interface Ending {
  readonly answer: string;
  readonly reason?: string;
  readonly at: Instant;
  readonly wakeAt?: Instant;
  readonly next?: string;
  readonly isForGood: boolean;
}

export interface Progress {
  /** In the order in which it goes: the furthest that was reached. */
  readonly standing: "untouched" | "tried" | "in-touch" | "accepted" | "ended";
  readonly firstAttemptAt?: Instant;
  readonly meaningfulAt?: Instant;
  /** Attempts by people, up to the end of the promised span and in all. */
  readonly attempts: number;
  readonly attemptsInTime: number;
  readonly meetingBookedAt?: Instant;
  readonly meetingHeldAt?: Instant;
  /** Meetings the lead did not come to. */
  readonly missedMeetings: number;
  /** When sales first said anything that counts. */
  readonly answeredAt?: Instant;
  /** When sales first took it: accepted, or any outcome. */
  readonly acceptedAt?: Instant;
  /** The answer that counts now. */
  readonly answer?: Disposition;
  readonly unclear?: UnclearAnswer;
  readonly deals?: Opportunities;
  readonly clocks: readonly Clock[];
  readonly steps: readonly Step[];
  /** Over, unless `isForAnother` and somebody else can take it. */
  readonly ending?: Ending;
  /** The owner says that the lead is somebody else's. */
  readonly isForAnother: boolean;
  /** The owner the CRM shows, when it is another one than Baton's: a person chose them. */
  readonly newOwner?: string;
  /** See `Story`; with this change of the owner, if it is one. */
  readonly flips: readonly Instant[];
  /** Others keep changing the owner: Baton no longer does. */
  readonly isContested: boolean;
}

/** How far a handoff has come, by what is known of it. Throws nothing. */
export function standingOf({
  ending,
  acceptedAt,
  meaningfulAt,
  firstAttemptAt,
}: Pick<Progress, "ending" | "acceptedAt" | "meaningfulAt" | "firstAttemptAt">): Progress["standing"] {
  if (ending !== undefined) return "ended";
  if (acceptedAt !== undefined) return "accepted";
  if (meaningfulAt !== undefined) return "in-touch";
  return firstAttemptAt === undefined ? "untouched" : "tried";
}

/** The same handoff with the next owner: one who was told that it is theirs has not answered. Throws nothing. */
export function inNextHands(progress: Progress): Progress {
  if (!progress.isForAnother) return progress;
  const {
    answer: _,
    answeredAt: _at,
    acceptedAt: _accepted,
    ending: _ending,
    unclear: _unclear,
    ...rest
  } = progress;
  return { ...rest, standing: standingOf(rest), isForAnother: false };
}
