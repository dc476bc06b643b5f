/** What is counted of handoffs, by name. docs/reports.md says of each which handoffs it counts. */
import { columnsOf } from "../model/handoff-figure.ts";
import { STANDINGS, type PromiseStanding } from "./standing.ts";

/** One for each handoff it is true of; the last four are sums. */
export const COUNTS = [
  "handedOff",
  "queued",
  "attempted",
  "inTouch",
  "answered",
  "accepted",
  "rejected",
  "recycled",
  "cameBack",
  "requalified",
  /** The last answer lacks the reason it needs, or is a word the agreement does not know. */
  "withoutReason",
  "unknownWord",
  /** Accepted, and nobody was ever seen to try. */
  "acceptedUntouched",
  "meetings",
  "meetingsHeld",
  /** A lead that never came to one. */
  "meetingsMissed",
  "withOpportunity",
  "withWon",
  "reassigned",
  "complete",
  "incomplete",
  "enriched",
  "opportunities",
  /** In hundredths of the account's currency. */
  "pipelineCents",
  "won",
  "wonCents",
] as const;
type CountName = (typeof COUNTS)[number];
export type Counts = Readonly<Record<CountName, number>>;

/** Sales' promises, as agreement.yaml names them. */
export const PROMISES = ["firstAttempt", "meaningfulTouch", "attempts", "answer"] as const;
export type PromiseName = (typeof PROMISES)[number];

/** How many handoffs stand how. Those of which nothing was promised count under `none`. */
export type StandingCounts = Readonly<Record<PromiseStanding, number>>;

/** Every count lies in one row of numbers: first `COUNTS`, then the standings of each promise. */
export const COUNTER_ROOM = COUNTS.length + PROMISES.length * STANDINGS.length;

/** Where a count lies in the row. */
export const PLACE = columnsOf(COUNTS, (name) => COUNTS.indexOf(name));

/** Where a promise's standing lies in the row. @param standing  A place in `STANDINGS`. */
export function standingPlace(promise: number, standing: number): number {
  return COUNTS.length + promise * STANDINGS.length + standing;
}

/** The row by name. */
export function countsOf(row: Float64Array): Counts {
  return columnsOf(COUNTS, (name) => row[PLACE[name]] ?? 0);
}

/** The standings of each promise by name. */
export function standingsOf(row: Float64Array): Readonly<Record<PromiseName, StandingCounts>> {
  return columnsOf(PROMISES, (promise) =>
    columnsOf(
      STANDINGS,
      (standing) => row[standingPlace(PROMISES.indexOf(promise), STANDINGS.indexOf(standing))] ?? 0,
    ),
  );
}
