/**
 * Collections of up to 200 rows: one result a row, in the order of the request, 200 overall. With `allOrNone` one row
 * that fails undoes the others. Rows of several objects are taken apart where the object changes, into ten chunks at most. Triggers are
 * no part of the sandbox.
 *
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-upsert.html
 */
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import { atomically } from "../journal.ts";
import { Refusal, refusal, rowErrors } from "../refusal.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import { attributes } from "../soql/show.ts";
import { restBase } from "../version.ts";
import { visibleField, visibleObject } from "../visible.ts";
import { createRecord, deleteRecord, updateRecord } from "../writing.ts";
import type { GivenValues } from "../writing.ts";
import { externalField, havingExternalId, objectOf } from "./rows.ts";
import { isBinned } from "../table.ts";
import { longId } from "../ids.ts";

const path = `${restBase}/composite/sobjects`;
/** Rows of one write, and ids of one retrieve. */
const mostRows = 200;
const mostIds = 2000;
/** Runs of rows of one object. */
const mostChunks = 10;

/** The routes of collections. */
export const collectionRoutes: readonly OrgRoute[] = [
  { method: "POST", path, handle: (call) => overRecords(call, createOne) },
  { method: "PATCH", path, handle: (call) => overRecords(call, updateOne) },
  { method: "DELETE", path, handle: removeAll },
  { method: "PATCH", path: `${path}/:type/:field`, handle: (call) => overRecords(call, upsertOne) },
  { method: "GET", path: `${path}/:type`, handle: retrieve },
  { method: "POST", path: `${path}/:type`, handle: retrieve },
];

type Result = Readonly<Record<string, unknown>>;
type RowWrite = (call: OrgCall, values: GivenValues, type: string) => Result;

/** Undoes the rows of an `allOrNone` collection that met a failure. */
class Halted extends Error {}

function overRecords(call: OrgCall, write: RowWrite): Answer {
  const body = isRecord(call.body) ? call.body : {};
  const records: unknown = body["records"];
  if (!Array.isArray(records)) throw refusal("INVALID_INPUT", "records: the request has no records");
  checkChunks(records);
  const writes = records.map((record: unknown) => () => {
    const values = isRecord(record) ? record : {};
    return write(call, values, typeOf(values));
  });
  return { status: 200, body: runAll(call, writes, body["allOrNone"] === true) };
}

/** Salesforce's documentation gives the limit, and no code for what is beyond it. */
function checkChunks(records: readonly unknown[]): void {
  const types = records.map((record) =>
    isRecord(record) && isRecord(record["attributes"]) ? record["attributes"]["type"] : "",
  );
  const chunks = types.filter((type, place) => place === 0 || type !== types[place - 1]);
  if (chunks.length > mostChunks)
    throw refusal("LIMIT_EXCEEDED", `Cannot have more than ${mostChunks} chunks in a single operation.`);
}

function runAll(call: OrgCall, writes: readonly (() => Result)[], allOrNone: boolean): readonly Result[] {
  if (writes.length > mostRows)
    throw refusal("INVALID_INPUT", `records: the maximum number of records is ${mostRows}`);
  const results: Result[] = [];
  try {
    atomically(call.org, () => {
      for (const [place, write] of writes.entries()) results.push(oneResult(call, write, place));
      if (allOrNone && results.some(({ success }) => success === false)) throw new Halted();
    });
  } catch (error) {
    if (!(error instanceof Halted)) throw error;
    return results.map((result) => (result["success"] === false ? result : rolledBack));
  }
  return results;
}

const rolledBack: Result = {
  success: false,
  errors: [
    {
      statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK",
      message:
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
      fields: [],
    },
  ],
};

function oneResult(call: OrgCall, write: () => Result, place: number): Result {
  try {
    if (call.failing.rows.has(place))
      throw refusal(call.failing.code, "the sandbox was told to refuse this row");
    return atomically(call.org, write);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { success: false, errors: rowErrors(error) };
  }
}

