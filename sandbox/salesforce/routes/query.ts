/** SOQL over HTTP: the first page, the following pages, and the same with the recycle bin. */
import type { Answer } from "../../answer.ts";
import { refusal } from "../refusal.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import { runQuery } from "../soql/evaluate.ts";
import type { Result } from "../soql/evaluate.ts";
import { parseQuery } from "../soql/parser.ts";
import type { OrgState } from "../org.ts";
import { restBase } from "../version.ts";

const fewestRows = 200;
/** Rows of a page, at most and where nothing is asked. */
const mostRows = 2000;
/** Results that wait to be read on; the oldest is forgotten. */
const mostCursors = 50;

/** The routes of queries. */
export const queryRoutes: readonly OrgRoute[] = [
  { method: "GET", path: `${restBase}/query`, handle: (call) => begin(call, false) },
  { method: "GET", path: `${restBase}/query/:locator`, handle: goOn },
  { method: "GET", path: `${restBase}/queryAll`, handle: (call) => begin(call, true) },
  { method: "GET", path: `${restBase}/queryAll/:locator`, handle: goOn },
];

const cursors = new WeakMap<OrgState, Map<string, Result>>();

function begin(call: OrgCall, all: boolean): Answer {
  const soql = call.query.get("q");
  if (soql === null) throw refusal("MALFORMED_QUERY", "A query string has to be specified");
  const result = runQuery(call.org, parseQuery(soql), all);
  if (result.counts) return { status: 200, body: { totalSize: result.rows.length, done: true, records: [] } };
  const size = pageSize(call);
  const locator = result.rows.length > size ? keep(call.org, result) : "";
  return page(result, 0, size, locator);
}

function goOn(call: OrgCall): Answer {
  const [, locator = "", from = ""] = /^([^-]+)-(\d+)$/.exec(call.params["locator"] ?? "") ?? [];
  const result = cursors.get(call.org)?.get(locator);
  if (!result) throw refusal("INVALID_QUERY_LOCATOR", "invalid query locator");
  return page(result, Number(from), pageSize(call), locator);
}

function pageSize({ headers }: OrgCall): number {
  const asked = /batchSize=(\d+)/i.exec(headers["sforce-query-options"] ?? "")?.[1];
  return asked === undefined ? mostRows : Math.min(mostRows, Math.max(fewestRows, Number(asked)));
}

function keep(org: OrgState, result: Result): string {
  const kept = cursors.get(org) ?? new Map<string, Result>();
  cursors.set(org, kept);
  const locator = `01g5g0000${org.hooks.hex(6)}AAA`;
  kept.set(locator, result);
  const [oldest] = kept.keys();
  if (kept.size > mostCursors && oldest !== undefined) kept.delete(oldest);
  return locator;
}

function page(result: Result, from: number, size: number, locator: string): Answer {
  const next = from + size;
  const done = next >= result.rows.length;
  return {
    status: 200,
    body: {
      totalSize: result.rows.length,
      done,
      ...(done ? {} : { nextRecordsUrl: `${restBase}/query/${locator}-${next}` }),
      records: result.rows.slice(from, next).map((row) => result.show(row)),
    },
  };
}
