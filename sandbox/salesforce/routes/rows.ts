/** One row at a time: create, read, change, delete, and upsert by an external id. */
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import type { OrgState } from "../org.ts";
import { noResource, refusal } from "../refusal.ts";
import { isBinned } from "../table.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import type { FieldDefinition } from "../schema/field.ts";
import type { ObjectDefinition } from "../schema/index.ts";
import { attributes } from "../soql/show.ts";
import { parseStamp } from "../stamp.ts";
import type { Row } from "../table.ts";
import { restBase } from "../version.ts";
import { visibleField, visibleFields, visibleObject } from "../visible.ts";
import { createRecord, deleteRecord, liveRow, updateRecord } from "../writing.ts";
import type { GivenValues } from "../writing.ts";

const rowPath = `${restBase}/sobjects/:type/:id`;
const externalPath = `${restBase}/sobjects/:type/:field/:value`;

/** The routes of single rows. */
export const rowRoutes: readonly OrgRoute[] = [
  { method: "POST", path: `${restBase}/sobjects/:type`, handle: create },
  { method: "GET", path: rowPath, handle: read },
  { method: "PATCH", path: rowPath, handle: update },
  { method: "DELETE", path: rowPath, handle: remove },
  { method: "GET", path: externalPath, handle: readByExternalId },
  { method: "PATCH", path: externalPath, handle: upsert },
  { method: "DELETE", path: externalPath, handle: removeByExternalId },
];

/** The object a call names. @throws Refusal 404 where the user cannot see it. */
export function objectOf({ org, params }: Pick<OrgCall, "org" | "params">): ObjectDefinition {
  const object = visibleObject(org, params["type"] ?? "");
  if (!object) throw noResource();
  return object;
}

/** The values of a body. @throws Refusal where it is none. */
function valuesIn(body: unknown): GivenValues {
  if (!isRecord(body))
    throw refusal("JSON_PARSER_ERROR", "The HTTP entity body is required for this request.");
  return body;
}

function create(call: OrgCall): Answer {
  const row = createRecord(call.org, objectOf(call).name, valuesIn(call.body), call.context);
  return { status: 201, body: { id: row.id, success: true, errors: [] } };
}

function read(call: OrgCall): Answer {
  const object = objectOf(call);
  return shown(call, object, rowFor(call, object, call.params["id"] ?? ""));
}

/** A row for reading: a lock does not matter. */
function rowFor(call: OrgCall, object: ObjectDefinition, id: string): Row {
  return liveRow({ ...call.org, rules: { ...call.org.rules, lockedIds: [] } }, object, id);
}

function shown(call: OrgCall, object: ObjectDefinition, row: Row): Answer {
  const since = instantIn(call, "if-modified-since");
  if (since !== undefined && modifiedAt(row) <= since) return { status: 304 };
  const asked = call.query.get("fields");
  const fields =
    asked === null
      ? visibleFields(call.org, object)
      : asked.split(",").map((name) => fieldOf(call.org, object, name.trim()));
  const values = Object.fromEntries(fields.map(({ name }) => [name, row.values[name] ?? null]));
  return {
    status: 200,
    headers: { "last-modified": new Date(modifiedAt(row)).toUTCString() },
    body: { attributes: attributes(row), ...values },
  };
}

function fieldOf(org: OrgState, object: ObjectDefinition, name: string): FieldDefinition {
  const field = visibleField(org, object, name);
  if (!field) throw refusal("INVALID_FIELD", `No such column '${name}' on sobject of type ${object.name}`);
  return field;
}

function update(call: OrgCall): Answer {
  const object = objectOf(call);
  const id = call.params["id"] ?? "";
  checkUnmodified(call, liveRow(call.org, object, id));
  updateRecord(call.org, object.name, id, valuesIn(call.body), call.context);
  return { status: 204 };
}

/** The conditional write: 412 where the row changed after the given second. */
function checkUnmodified(call: OrgCall, row: Row): void {
  const since = instantIn(call, "if-unmodified-since");
  if (since !== undefined && modifiedAt(row) > since)
    throw refusal("PRECONDITION_FAILED", "The record was modified after the given date", { status: 412 });
}

function instantIn({ headers }: OrgCall, name: string): number | undefined {
  const given = headers[name];
  if (given === undefined) return undefined;
  const ms = Date.parse(given);
  if (Number.isNaN(ms)) throw refusal("INVALID_HEADER", `The ${name} header is no HTTP date`);
  return ms;
}

const secondMs = 1000;

function modifiedAt(row: Row): number {
  const ms = parseStamp(String(row.values["LastModifiedDate"] ?? row.values["SystemModstamp"])) ?? 0;
  return Math.floor(ms / secondMs) * secondMs;
}

function remove(call: OrgCall): Answer {
  deleteRecord(call.org, objectOf(call).name, call.params["id"] ?? "", call.context);
  return { status: 204 };
}

function readByExternalId(call: OrgCall): Answer {
  const object = objectOf(call);
  const found = byExternalId(call, object);
  if (found.length > 1) return choices(found);
  if (!found[0]) throw noResource();
  return shown(call, object, found[0]);
}

function upsert(call: OrgCall): Answer {
  const object = objectOf(call);
  const field = externalField(call.org, object, call.params["field"] ?? "");
  const values = valuesIn(call.body);
  if (field.name in values)
    throw refusal("INVALID_FIELD", `The ${field.name} field should not be specified in the sobject data.`);
  const found = byExternalId(call, object);
  if (found.length > 1) return choices(found);
  const [row] = found;
  if (row) {
    checkUnmodified(call, row);
    updateRecord(call.org, object.name, row.id, values, call.context);
    return { status: 200, body: { id: row.id, success: true, errors: [], created: false } };
  }
  if (call.query.get("updateOnly") === "true" || field.name === "Id") throw noResource();
  const given = { ...values, [field.name]: call.params["value"] };
  const made = createRecord(call.org, object.name, given, call.context);
  return { status: 201, body: { id: made.id, success: true, errors: [], created: true } };
}

function removeByExternalId(call: OrgCall): Answer {
  const object = objectOf(call);
  const found = byExternalId(call, object);
  if (found.length > 1) return choices(found);
  if (!found[0]) throw noResource();
  deleteRecord(call.org, object.name, found[0].id, call.context);
  return { status: 204 };
}

/** A field that rows can be found by. @throws Refusal 404 where it is no external id or is not there. */
export function externalField(org: OrgState, object: ObjectDefinition, name: string): FieldDefinition {
  const field = visibleField(org, object, name);
  if (field && (field.externalId === true || field.name === "Id")) return field;
  throw refusal("NOT_FOUND", `Provided external ID field does not exist or is not accessible: ${name}`, {
    status: 404,
  });
}

function byExternalId(call: OrgCall, object: ObjectDefinition): readonly Row[] {
  const field = externalField(call.org, object, call.params["field"] ?? "");
  return havingExternalId(call.org, object, field, call.params["value"] ?? "");
}

/** Rows outside of the recycle bin with an external id. The id itself may be one. */
export function havingExternalId(
  org: OrgState,
  object: ObjectDefinition,
  field: FieldDefinition,
  value: string,
): readonly Row[] {
  if (field.name === "Id") return [liveRow(org, object, value)];
  return (org.table(object.name).having(field.name, value) ?? []).filter((row) => !isBinned(row));
}

function choices(rows: readonly Row[]): Answer {
  return { status: 300, body: rows.map((row) => attributes(row).url) };
}