function typeOf({ attributes: given }: GivenValues): string {
  const type = isRecord(given) ? given["type"] : undefined;
  if (typeof type === "string") return type;
  throw refusal("INVALID_TYPE", "attributes.type: every record needs the type of its object");
}

function createOne({ org, context }: OrgCall, values: GivenValues, type: string): Result {
  visibleType(org, type);
  const row = createRecord(org, type, values, context);
  return { id: row.id, success: true, errors: [] };
}

function updateOne({ org, context }: OrgCall, given: GivenValues, type: string): Result {
  visibleType(org, type);
  const { id, Id, ...values } = given;
  const named = id ?? Id;
  if (typeof named !== "string")
    throw refusal("MISSING_ARGUMENT", "Id not specified in an update call", { fields: ["Id"] });
  const row = updateRecord(org, type, named, values, context);
  return { id: row.id, success: true, errors: [] };
}

function upsertOne(call: OrgCall, given: GivenValues, type: string): Result {
  const { org, context } = call;
  const object = objectOf(call);
  if (type.toLowerCase() !== object.name.toLowerCase())
    throw refusal("INVALID_TYPE", `attributes.type: ${type} does not match ${object.name}`);
  const field = externalField(org, object, call.params["field"] ?? "");
  const key = given[field.name] ?? (field.name === "Id" ? given["id"] : undefined);
  if (typeof key !== "string" || key === "")
    throw refusal("MISSING_ARGUMENT", `${field.name} not specified`, { fields: [field.name] });
  const { id: _id, Id: _Id, ...values } = given;
  const found = havingExternalId(org, object, field, key);
  if (found.length > 1)
    throw refusal("DUPLICATE_EXTERNAL_ID", `Duplicate external id specified: ${key}`, {
      fields: [field.name],
    });
  const [row] = found;
  if (row) {
    updateRecord(org, object.name, row.id, values, context);
    return { id: row.id, success: true, errors: [], created: false };
  }
  const made = createRecord(org, object.name, values, context);
  return { id: made.id, success: true, errors: [], created: true };
}

function visibleType(org: OrgCall["org"], type: string): void {
  if (!visibleObject(org, type)) throw refusal("INVALID_TYPE", `sObject type '${type}' is not supported.`);
}

function removeAll(call: OrgCall): Answer {
  const ids = (call.query.get("ids") ?? "").split(",").filter((id) => id !== "");
  const writes = ids.map((given) => (): Result => {
    const id = longId(given);
    const row = id === undefined ? undefined : call.org.row(id);
    if (!row) throw refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    deleteRecord(call.org, row.type, row.id, call.context);
    return { id: row.id, success: true, errors: [] };
  });
  return { status: 200, body: runAll(call, writes, call.query.get("allOrNone") === "true") };
}

/** Rows by their ids, null for one that is not there, in the order asked. */
function retrieve(call: OrgCall): Answer {
  const object = objectOf(call);
  const body = isRecord(call.body) ? call.body : {};
  const ids = listed(body["ids"] ?? call.query.get("ids"));
  if (ids.length > mostIds) throw refusal("INVALID_INPUT", `ids: the maximum number of ids is ${mostIds}`);
  const fields = listed(body["fields"] ?? call.query.get("fields")).map((name) => {
    const field = visibleField(call.org, object, name);
    if (!field) throw refusal("INVALID_FIELD", `No such column '${name}' on sobject of type ${object.name}`);
    return field;
  });
  const records = ids.map((given) => {
    const row = call.org.row(longId(given) ?? "");
    if (row?.type !== object.name || isBinned(row)) return null;
    return {
      attributes: attributes(row),
      ...Object.fromEntries(fields.map(({ name }) => [name, row.values[name] ?? null])),
    };
  });
  return { status: 200, body: records };
}

function listed(given: unknown): readonly string[] {
  if (typeof given === "string") return given.split(",").map((part) => part.trim());
  return Array.isArray(given) ? given.map(String) : [];
}
