/** One lead in sales' hands: from the decision to what came of it. */
import type { Disposition } from "./disposition.ts";
import type { Instant } from "./instant.ts";
import type { Touch } from "./touch.ts";

/** `queued`: nobody can take it yet. `with-sales`: owned. `closed`: done, with a reason. */
export type HandoffState = "queued" | "with-sales" | "closed";

/** The open handoff of a lead, as far as the next decision needs it. */
export interface OpenHandoff {
  readonly id: string;
  readonly state: Exclude<HandoffState, "closed">;
  readonly type: string;
  readonly ownerId?: string;
  readonly startedAt: Instant;
  /** What became of it; absent while nobody has it, and on decisions of before Baton followed handoffs. */
  readonly story?: Story;
}

/** What happened to a handoff since it began, in no particular order. */
export interface Story {
  /** Since when the present owner has it. */
  readonly ownedAt: Instant;
  /** The rule of routing.yaml that gave it out. */
  readonly rule?: string;
  /** The rep who has it as a turn of theirs; absent where a rule or a person named the owner. */
  readonly turn?: string;
  /** Owners who had it before and lost it by escalation, the first one first. */
  readonly formerOwners: readonly string[];
  /** The present owner is still being written into the CRM. */
  readonly isMoving: boolean;
  /** What the last decision found: saying the same again needs no write. */
  readonly standing?: "untouched" | "tried" | "in-touch" | "accepted" | "ended";
  readonly told?: string;
  readonly touches: readonly Touch[];
  readonly answers: readonly Disposition[];
  readonly clocks: readonly Clock[];
  readonly pauses: readonly Pause[];
  /** When others than Baton changed the owner, as far as that was within an hour; once there are three, for good. */
  readonly flips: readonly Instant[];
}

/** A span in which no clock of a handoff runs, half-open; without an end it lasts. */
export interface Pause {
  readonly fromAt: Instant;
  readonly toAt?: Instant;
  readonly reason: string;
}

/**
 * The last handoff of a lead that is over: it is judged anew by what it did since. Source: docs/glossary.md, "Recycle".
 */
export interface FormerHandoff {
  readonly id: string;
  readonly type: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** When sales first said what it made of it: before Baton heard of it and ended it. */
  readonly answeredAt?: Instant;
  /** What sales said last; absent where it ended otherwise. */
  readonly answer?: string;
  readonly reason?: string;
  readonly ownerId?: string;
  readonly ownerName?: string;
  /** From when on it is looked at again, as agreed for the reason. */
  readonly wakeAt?: Instant;
  /** The agreement says: not again, whatever the lead does. */
  readonly isForGood: boolean;
  /** Somebody has just moved the lead to another stage: that is news. */
  readonly isRestaged: boolean;
  /** How many handoffs of this lead have ended. */
  readonly count: number;
}

/**
 * The seams of a handoff, in order: the instants at which it passed from hand to hand.
 * Delays hide between them. Source: docs/glossary.md, "Seam".
 */
export const SEAMS = [
  "occurred",
  "received",
  "read",
  "decided",
  "written",
  "first-attempt",
  "meaningful-touch",
  "disposition",
] as const;
export type Seam = (typeof SEAMS)[number];
export type Stamps = Readonly<Partial<Record<Seam, Instant>>>;

/**
 * What a clock holds somebody to. `answer`: sales says what it made of the lead. `routing`: Baton tries again to find an
 * owner. `wake`: Baton looks at a recycled lead again.
 */
export type ClockKind = "first-attempt" | "meaningful-touch" | "attempts" | "answer" | "routing" | "wake";

/** A promise with a deadline, set when the handoff is decided. `kind` as in `agreement.yaml`. */
export interface Clock {
  readonly kind: ClockKind;
  readonly dueAt: Instant;
  /** When Baton looks at it next, for a step of escalation; absent when there is nothing left to do about it. */
  readonly lookAt?: Instant;
  /** Up to which share of the promised time, in percent, escalation has been done. */
  readonly taken?: number;
  /** The calendar it was counted in (`calendarVersion`). */
  readonly calendar?: string;
}
