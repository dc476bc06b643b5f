/** What one handoff adds to whatever group it belongs to. One object, filled anew for each: a million would be too many. */
import { type FigureColumns, flagBit } from "../model/handoff-figure.ts";
import { COUNTER_ROOM, PLACE, standingPlace } from "./counts.ts";
import { attemptsStanding, standingOf } from "./standing.ts";
import type { Question } from "./tally.ts";

/** What a handoff adds: `amounts[i]` to the counter `hits[i]`, a length of time to each span, and its words. */
export interface Digest {
  readonly hits: Uint8Array;
  readonly amounts: Float64Array;
  hitCount: number;
  /** NaN where one of both instants is not known. */
  readonly spans: Float64Array;
  /** Places of words in the tally; 0 for none. `missing` is 0, too, where nothing was. */
  answer: number;
  reason: number;
  missing: number;
  unclear: number;
}

const QUEUED = flagBit("isQueued");
const AGAIN = flagBit("isAgain");
const CAME_BACK = flagBit("cameBack");
const ENRICHED = flagBit("isEnriched");
const REASSIGNED = flagBit("isReassigned");
const PAUSED = flagBit("isPaused");

/** The tally's places of the words that mean something here. */
type Words = Readonly<Record<"accepted" | "rejected" | "recycled" | "nothing", number>>;

/**
 * Looks at these handoffs one by one. @param places  Where each word of the columns stands in the tally.
 * @returns What a row adds; valid until the next row is asked for.
 */
export function digester(
  columns: FigureColumns,
  question: Question,
  places: Uint32Array,
  placeOf: (word: string) => number,
): (row: number) => Digest {
  const words: Words = {
    accepted: placeOf("accepted"),
    rejected: placeOf("rejected"),
    recycled: placeOf("recycled"),
    nothing: placeOf(""),
  };
  const digest: Digest = {
    hits: new Uint8Array(COUNTER_ROOM),
    amounts: new Float64Array(COUNTER_ROOM),
    hitCount: 0,
    spans: new Float64Array(question.spans.length),
    answer: 0,
    reason: 0,
    missing: 0,
    unclear: 0,
  };
  const measure = spanMeasure(columns, question);
  return (row) => {
    digest.hitCount = 0;
    hit(digest, PLACE.handedOff);
    readWords(digest, columns, places, row);
    hitAnswer(digest, columns, words, row);
    hitCourse(digest, columns, row);
    hitMarketing(digest, columns, words, row);
    hitStandings(digest, columns, question.asOf, row);
    measure(digest, row);
    return digest;
  };
}

function hit(digest: Digest, place: number, amount = 1): void {
  digest.hits[digest.hitCount] = place;
  digest.amounts[digest.hitCount] = amount;
  digest.hitCount += 1;
}

function readWords(digest: Digest, { texts }: FigureColumns, places: Uint32Array, row: number): void {
  digest.answer = places[texts.answer[row] ?? 0] ?? 0;
  digest.reason = places[texts.reason[row] ?? 0] ?? 0;
  digest.missing = places[texts.missing[row] ?? 0] ?? 0;
  digest.unclear = places[texts.unclear[row] ?? 0] ?? 0;
}

function hitAnswer(digest: Digest, { instants, flags }: FigureColumns, words: Words, row: number): void {
  const { answer, unclear } = digest;
  const bits = flags[row] ?? 0;
  if (unclear !== 0) {
    const isOurs = unclear === words.rejected || unclear === words.recycled || unclear === words.accepted;
    hit(digest, isOurs ? PLACE.withoutReason : PLACE.unknownWord);
  }
  if (answer === 0) return;
  hit(digest, PLACE.answered);
  if (answer === words.rejected) hit(digest, PLACE.rejected);
  else if (answer === words.recycled) {
    hit(digest, PLACE.recycled);
    if ((bits & CAME_BACK) !== 0) hit(digest, PLACE.cameBack);
  } else {
    hit(digest, PLACE.accepted);
    if (isUnknown(instants.firstAttemptAt[row])) hit(digest, PLACE.acceptedUntouched);
  }
}

