/**
 * Bulk uploads: a job, its CSV, and after it is closed what became of every row. The rows are written the moment the job is
 * closed; the job tells it later. No assignment rule runs unless the job names one.
 */
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import { Refusal, refusal } from "../refusal.ts";
import { assign } from "../rows.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import { externalField, havingExternalId } from "../routes/rows.ts";
import type { ObjectDefinition } from "../schema/index.ts";
import type { Row } from "../table.ts";
import { restBase } from "../version.ts";
import type { WriteContext } from "../write-context.ts";
import { createRecord, deleteRecord, updateRecord, writableObject } from "../writing.ts";
import type { GivenValues } from "../writing.ts";
import { cellValue, readCsv, writeCsv } from "./csv.ts";
import { addJob, bulkOf, jobOf, look, shownJob } from "./jobs.ts";
import type { BulkJob } from "./jobs.ts";

const path = `${restBase}/jobs/ingest`;

/** The routes of ingest jobs. */
export const ingestJobRoutes: readonly OrgRoute[] = [
  { method: "POST", path, handle: create },
  { method: "PUT", path: `${path}/:id/batches`, handle: upload },
  { method: "PATCH", path: `${path}/:id`, handle: close },
  { method: "GET", path: `${path}/:id`, handle: (call) => ok(shownJob(look(jobOf(call, "ingest")))) },
  { method: "DELETE", path: `${path}/:id`, handle: remove },
  { method: "GET", path: `${path}/:id/successfulResults`, handle: (call) => told(call, "kept") },
  { method: "GET", path: `${path}/:id/failedResults`, handle: (call) => told(call, "refused") },
  { method: "GET", path: `${path}/:id/unprocessedrecords`, handle: (call) => told(call, "untouched") },
];

/** What a job was made for, and its rows. */
interface Upload {
  readonly object: ObjectDefinition;
  readonly externalIdField: string;
  readonly assigns: boolean;
  rows: readonly Readonly<Record<string, string>>[];
  outcomes: readonly Outcome[];
}

/** What became of a row. */
interface Outcome {
  readonly kind: "kept" | "refused" | "untouched";
  readonly id: string;
  readonly created: boolean;
  readonly error: string;
  readonly row: Readonly<Record<string, string>>;
}

const uploads = new WeakMap<BulkJob, Upload>();
const operations: ReadonlySet<string> = new Set(["insert", "update", "upsert", "delete"]);

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function create(call: OrgCall): Answer {
  const {
    object,
    operation,
    externalIdFieldName = "",
    assignmentRuleId,
  } = isRecord(call.body) ? call.body : {};
  if (typeof object !== "string" || typeof operation !== "string" || !operations.has(operation))
    throw refusal("INVALIDJOB", "An ingest job needs an object and an operation");
  const definition = writableObject(call.org, object);
  if (operation === "upsert") externalField(call.org, definition, String(externalIdFieldName));
  const job = addJob(call, { kind: "ingest", object: definition.name, operation, state: "Open" });
  uploads.set(job, {
    object: definition,
    externalIdField: String(externalIdFieldName),
    assigns: assignmentRuleId !== undefined,
    rows: [],
    outcomes: [],
  });
  return ok(shownJob(job));
}

function upload(call: OrgCall): Answer {
  const [job, held] = openJob(call);
  if (job.state !== "Open") throw refusal("INVALIDJOBSTATE", "Job is no longer open for uploads");
  held.rows = readCsv(call.text);
  return { status: 201 };
}

function close(call: OrgCall): Answer {
  const [job, held] = openJob(call);
  const state = isRecord(call.body) ? call.body["state"] : undefined;
  if (state === "Aborted") {
    job.state = "Aborted";
    held.outcomes = held.rows.map((row) => ({ kind: "untouched", id: "", created: false, error: "", row }));
    return ok(shownJob(job));
  }
  if (state !== "UploadComplete" || job.state !== "Open")
    throw refusal("INVALIDJOBSTATE", `A job that is ${job.state} cannot become ${String(state)}`);
  job.state = "UploadComplete";
  const { headers: _headers, ...circumstances } = call.context;
  const context: WriteContext = { ...circumstances, api: "bulkapi" };
  held.outcomes = held.rows.map((row) => outcomeOf(call, job, held, row, context));
  job.processedCount = held.rows.length;
  job.failedCount = held.outcomes.filter(({ kind }) => kind === "refused").length;
  return ok(shownJob(job));
}

