/** Runs queries. */
import type { OrgState } from "../org.ts";
import type { Row } from "../table.ts";
import { visibleObject } from "../visible.ts";
import { findRows, invalidType } from "./find.ts";
import type { Query } from "./query.ts";
import { shower } from "./show.ts";

/** A query that ran: its rows in order, and how one of them is shown. Nothing for COUNT() but the number. */
export interface Result {
  readonly counts: boolean;
  readonly rows: readonly Row[];
  show(row: Row): unknown;
}

/**
 * Runs a query.
 * @param all  Also what lies in the recycle bin (queryAll).
 * @throws Refusal INVALID_TYPE, INVALID_FIELD, MALFORMED_QUERY.
 */
export function runQuery(state: OrgState, query: Query, all: boolean): Result {
  const object = visibleObject(state, query.from);
  if (!object) throw invalidType(query.from);
  const show = query.counts ? () => undefined : shower(state, object, query, all);
  const rows = findRows(state, object, query, all);
  return { counts: query.counts, rows, show };
}
