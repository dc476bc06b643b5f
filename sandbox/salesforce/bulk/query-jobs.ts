/** Bulk queries: a job, its state, and its rows as CSV in pages by `Sforce-Locator`. */
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import { refusal } from "../refusal.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import { runQuery } from "../soql/evaluate.ts";
import { parseQuery } from "../soql/parser.ts";
import { resolvePath } from "../soql/path.ts";
import type { Query } from "../soql/query.ts";
import type { Value } from "../table.ts";
import { restBase } from "../version.ts";
import { visibleObject } from "../visible.ts";
import { writeCsv } from "./csv.ts";
import { addJob, bulkOf, jobOf, look, shownJob } from "./jobs.ts";
import type { BulkJob } from "./jobs.ts";

const path = `${restBase}/jobs/query`;
/** Rows of a page where nothing is asked. */
const usualRows = 50_000;

/** The routes of query jobs. */
export const queryJobRoutes: readonly OrgRoute[] = [
  { method: "POST", path, handle: create },
  { method: "GET", path: `${path}/:id`, handle: (call) => ok(shownJob(look(jobOf(call, "query")))) },
  { method: "PATCH", path: `${path}/:id`, handle: abort },
  { method: "DELETE", path: `${path}/:id`, handle: remove },
  { method: "GET", path: `${path}/:id/results`, handle: results },
];

interface Found {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}
/** What queries found, as of when their jobs were made. */
const foundBy = new WeakMap<BulkJob, Found>();

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function create(call: OrgCall): Answer {
  const { query: soql, operation } = isRecord(call.body) ? call.body : {};
  if (typeof soql !== "string" || (operation !== "query" && operation !== "queryAll"))
    throw refusal("INVALIDJOB", "A query job needs a query and the operation query or queryAll");
  const query = parseQuery(soql);
  const found = find(call, query, operation === "queryAll");
  const job = addJob(call, { kind: "query", object: query.from, operation, state: "UploadComplete" });
  job.processedCount = found.rows.length;
  foundBy.set(job, found);
  return ok(shownJob(job));
}

/** @throws Refusal for sub-queries, compound fields and everything SOQL itself refuses. */
function find({ org }: OrgCall, query: Query, all: boolean): Found {
  const object = visibleObject(org, query.from);
  if (query.counts || query.select.some((one) => typeof one !== "string") || query.offset > 0)
    throw refusal("API_ERROR", "Aggregate queries, OFFSET and sub-queries are not supported by Bulk Query");
  const { rows } = runQuery(org, query, all);
  const paths = query.select.flatMap((one) =>
    typeof one === "string" && object ? [resolvePath(org, object, one)] : [],
  );
  return {
    columns: paths.map(({ parents, field }) =>
      [...parents.map(({ as, name }) => as ?? name), field.name].join("."),
    ),
    rows: rows.map((row) => paths.map((each) => each.value(row))),
  };
}

function abort(call: OrgCall): Answer {
  const job = jobOf(call, "query");
  if (!isRecord(call.body) || call.body["state"] !== "Aborted")
    throw refusal("INVALIDJOBSTATE", "A query job can only be aborted");
  job.state = "Aborted";
  return ok(shownJob(job));
}

function remove(call: OrgCall): Answer {
  bulkOf(call.org).jobs.delete(jobOf(call, "query").id);
  return { status: 204 };
}

function results(call: OrgCall): Answer {
  const job = jobOf(call, "query");
  const found = foundBy.get(job);
  if (job.state !== "JobComplete" || !found)
    throw refusal("INVALIDJOBSTATE", `Job status must be Completed. Current job status is ${job.state}`);
  const from = offsetOf(call.query.get("locator"));
  const size = Math.max(1, Number(call.query.get("maxRecords") ?? usualRows));
  const rows = found.rows.slice(from, from + size);
  const next = from + size;
  const locator = next < found.rows.length ? Buffer.from(`row:${next}`).toString("base64url") : "null";
  return {
    status: 200,
    body: writeCsv(found.columns, rows),
    headers: {
      "content-type": "text/csv",
      "sforce-locator": locator,
      "sforce-numberofrecords": String(rows.length),
    },
  };
}

/** @throws Refusal for a locator that no answer gave. */
function offsetOf(locator: string | null): number {
  if (locator === null) return 0;
  const from = /^row:(\d+)$/.exec(Buffer.from(locator, "base64url").toString("utf8"))?.[1];
  if (from === undefined) throw refusal("INVALID_QUERY_LOCATOR", `invalid query locator: ${locator}`);
  return Number(from);
}
