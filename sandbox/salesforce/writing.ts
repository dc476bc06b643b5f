/**
 * Writes as the API and Bulk jobs make them: every rule of the org is asked, then rows.ts keeps the row. A write that
 * is refused leaves nothing.
 */
import { coerce } from "./coercion.ts";
import { checkDuplicates } from "./duplicates.ts";
import { longId } from "./ids.ts";
import { atomically } from "./journal.ts";
import type { OrgState } from "./org.ts";
import { noResource, refusal } from "./refusal.ts";
import { binRow, insertRow, patchRow } from "./rows.ts";
import { isBinned } from "./table.ts";
import { checkActivity, checkOwner, checkPresence, checkUnique, checkValidation } from "./row-rules.ts";
import type { FieldDefinition } from "./schema/field.ts";
import type { ObjectDefinition } from "./schema/index.ts";
import type { Row, Value, Values } from "./table.ts";
import { visibleField, visibleObject } from "./visible.ts";
import type { WriteContext } from "./write-context.ts";

/** Values as a request's body gives them, by field name in any case. */
export type GivenValues = Readonly<Record<string, unknown>>;

/** Creates a row. @throws Refusal with what the org holds against it. */
export function createRecord(
  state: OrgState,
  object: string,
  given: GivenValues,
  context: WriteContext,
): Row {
  return atomically(state, () => {
    const definition = writableObject(state, object);
    const values = valuesOf(state, definition, given, "createable");
    const assigned = { ...values, ...assignedBy(state, definition, context) };
    checkPresence(definition, assigned);
    checkActivity(definition, assigned);
    checkOwner(state, definition, assigned);
    checkUnique(state, definition, assigned, undefined);
    checkDuplicates(state, definition, assigned, undefined, context);
    const row = insertRow(state, definition.name, assigned, context);
    checkValidation(state, row);
    return row;
  });
}

/** Changes a row. @throws Refusal with what the org holds against it. */
export function updateRecord(
  state: OrgState,
  object: string,
  id: string,
  given: GivenValues,
  context: WriteContext,
): Row {
  return atomically(state, () => {
    const definition = writableObject(state, object);
    const row = liveRow(state, definition, id);
    const values = valuesOf(state, definition, given, "updateable");
    if (row.values["IsConverted"] === true)
      throw refusal("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");
    const assigned = { ...values, ...assignedBy(state, definition, context) };
    checkPresence(definition, { ...row.values, ...assigned });
    checkActivity(definition, { ...row.values, ...assigned });
    checkOwner(state, definition, assigned);
    checkUnique(state, definition, assigned, row);
    checkDuplicates(state, definition, assigned, row, context);
    patchRow(state, row, assigned, context);
    checkValidation(state, row);
    return row;
  });
}

/** Puts a row into the recycle bin. @throws Refusal where it is not there or locked. */
export function deleteRecord(state: OrgState, object: string, id: string, context: WriteContext): void {
  const definition = writableObject(state, object);
  binRow(state, liveRow(state, definition, id), context);
}

/**
 * The row of an id of either length.
 * @throws Refusal MALFORMED_ID, NOT_FOUND, ENTITY_IS_DELETED, or UNABLE_TO_LOCK_ROW for one in `rules.lockedIds`.
 */
export function liveRow(state: OrgState, { name, keyPrefix }: ObjectDefinition, given: string): Row {
  const id = longId(given);
  if (id === undefined || !id.startsWith(keyPrefix))
    throw refusal("MALFORMED_ID", `${name} ID: id value of incorrect type: ${given}`, { fields: ["Id"] });
  const row = state.row(id);
  if (!row) throw noResource();
  if (isBinned(row)) throw refusal("ENTITY_IS_DELETED", "entity is deleted", { status: 404 });
  if (state.rules.lockedIds.includes(id)) throw locked();
  return row;
}

/** The refusal for a row that somebody else writes at this moment. */
function locked(): Error {
  return refusal("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records");
}

/** An object that rows can be written to. @throws Refusal 404 where it is not to be seen, 400 where it takes no writes. */
export function writableObject(state: OrgState, name: string): ObjectDefinition {
  const definition = visibleObject(state, name);
  if (!definition) throw noResource();
  if (!definition.writable) {
    throw refusal(
      "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
      `entity type ${definition.name} does not support this operation`,
    );
  }
  return definition;
}

/** The given values by the schema's names. @throws Refusal for fields that are not there or may not be set so. */
function valuesOf(
  state: OrgState,
  definition: ObjectDefinition,
  given: GivenValues,
  may: "createable" | "updateable",
): Values {
  const values: Record<string, Value> = {};
  const forbidden: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === "attributes") continue;
    const field = fieldNamed(state, definition, name);
    if (field[may]) values[field.name] = coerce(state, field, value);
    else forbidden.push(field.name);
  }
  if (forbidden.length === 0) return values;
  const verb = may === "createable" ? "create" : "update";
  throw refusal(
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    `Unable to ${verb} fields: ${forbidden.join(", ")}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    { fields: forbidden },
  );
}

function fieldNamed(state: OrgState, definition: ObjectDefinition, name: string): FieldDefinition {
  const field = visibleField(state, definition, name);
  if (field) return field;
  throw refusal("INVALID_FIELD", `No such column '${name}' on sobject of type ${definition.name}`);
}

/** What an active assignment rule makes of a write of a Lead whose header does not turn it off. */
function assignedBy(state: OrgState, { name }: ObjectDefinition, context: WriteContext): Values {
  const { assignTo } = state.rules;
  if (name !== "Lead" || assignTo === undefined || context.headers === undefined) return {};
  return context.headers["sforce-auto-assign"]?.toUpperCase() === "FALSE" ? {} : { OwnerId: assignTo };
}
