/** Finds the rows of a query and puts them in order. */
import type { OrgState } from "../org.ts";
import { refusal } from "../refusal.ts";
import type { ObjectDefinition } from "../schema/index.ts";
import { isBinned } from "../table.ts";
import type { Row, Value } from "../table.ts";
import { visibleObject } from "../visible.ts";
import { compile } from "./condition.ts";
import type { Test } from "./condition.ts";
import { resolvePath } from "./path.ts";
import type { Ordering, Query } from "./query.ts";
import { malformed } from "./tokens.ts";

/** 400 for an object that does not exist or may not be seen. */
export function invalidType(name: string): Error {
  return refusal(
    "INVALID_TYPE",
    `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

/**
 * The rows of a query on an object.
 * @param all     Also what lies in the recycle bin.
 * @param within  Looks among these rows only.
 * @throws Refusal INVALID_TYPE, INVALID_FIELD, MALFORMED_QUERY.
 */
export function findRows(
  state: OrgState,
  object: ObjectDefinition,
  query: Query,
  all: boolean,
  within?: Iterable<Row>,
): readonly Row[] {
  const { where, order, offset, limit } = query;
  const { test, candidates } = where
    ? compile(where, { state, object, run: (inner) => column(state, inner, all) })
    : { test: everything, candidates: undefined };
  const found: Row[] = [];
  const enough = order.length > 0 || limit === undefined ? Number.POSITIVE_INFINITY : offset + limit;
  for (const row of within ?? candidates ?? state.table(object.name).rows.values()) {
    if (found.length >= enough) break;
    if (row.type === object.name && (all || !isBinned(row)) && test(row)) found.push(row);
  }
  const ordered = order.length > 0 ? sorted(state, object, found, order) : found;
  return offset > 0 || limit !== undefined
    ? ordered.slice(offset, limit === undefined ? undefined : offset + limit)
    : ordered;
}

const everything: Test = () => true;

/** The one field of a semi-join's query. */
function column(state: OrgState, query: Query, all: boolean): ReadonlySet<Value> {
  const [only] = query.select;
  if (typeof only !== "string" || query.select.length !== 1)
    throw malformed("Only one column is allowed in a semi join sub-select");
  const object = visibleObject(state, query.from);
  if (!object) throw invalidType(query.from);
  const path = resolvePath(state, object, only);
  if (path.field.type !== "id" && path.field.type !== "reference")
    throw malformed("Semi join sub-selects can only query id fields");
  return new Set(findRows(state, object, query, all).map((row) => path.value(row)));
}

function sorted(
  state: OrgState,
  object: ObjectDefinition,
  rows: readonly Row[],
  order: readonly Ordering[],
): readonly Row[] {
  const by = order.map((one) => ({ ...one, path: resolvePath(state, object, one.path) }));
  const keyed = rows.map((row) => ({
    row,
    keys: by.map(({ path }) => {
      const value = path.value(row);
      return typeof value === "string" && path.field.type !== "id" ? value.toLowerCase() : value;
    }),
  }));
  return keyed
    .toSorted((a, b) => {
      for (const [nth, { descending, nullsLast }] of by.entries()) {
        const difference = compareValues(a.keys[nth] ?? null, b.keys[nth] ?? null, descending, nullsLast);
        if (difference !== 0) return difference;
      }
      return 0;
    })
    .map(({ row }) => row);
}

function compareValues(a: Value, b: Value, descending: boolean, nullsLast: boolean): number {
  if (a === b) return 0;
  if (a === null || b === null) return (a === null) === nullsLast ? 1 : -1;
  return a < b === descending ? 1 : -1;
}
