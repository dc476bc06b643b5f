/**
 * One handoff as figures see it: a narrow record without anybody's name, and many of them as columns, which is how a million are
 * kept and counted. Source: docs/reports.md.
 */
import type { Instant } from "./instant.ts";

/** Words. `answer`: the one that counts now; `missing`: the facts marketing owed, joined by commas, empty when nothing was. */
export const TEXT_COLUMNS = [
  "type",
  "source",
  "team",
  "rep",
  "campaignFirst",
  "campaignLast",
  "answer",
  "reason",
  "missing",
  /** What sales said last, when it does not count: `rejected` without its reason, or a word the agreement does not know. */
  "unclear",
] as const;
/** Instants; `…Due` are deadlines. */
export const INSTANT_COLUMNS = [
  "occurredAt",
  "receivedAt",
  "readAt",
  "decidedAt",
  "writtenAt",
  "firstAttemptAt",
  "firstAttemptDue",
  "meaningfulAt",
  "meaningfulDue",
  "attemptsDue",
  "answeredAt",
  "answerDue",
  "acceptedAt",
  "meetingBookedAt",
  "meetingHeldAt",
  "opportunityAt",
  "wonAt",
  "closedAt",
] as const;
/** Counts, and amounts in hundredths of the account's currency, so that sums are exact. */
export const NUMBER_COLUMNS = [
  "attempts",
  "attemptsInTime",
  "attemptsOwed",
  "missedMeetings",
  "opportunities",
  "opportunityCents",
  "won",
  "wonCents",
] as const;
/**
 * `isQueued`: nobody has it yet. `isAgain`: sales had recycled the lead before. `cameBack`: recycled, and handed off again since.
 * `isEnriched`: a fact of it came from a provider. `isReassigned`: an owner lost it by escalation. `isPaused`: its clocks stand.
 */
const FLAG_COLUMNS = ["isQueued", "isAgain", "cameBack", "isEnriched", "isReassigned", "isPaused"] as const;

export type TextColumn = (typeof TEXT_COLUMNS)[number];
export type InstantColumn = (typeof INSTANT_COLUMNS)[number];
type NumberColumn = (typeof NUMBER_COLUMNS)[number];
export type FlagColumn = (typeof FLAG_COLUMNS)[number];

/** One handoff. What is not known is undefined; handoffs of before Baton followed them lack most of it. */
export type HandoffFigure = Readonly<Record<TextColumn, string | undefined>> &
  Readonly<Record<InstantColumn, Instant | undefined>> &
  Readonly<Record<NumberColumn, number>> &
  Readonly<Record<FlagColumn, boolean>>;

/** Handoffs as columns of the same length. */
export interface FigureColumns {
  readonly count: number;
  /** The first is empty and stands for "not known". */
  readonly words: readonly (string | undefined)[];
  /** Places in `words`. */
  readonly texts: Readonly<Record<TextColumn, Uint32Array>>;
  /** NaN where not known. */
  readonly instants: Readonly<Record<InstantColumn, Float64Array>>;
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
  /** One bit for each of `FLAG_COLUMNS`, the first the lowest. */
  readonly flags: Uint8Array;
}

/** The bit of a flag in `FigureColumns.flags`. */
export function flagBit(flag: FlagColumn): number {
  return 1 << FLAG_COLUMNS.indexOf(flag);
}

/** The same handoffs in the same order. Throws nothing. */
export function toColumns(figures: readonly HandoffFigure[]): FigureColumns {
  const words: (string | undefined)[] = [undefined];
  const places = new Map<string | undefined, number>([[undefined, 0]]);
  const placeOf = (word: string | undefined): number => {
    const known = places.get(word);
    if (known !== undefined) return known;
    places.set(word, words.length);
    return words.push(word) - 1;
  };
  const texts = columnsOf(TEXT_COLUMNS, (name) =>
    Uint32Array.from(figures, (figure) => placeOf(figure[name])),
  );
  return {
    count: figures.length,
    words,
    texts,
    instants: columnsOf(INSTANT_COLUMNS, (name) =>
      Float64Array.from(figures, (figure) => figure[name] ?? Number.NaN),
    ),
    numbers: columnsOf(NUMBER_COLUMNS, (name) => Float64Array.from(figures, (figure) => figure[name])),
    flags: Uint8Array.from(figures, (figure) =>
      FLAG_COLUMNS.reduce((bits, flag) => bits | (figure[flag] ? flagBit(flag) : 0), 0),
    ),
  };
}

/** One column for each name. */
export function columnsOf<Name extends string, Column>(
  names: readonly Name[],
  make: (name: Name) => Column,
): Readonly<Record<Name, Column>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name is there: they are mapped just here
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Column>;
}
