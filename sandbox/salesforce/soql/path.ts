/** Follows a path such as `Account.Owner.Name` from a row to a value. */
import { refusal } from "../refusal.ts";
import type { OrgState } from "../org.ts";
import type { FieldDefinition } from "../schema/field.ts";
import type { ObjectDefinition } from "../schema/index.ts";
import type { Row, Value } from "../table.ts";
import { visibleField, visibleFields, visibleObject } from "../visible.ts";

/** A path that was understood. */
export interface Path {
  /** The reference fields on the way, each with the relationship's name in `as`. */
  readonly parents: readonly FieldDefinition[];
  readonly field: FieldDefinition;
  /** Null where a row on the way is missing. */
  value(row: Row): Value;
}

/** What a reference to several kinds of objects shows of any of them; `Type` is the object's name. */
const commonNames: ReadonlySet<string> = new Set([
  "id",
  "name",
  "type",
  "firstname",
  "lastname",
  "email",
  "title",
  "phone",
  "username",
  "isactive",
  "alias",
]);

/** @throws Refusal INVALID_FIELD for a name the object does not have or the user may not see. */
export function resolvePath(state: OrgState, object: ObjectDefinition, written: string): Path {
  const segments = written.split(".");
  // Salesforce lets a query name its own object first: `Lead.Email` FROM Lead.
  if (
    segments.length > 1 &&
    segments[0]?.toLowerCase() === object.name.toLowerCase() &&
    !parentOf(state, object, segments[0])
  )
    segments.shift();
  return follow(state, object, segments);
}

/** The row a reference field of a row points to; undefined when it is empty. */
export function parentRow(state: OrgState, row: Row, field: FieldDefinition): Row | undefined {
  const id = row.values[field.name];
  return typeof id === "string" ? state.row(id) : undefined;
}

/** The reference field behind a relationship's name in any case. */
function parentOf(
  state: OrgState,
  object: ObjectDefinition,
  relationship: string,
): FieldDefinition | undefined {
  const wanted = relationship.toLowerCase();
  return visibleFields(state, object).find(({ as }) => as?.toLowerCase() === wanted);
}

function follow(state: OrgState, object: ObjectDefinition, segments: readonly string[]): Path {
  const [first = "", ...rest] = segments;
  if (rest.length === 0) {
    const field = visibleField(state, object, first);
    if (!field) throw noColumn(first, object.name);
    return { parents: [], field, value: (row) => row.values[field.name] ?? null };
  }
  const reference = parentOf(state, object, first);
  if (!reference) throw noRelation(first, object.name);
  const { to = [] } = reference;
  const inner = to.length === 1 ? single(state, to[0] ?? "", rest) : several(state, to, rest);
  return {
    parents: [reference, ...inner.parents],
    field: inner.field,
    value(row) {
      const parent = parentRow(state, row, reference);
      return parent ? inner.value(parent) : null;
    },
  };
}

function single(state: OrgState, object: string, rest: readonly string[]): Path {
  const definition = visibleObject(state, object);
  if (!definition) throw noRelation(rest.join("."), object);
  return follow(state, definition, rest);
}

/** A path into one of several objects: only the names that all of them could have. */
function several(state: OrgState, objects: readonly string[], rest: readonly string[]): Path {
  const [name = "", ...more] = rest;
  if (more.length > 0 || !commonNames.has(name.toLowerCase())) throw noColumn(rest.join("."), "Name");
  const all = objects.flatMap((object) => state.schema.get(object.toLowerCase()) ?? []);
  const field = all.map((object) => object.fields.get(name.toLowerCase())).find((one) => one !== undefined);
  if (name.toLowerCase() === "type") {
    const type = { ...typeField, name: "Type" };
    return { parents: [], field: type, value: kindOf };
  }
  if (!field) throw noColumn(name, "Name");
  return { parents: [], field, value: (row) => row.values[field.name] ?? null };
}

/** What `Owner.Type` says: a group that is a queue is called so. */
function kindOf(row: Row): Value {
  return row.type === "Group" && row.values["Type"] === "Queue" ? "Queue" : row.type;
}

const typeField: FieldDefinition = {
  name: "Type",
  type: "picklist",
  length: 40,
  createable: false,
  updateable: false,
  nillable: true,
  defaultedOnCreate: false,
  custom: false,
};

function noColumn(name: string, entity: string): Error {
  return refusal(
    "INVALID_FIELD",
    `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

function noRelation(name: string, entity: string): Error {
  return refusal(
    "INVALID_FIELD",
    `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. (${entity})`,
  );
}