function outcomeOf(
  call: OrgCall,
  job: BulkJob,
  held: Upload,
  row: Readonly<Record<string, string>>,
  context: WriteContext,
): Outcome {
  try {
    const { id, created } = write(call, job, held, row, context);
    return { kind: "kept", id, created, error: "", row };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const said = error.errors.map(
      ({ errorCode, message, fields }) => `${errorCode}:${message}:${fields.join(",")} --`,
    );
    return { kind: "refused", id: row["Id"] ?? "", created: false, error: said.join(" "), row };
  }
}

/** @throws Refusal with what the org holds against the row. */
function write(
  { org }: OrgCall,
  { operation }: BulkJob,
  { object, externalIdField, assigns }: Upload,
  row: Readonly<Record<string, string>>,
  context: WriteContext,
): { readonly id: string; readonly created: boolean } {
  const { Id = "", ...cells } = row;
  const values = valuesOf(object, cells);
  const made = (record: Row, created: boolean): { readonly id: string; readonly created: boolean } => {
    if (assigns && object.name === "Lead" && org.rules.assignTo !== undefined)
      assign(org, record, { OwnerId: org.rules.assignTo });
    return { id: record.id, created };
  };
  switch (operation) {
    case "insert":
      return made(createRecord(org, object.name, values, context), true);
    case "delete":
      deleteRecord(org, object.name, Id, context);
      return { id: Id, created: false };
    case "update":
      return made(updateRecord(org, object.name, Id, values, context), false);
    default: {
      const field = externalField(org, object, externalIdField);
      const { [field.name]: key = "", ...rest } = row;
      const found = havingExternalId(org, object, field, key);
      if (found.length > 1)
        throw refusal("DUPLICATE_EXTERNAL_ID", `${field.name}: more than one record found for external id`);
      return found[0]
        ? made(updateRecord(org, object.name, found[0].id, valuesOf(object, rest), context), false)
        : made(createRecord(org, object.name, values, context), true);
    }
  }
}

function valuesOf({ fields }: ObjectDefinition, cells: Readonly<Record<string, string>>): GivenValues {
  const given = Object.entries(cells).map(
    ([name, cell]) => [name, cellValue(fields.get(name.toLowerCase()), cell)] as const,
  );
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function remove(call: OrgCall): Answer {
  bulkOf(call.org).jobs.delete(jobOf(call, "ingest").id);
  return { status: 204 };
}

function told(call: OrgCall, kind: Outcome["kind"]): Answer {
  const [job, { rows, outcomes }] = openJob(call);
  if (job.state !== "JobComplete" && job.state !== "Aborted")
    throw refusal("INVALIDJOBSTATE", `Job status must be Completed. Current job status is ${job.state}`);
  const columns = Object.keys(rows[0] ?? {});
  const own = { kept: ["sf__Id", "sf__Created"], refused: ["sf__Id", "sf__Error"], untouched: [] }[kind];
  const lines = outcomes
    .filter((each) => each.kind === kind)
    .map(({ id, created, error, row }) => [
      ...{ kept: [id, created], refused: [id, error], untouched: [] }[kind],
      ...columns.map((name) => row[name]),
    ]);
  return {
    status: 200,
    body: writeCsv([...own, ...columns], lines),
    headers: { "content-type": "text/csv" },
  };
}

function openJob(call: OrgCall): readonly [BulkJob, Upload] {
  const job = jobOf(call, "ingest");
  const held = uploads.get(job);
  if (!held) throw refusal("NOT_FOUND", "The requested resource does not exist", { status: 404 });
  return [job, held];
}
