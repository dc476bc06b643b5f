/** The rows of one object, with indexes on ids they refer to, unique values and e-mail addresses. */
import type { ObjectDefinition } from "./schema/index.ts";
import type { FieldDefinition } from "./schema/field.ts";

/** A value of a row. What a row has no value for is null. */
export type Value = string | number | boolean | null;
/** Values by the field's name as the schema spells it. */
export type Values = Readonly<Record<string, Value>>;

/** A row. Only rows.ts changes its values. */
export interface Row {
  readonly id: string;
  /** The object's name: `Lead`. */
  readonly type: string;
  readonly values: Record<string, Value>;
}

/** Whether a row lies in the recycle bin. */
export function isBinned(row: Row): boolean {
  return row.values["IsDeleted"] === true;
}

/** A value as text, as the ledger keeps it: empty for null. */
export function textOf(value: Value | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** The rows of one object, those in the recycle bin too. */
export interface Table {
  readonly definition: ObjectDefinition;
  readonly rows: ReadonlyMap<string, Row>;
  add(row: Row): void;
  /** Takes a row away for good: only to undo its creation. */
  remove(row: Row): void;
  set(row: Row, name: string, value: Value): void;
  /** The rows with a value in an indexed field, whatever the case; undefined where the field has no index. */
  having(name: string, value: string): readonly Row[] | undefined;
  /** Begins to keep an index for a field that was added. */
  index(field: FieldDefinition): void;
}

/** Makes an empty table. */
export function createTable(definition: ObjectDefinition): Table {
  const rows = new Map<string, Row>();
  const indexes = new Map<string, Map<string, Set<Row>>>();
  const enter = (row: Row, name: string): void => {
    const key = keyOf(row.values[name]);
    const index = indexes.get(name);
    if (key === undefined || !index) return;
    const held = index.get(key);
    if (held) held.add(row);
    else index.set(key, new Set([row]));
  };
  const leave = (row: Row, name: string): void => {
    const key = keyOf(row.values[name]);
    if (key === undefined) return;
    const held = indexes.get(name)?.get(key);
    held?.delete(row);
    if (held?.size === 0) indexes.get(name)?.delete(key);
  };
  const index = (field: FieldDefinition): void => {
    if (!isIndexed(field)) return;
    indexes.set(field.name, new Map());
    for (const row of rows.values()) enter(row, field.name);
  };
  for (const field of definition.fields.values()) index(field);
  return {
    definition,
    rows,
    index,
    add(row) {
      rows.set(row.id, row);
      for (const name of indexes.keys()) enter(row, name);
    },
    remove(row) {
      rows.delete(row.id);
      for (const name of indexes.keys()) leave(row, name);
    },
    set(row, name, value) {
      leave(row, name);
      row.values[name] = value;
      enter(row, name);
    },
    having(name, value) {
      const held = indexes.get(name);
      return held && [...(held.get(value.toLowerCase()) ?? [])];
    },
  };
}

function isIndexed({ type, unique, externalId }: FieldDefinition): boolean {
  return type === "reference" || type === "email" || unique === true || externalId === true;
}

function keyOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value.toLowerCase() : undefined;
}
