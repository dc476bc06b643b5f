/**
 * Rows as they are stored: created, changed, put into the recycle bin and taken out again, with their audit fields,
 * their history and what follows from a value. No rule is asked here; writing.ts does that before.
 */
import { consequences, derived } from "./derivation.ts";
import { atomically } from "./journal.ts";
import type { OrgChange, OrgState } from "./org.ts";
import { stamp } from "./stamp.ts";
import { isBinned, textOf } from "./table.ts";
import type { Row, Value, Values } from "./table.ts";
import type { WriteContext } from "./write-context.ts";

/** Creates a row. Absent fields get their initial values, the owner is the writer unless given. */
export function insertRow(state: OrgState, object: string, given: Values, context: WriteContext): Row {
  return atomically(state, () => {
    const row = storeRow(state, object, given, context);
    const changed = Object.keys(row.values).filter((field) => row.values[field] !== null && !isAudit(field));
    tell(state, row, { kind: "create", changed, before: {}, context, verb: "create", written: given });
    follow(state, row, {}, context);
    return row;
  });
}

/** Creates a row that nobody hears of: settings, and histories. */
export function storeRow(state: OrgState, object: string, given: Values, context: WriteContext): Row {
  const table = state.table(object);
  const { name, fields } = table.definition;
  const row: Row = { id: state.nextId(object), type: name, values: {} };
  const audited = { ...given, ...auditOf(state, context, fields, true) };
  for (const { name: field, initially } of fields.values()) {
    row.values[field] = field === "Id" ? row.id : (audited[field] ?? initially ?? null);
  }
  if (fields.has("ownerid")) row.values["OwnerId"] ??= context.userId;
  Object.assign(row.values, derived(state, row, {}));
  table.add(row);
  state.journal?.undo.push(() => table.remove(row));
  return row;
}

/**
 * Changes a row. A value it has already is no change, yet the audit fields move, as they do in Salesforce.
 * @param verb  What the ledger calls it.
 */
export function patchRow(
  state: OrgState,
  row: Row,
  patch: Values,
  context: WriteContext,
  verb = "update",
): void {
  atomically(state, () => {
    const { fields } = state.table(row.type).definition;
    const before = { ...row.values };
    assign(state, row, patch);
    assign(state, row, derived(state, row, before));
    assign(state, row, auditOf(state, context, fields, false));
    const changed = Object.keys(row.values).filter(
      (field) => row.values[field] !== before[field] && !isAudit(field),
    );
    const kind = verb === "delete" || verb === "undelete" ? verb : "update";
    tell(state, row, { kind, changed, before, context, verb, written: patch });
    follow(state, row, before, context);
  });
}

/** Puts a row into the recycle bin. `masterId` names the winner where it lost a merge. */
export function binRow(state: OrgState, row: Row, context: WriteContext, masterId?: string): void {
  patchRow(
    state,
    row,
    { IsDeleted: true, ...(masterId === undefined ? {} : { MasterRecordId: masterId }) },
    context,
    "delete",
  );
}

/** Takes a row out of the recycle bin. */
export function unbinRow(state: OrgState, row: Row, context: WriteContext): void {
  patchRow(state, row, { IsDeleted: false }, context, "undelete");
}

/** Keeps what else a write brings about. */
function follow(state: OrgState, row: Row, before: Values, context: WriteContext): void {
  const { histories, touched } = consequences(state, row, before);
  for (const { object, values } of histories) storeRow(state, object, values, context);
  for (const { id, patch } of touched) {
    const about = state.row(id);
    if (about && !isBinned(about)) assign(state, about, patch);
  }
}

/** Sets values without a trace: no audit field moves, nobody hears of it. For what Salesforce computes. */
export function assign(state: OrgState, row: Row, patch: Values): void {
  const table = state.table(row.type);
  for (const [name, value] of Object.entries(patch)) {
    const former = row.values[name] ?? null;
    if (former === value) continue;
    table.set(row, name, value);
    state.journal?.undo.push(() => table.set(row, name, former));
  }
}

const auditFields: ReadonlySet<string> = new Set([
  "CreatedDate",
  "CreatedById",
  "LastModifiedDate",
  "LastModifiedById",
  "SystemModstamp",
]);

function isAudit(field: string): boolean {
  return auditFields.has(field);
}

function auditOf(
  state: OrgState,
  { userId }: WriteContext,
  fields: ReadonlyMap<string, unknown>,
  creating: boolean,
): Values {
  const now = stamp(state.hooks.now());
  const values: Record<string, Value> = {};
  if (creating && fields.has("createddate")) values["CreatedDate"] = now;
  if (creating && fields.has("createdbyid")) values["CreatedById"] = userId;
  if (fields.has("lastmodifieddate")) values["LastModifiedDate"] = now;
  if (fields.has("lastmodifiedbyid")) values["LastModifiedById"] = userId;
  if (fields.has("systemmodstamp")) values["SystemModstamp"] = now;
  return values;
}

interface Told extends Pick<OrgChange, "kind" | "changed" | "before" | "context"> {
  readonly verb: string;
  readonly written: Values;
}

function tell(state: OrgState, row: Row, { verb, written, ...change }: Told): void {
  const properties = Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, textOf(value)]),
  );
  state.journal?.writes.push({
    kind: `${row.type}.${verb}`,
    objectId: row.id,
    properties,
    context: change.context,
  });
  state.journal?.changes.push({ ...change, object: row.type, id: row.id, row, at: state.hooks.now() });
}
