/**
 * Sending rows and learning what became of each one. Up to five collections make one call; more make more, one after another.
 *
 * A collection answers for its rows one by one. Where the answer is to a whole collection instead, because one row cannot even be
 * read, nothing of it was applied: it is halved until the bad row stands alone. Only what was certainly not applied is ever sent again.
 */
import type { ErrorCode } from "../../src/errors.ts";
import type { WriteAnswer } from "../http/outcome.ts";
import type { Gateway } from "../http/gateway.ts";
import { rowOutcomes } from "./collections.ts";
import type { Row, RowOutcome } from "./collections.ts";
import { MOST_QUERIES, writeParts } from "./composite.ts";
import type { Part } from "./composite.ts";

/** Rows that make one part of a call. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly part: (ref: string, rows: readonly Row[]) => Part;
  /** Whether the call is made even where the org's day is nearly spent. */
  readonly isEssential: boolean;
}

/**
 * Most calls spent on finding bad rows. Past it the rest is `not-applied` and comes again: the bad ones found so far are gone by
 * then, so this ends.
 */
const MOST_CALLS = 24;
/** Refusals of a whole collection that one row of it may be to blame for. */
const OF_ONE_ROW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "crm.invalid",
  "crm.not-found",
  "crm.conflict",
]);

/** Sends the rows and gives an outcome for each. No rows, no call. Never throws. */
export async function sendRows(
  gateway: Gateway,
  collections: readonly Rows[],
): Promise<ReadonlyMap<Row, RowOutcome>> {
  const outcomes = new Map<Row, RowOutcome>();
  let waiting = collections.filter(({ rows }) => rows.length > 0).map(byObject);
  const most = MOST_CALLS + Math.ceil(waiting.length / MOST_QUERIES);
  for (let calls = 0; waiting.length > 0 && calls < most; calls += 1) {
    const now = waiting.slice(0, MOST_QUERIES);
    const answers = await writeParts(
      gateway,
      now.map(({ part, rows }, index) => part(`rows${index}`, rows)),
      now.some(({ isEssential }) => isEssential),
    );
    const again = now.flatMap((some, index) => note(some, answers.get(`rows${index}`), outcomes));
    waiting = [...again, ...waiting.slice(MOST_QUERIES)];
  }
  for (const row of waiting.flatMap(({ rows }) => rows))
    outcomes.set(row, { outcome: "not-applied", code: "crm.invalid" });
  return outcomes;
}

/**
 * Rows of one object stand together: a collection is taken apart where the object changes, and more than ten parts are refused.
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-update.html
 */
function byObject(some: Rows): Rows {
  const rows = some.rows.toSorted((a, b) => (a.object < b.object ? -1 : Number(a.object > b.object)));
  return { ...some, rows };
}

/** Notes what the answer decides and gives back what is to be sent again. */
function note(some: Rows, answer: WriteAnswer | undefined, outcomes: Map<Row, RowOutcome>): readonly Rows[] {
  const { rows } = some;
  if (answer?.outcome === "refused" && rows.length > 1 && OF_ONE_ROW.has(answer.code)) {
    const middle = Math.ceil(rows.length / 2);
    return [
      { ...some, rows: rows.slice(0, middle) },
      { ...some, rows: rows.slice(middle) },
    ];
  }
  const settled = rowOutcomes(answer, rows);
  for (const [index, row] of rows.entries()) {
    const outcome = settled[index];
    if (outcome !== undefined) outcomes.set(row, outcome);
  }
  return [];
}
