/** The tables of what becomes of handoffs, as Kysely sees them. See schema.ts for what holds for all tables. */
import type { AnswerPlace } from "../model/disposition.ts";
import type { ClockKind } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Progress } from "../model/progress.ts";
import type { TouchKind, TouchResult } from "../model/touch.ts";

/** What a handoff's row says of its course: the last `Progress`, so that figures need no look at decisions. */
export interface CourseColumns {
  /** Whose turn it is: null where a rule or a person named the owner. */
  pool: string | null;
  /** The owner's team when it was handed off. */
  team: string | null;
  /** Since when the present owner has it. */
  owned_at: Instant | null;
  /** JSON array of owners who lost it by escalation. */
  former_owners: string | null;
  /** JSON array of `Pause`. */
  pauses: string | null;
  /** JSON array of instants at which others than Baton changed the owner. */
  flips: string | null;
  standing: Progress["standing"] | null;
  first_attempt_at: Instant | null;
  first_attempt_due: Instant | null;
  meaningful_at: Instant | null;
  meaningful_due: Instant | null;
  attempts: number;
  attempts_in_time: number;
  /** How many sales promised; 0 where it promised none. */
  attempts_owed: number;
  attempts_due: Instant | null;
  meeting_booked_at: Instant | null;
  meeting_held_at: Instant | null;
  missed_meetings: number;
  answer: string | null;
  answer_reason: string | null;
  answered_at: Instant | null;
  answer_due: Instant | null;
  accepted_at: Instant | null;
  opportunities: number;
  opportunity_amount: number;
  opportunity_at: Instant | null;
  won: number;
  won_amount: number;
  won_at: Instant | null;
  /** The answer that ended it; null when it is open, or ended otherwise. */
  ended_as: string | null;
  wake_at: Instant | null;
  /** 1 when the lead is not to be handed off again. */
  for_good: number;
  source: string | null;
  campaign_first: string | null;
  campaign_last: string | null;
  /** JSON array of the facts marketing owed and had not filled in. */
  missing: string | null;
}

/** The course of a handoff of which nothing has happened yet. */
export const NO_COURSE = {
  pool: null,
  team: null,
  owned_at: null,
  former_owners: null,
  pauses: null,
  flips: null,
  standing: null,
  first_attempt_at: null,
  first_attempt_due: null,
  meaningful_at: null,
  meaningful_due: null,
  attempts: 0,
  attempts_in_time: 0,
  attempts_owed: 0,
  attempts_due: null,
  meeting_booked_at: null,
  meeting_held_at: null,
  missed_meetings: 0,
  answer: null,
  answer_reason: null,
  answered_at: null,
  answer_due: null,
  accepted_at: null,
  opportunities: 0,
  opportunity_amount: 0,
  opportunity_at: null,
  won: 0,
  won_amount: 0,
  won_at: null,
  ended_as: null,
  wake_at: null,
  for_good: 0,
  source: null,
  campaign_first: null,
  campaign_last: null,
  missing: null,
} as const satisfies CourseColumns;

/** A running promise. Met or stopped ones have no row. */
export interface ClockRow {
  installation: string;
  handoff: string;
  lead: string;
  kind: ClockKind;
  due_at: Instant;
  /** When Baton looks at it; null when there is nothing left to do about it. */
  look_at: Instant | null;
  taken: number | null;
  calendar: string | null;
}

/** One thing that passed between sales and a lead while it was handed off. */
export interface TouchRow {
  installation: string;
  lead: string;
  key: string;
  handoff: string;
  kind: TouchKind;
  result: TouchResult;
  at: Instant;
  owner: string | null;
  by_person: number;
}

/** One answer of sales. Rows are only added. */
export interface DispositionRow {
  installation: string;
  handoff: string;
  key: string;
  lead: string;
  answer: string;
  reason: string | null;
  via: AnswerPlace;
  given_by: string | null;
  at: Instant;
}