function hitCourse(digest: Digest, { instants, numbers, flags }: FigureColumns, row: number): void {
  const bits = flags[row] ?? 0;
  if ((bits & QUEUED) !== 0) hit(digest, PLACE.queued);
  if ((bits & AGAIN) !== 0) hit(digest, PLACE.requalified);
  if ((bits & REASSIGNED) !== 0) hit(digest, PLACE.reassigned);
  if (!isUnknown(instants.firstAttemptAt[row])) hit(digest, PLACE.attempted);
  if (!isUnknown(instants.meaningfulAt[row])) hit(digest, PLACE.inTouch);
  if (!isUnknown(instants.meetingBookedAt[row])) hit(digest, PLACE.meetings);
  if (!isUnknown(instants.meetingHeldAt[row])) hit(digest, PLACE.meetingsHeld);
  else if ((numbers.missedMeetings[row] ?? 0) > 0) hit(digest, PLACE.meetingsMissed);
  const [opportunities, won] = [numbers.opportunities[row] ?? 0, numbers.won[row] ?? 0];
  if (opportunities > 0) {
    hit(digest, PLACE.withOpportunity);
    hit(digest, PLACE.opportunities, opportunities);
    hit(digest, PLACE.pipelineCents, numbers.opportunityCents[row] ?? 0);
  }
  if (won > 0) {
    hit(digest, PLACE.withWon);
    hit(digest, PLACE.won, won);
    hit(digest, PLACE.wonCents, numbers.wonCents[row] ?? 0);
  }
}

function hitMarketing(digest: Digest, { flags }: FigureColumns, words: Words, row: number): void {
  if (((flags[row] ?? 0) & ENRICHED) !== 0) hit(digest, PLACE.enriched);
  if (digest.missing === 0) return;
  hit(digest, digest.missing === words.nothing ? PLACE.complete : PLACE.incomplete);
  if (digest.missing === words.nothing) digest.missing = 0;
}

function hitStandings(
  digest: Digest,
  { instants, numbers, flags }: FigureColumns,
  asOf: number,
  row: number,
): void {
  const at = (column: Float64Array): number => column[row] ?? Number.NaN;
  const held = { closedAt: at(instants.closedAt), isPaused: ((flags[row] ?? 0) & PAUSED) !== 0 };
  const tried = {
    inTime: numbers.attemptsInTime[row] ?? 0,
    owed: numbers.attemptsOwed[row] ?? 0,
    meaningfulAt: at(instants.meaningfulAt),
  };
  const standings = [
    standingOf(at(instants.firstAttemptDue), at(instants.firstAttemptAt), held, asOf),
    standingOf(at(instants.meaningfulDue), tried.meaningfulAt, held, asOf),
    attemptsStanding(at(instants.attemptsDue), tried, held, asOf),
    standingOf(at(instants.answerDue), at(instants.answeredAt), held, asOf),
  ] as const;
  hit(digest, standingPlace(0, standings[0]));
  hit(digest, standingPlace(1, standings[1]));
  hit(digest, standingPlace(2, standings[2]));
  hit(digest, standingPlace(3, standings[3]));
}

function spanMeasure(
  { instants }: FigureColumns,
  { spans }: Question,
): (digest: Digest, row: number) => void {
  const pairs = spans.map(({ from, to }) => [instants[from], instants[to]] as const);
  return (digest, row) => {
    let place = 0;
    for (const [from, to] of pairs) {
      digest.spans[place] = (to[row] ?? Number.NaN) - (from[row] ?? Number.NaN);
      place += 1;
    }
  };
}

function isUnknown(at: number | undefined): boolean {
  return at === undefined || Number.isNaN(at);
}
