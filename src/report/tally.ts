/**
 * Counts handoffs: each is looked at once, and what it comes to is added to every group it belongs to. It is made for a million of
 * them, so it works on columns and numbers; `figures.ts` gives the numbers their names.
 */
import type { FigureColumns, TextColumn } from "../model/handoff-figure.ts";
import { DAY_MS, type Instant } from "../model/instant.ts";
import { type DaySpan, dayOf, mondayOf, sayDay } from "./days.ts";
import { type Digest, digester } from "./digest.ts";
import { type Group, newGroup } from "./group.ts";
import type { SeamSpan } from "./seams.ts";
import { addSpan } from "./spans.ts";

/** What figures can be told apart by. `week`: the week of the handoff, as a cohort; both campaigns are the lead's first and last touch. */
export const DIMENSIONS = [
  "type",
  "source",
  "team",
  "rep",
  "week",
  "campaign-first",
  "campaign-last",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What is asked for. */
export interface Question {
  /** The days on which they were handed off; others are passed over. */
  readonly span: DaySpan;
  readonly by: readonly Dimension[];
  /** Seen from when: promises not yet due then are running. */
  readonly asOf: Instant;
  readonly spans: readonly SeamSpan[];
}

/** Figures in the making. Changed by `addColumns` only. */
export interface Tally {
  readonly question: Question;
  /** Used only where no grouping was asked for: otherwise everything is the sum of the groups. */
  readonly ungrouped: Group;
  readonly groups: ReadonlyMap<Dimension, Map<string, Group>>;
  readonly words: (string | undefined)[];
  readonly places: Map<string | undefined, number>;
}

/** Where a handoff is counted of which a dimension is not known. */
const NOT_KNOWN = "(not known)";

/** Nothing counted yet. */
export function newTally(question: Question): Tally {
  return {
    question,
    ungrouped: newGroup(question.spans),
    groups: new Map(question.by.map((dimension) => [dimension, new Map<string, Group>()])),
    words: [undefined],
    places: new Map([[undefined, 0]]),
  };
}

/** Counts these handoffs, too. Throws nothing. */
export function addColumns(tally: Tally, columns: FigureColumns): void {
  const { question, ungrouped } = tally;
  const places = Uint32Array.from(columns.words, (word) => placeOf(tally, word));
  const finders = question.by.map((dimension) => groupFinder(tally, dimension, columns));
  const digest = digester(columns, question, places, (word) => placeOf(tally, word));
  const { decidedAt } = columns.instants;
  const [fromAt, beforeAt] = [question.span.fromDay * DAY_MS, question.span.toDay * DAY_MS];
  for (let row = 0; row < columns.count; row += 1) {
    const at = decidedAt[row] ?? Number.NaN;
    if (!(at >= fromAt && at < beforeAt)) continue;
    const found = digest(row);
    if (finders.length === 0) addTo(ungrouped, found);
    for (const find of finders) addTo(find(row), found);
  }
}

function addTo(group: Group, digest: Digest): void {
  const { counters, spans } = group;
  const { hits, hitCount, amounts } = digest;
  for (let index = 0; index < hitCount; index += 1) {
    const place = hits[index] ?? 0;
    counters[place] = (counters[place] ?? 0) + (amounts[index] ?? 0);
  }
  for (let index = 0; index < spans.length; index += 1) {
    const one = spans[index];
    if (one !== undefined) addSpan(one, digest.spans[index] ?? Number.NaN);
  }
  if (digest.answer !== 0) addReason(group.reasons, digest);
  if (digest.missing !== 0) addOne(group.missing, digest.missing);
  if (digest.unclear !== 0) addOne(group.unclear, digest.unclear);
}

function addReason(reasons: Group["reasons"], { answer, reason }: Digest): void {
  let ofAnswer = reasons.get(answer);
  if (ofAnswer === undefined) reasons.set(answer, (ofAnswer = new Map()));
  addOne(ofAnswer, reason);
}

function addOne(counts: Map<number, number>, word: number): void {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}

function placeOf({ words, places }: Tally, word: string | undefined): number {
  const known = places.get(word);
  if (known !== undefined) return known;
  places.set(word, words.length);
  return words.push(word) - 1;
}

/** Finds the group of a row. Each word of the columns is looked up once, not once for each handoff. */
function groupFinder(
  tally: Tally,
  dimension: Dimension,
  { words, texts, instants }: FigureColumns,
): (row: number) => Group {
  const groups = tally.groups.get(dimension) ?? new Map<string, Group>();
  const groupOf = (key: string): Group => {
    const known = groups.get(key);
    if (known !== undefined) return known;
    const made = newGroup(tally.question.spans);
    groups.set(key, made);
    return made;
  };
  const known: Group[] = [];
  if (dimension === "week") {
    const { decidedAt } = instants;
    return (row) => {
      const monday = mondayOf(dayOf(decidedAt[row] ?? 0));
      return (known[monday] ??= groupOf(sayDay(monday)));
    };
  }
  const column = texts[TEXT_OF[dimension]];
  return (row) => {
    const word = column[row] ?? 0;
    return (known[word] ??= groupOf(words[word] ?? NOT_KNOWN));
  };
}

const TEXT_OF = {
  type: "type",
  source: "source",
  team: "team",
  rep: "rep",
  "campaign-first": "campaignFirst",
  "campaign-last": "campaignLast",
} as const satisfies Readonly<Record<Exclude<Dimension, "week">, TextColumn>>;
