/**
 * Collections: up to 200 records in one part of a composite. Answers come in the order of the rows, each with its own success;
 * `allOrNone` is false, so a row that is refused takes nothing away from the others.
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections.html
 */
import { z } from "zod";
import { notDone, troubleOutcome } from "../http/outcome.ts";
import type { NotDone, Refused, WriteAnswer } from "../http/outcome.ts";
import type { Part } from "./composite.ts";
import { rowTrouble } from "./errors.ts";
import { CREATE_HEADERS } from "./headers.ts";
import { toId } from "./ids.ts";

/** Most rows of one collection. */
export const MOST_ROWS = 200;

/** One record to write. `object` is `Lead`, `Task`, …; an update has its `id`; null empties a field. */
export interface Row {
  readonly object: string;
  readonly id?: string;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** What became of one row. */
export type RowOutcome =
  | { readonly outcome: "applied"; readonly id: string; readonly created: boolean }
  | Exclude<NotDone, Refused>
  | RefusedRow;
export interface RefusedRow extends Refused {
  /** Salesforce's code: `CANNOT_UPDATE_CONVERTED_LEAD`. */
  readonly errorCode?: string;
  /** Records a duplicate rule takes for the same, where Salesforce names them. */
  readonly duplicates?: readonly string[];
}

/** A part that updates records by id: those of several objects may stand together. */
export function updatePart(ref: string, rows: readonly Row[]): Part {
  return { ref, method: "PATCH", path: "/composite/sobjects", body: bodyOf(rows) };
}

/**
 * A part that creates records, or updates those that carry the same value of an external id. `keyField` is one of the rows' fields;
 * all rows are of `object`. Of what is sent twice there is one record.
 */
export function upsertPart(ref: string, object: string, keyField: string, rows: readonly Row[]): Part {
  const path = `/composite/sobjects/${encodeURIComponent(object)}/${encodeURIComponent(keyField)}`;
  return { ref, method: "PATCH", path, body: bodyOf(rows), ...duplicateHeaders(rows) };
}

/** A part that creates records: sent twice, there are two of each. */
export function insertPart(ref: string, rows: readonly Row[]): Part {
  return { ref, method: "POST", path: "/composite/sobjects", body: bodyOf(rows), ...duplicateHeaders(rows) };
}

/**
 * What became of the rows of a part, in their order. Where the answer is to the whole part, it is every row's; a row Salesforce
 * said nothing of, or whose list is of another length, is `unknown`. Throws nothing.
 */
export function rowOutcomes(answer: WriteAnswer | undefined, rows: readonly Row[]): readonly RowOutcome[] {
  if (answer?.outcome === "answered") {
    const parsed = rowList.safeParse(answer.body);
    const isWhole = parsed.success && parsed.data.length === rows.length;
    return rows.map((_, index) => (isWhole ? rowOutcome(parsed.data[index] ?? null) : UNKNOWN));
  }
  const whole = answer === undefined ? UNKNOWN : notDone(answer);
  return rows.map(() => whole);
}

const UNKNOWN: RowOutcome = { outcome: "unknown", code: "crm.bad-answer" };

const rowList = z.array(
  z
    .object({
      success: z.boolean(),
      id: z.string().nullish().catch(undefined),
      created: z.boolean().optional().catch(undefined),
      errors: z.unknown().optional(),
    })
    .nullable()
    .catch(null),
);

function rowOutcome(row: z.output<typeof rowList>[number]): RowOutcome {
  if (row === null) return UNKNOWN;
  if (row.success) {
    const id = toId(row.id ?? "");
    return id === undefined ? UNKNOWN : { outcome: "applied", id, created: row.created ?? false };
  }
  const trouble = rowTrouble(row.errors);
  const failed = troubleOutcome(trouble);
  if (failed.outcome !== "refused") return failed;
  const { errorCode, duplicates } = trouble;
  return {
    ...failed,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(duplicates === undefined ? {} : { duplicates }),
  };
}

function bodyOf(rows: readonly Row[]): unknown {
  const records = rows.map(({ object, id, fields }) => ({
    attributes: { type: object },
    ...(id === undefined ? {} : { id }),
    ...fields,
  }));
  return { allOrNone: false, records };
}

/** Only these have duplicate rules that Baton is to obey. */
const RULED: ReadonlySet<string> = new Set(["Lead", "Contact", "Account"]);

function duplicateHeaders(rows: readonly Row[]): Pick<Part, "headers"> {
  return rows.some(({ object }) => RULED.has(object)) ? { headers: CREATE_HEADERS } : {};
}
