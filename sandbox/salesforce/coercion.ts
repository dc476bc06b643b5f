/** Takes a value of a request's body as its field wants it, or says what is wrong with it. */
import { longId } from "./ids.ts";
import type { OrgState } from "./org.ts";
import { refusal } from "./refusal.ts";
import { isBinned } from "./table.ts";
import type { FieldDefinition } from "./schema/field.ts";
import { isDate, parseStamp, stamp } from "./stamp.ts";
import type { Row, Value } from "./table.ts";

/**
 * The value to keep; empty text is null. The owner is looked at in writing.ts.
 * @throws Refusal with the code Salesforce gives for such a value.
 */
export function coerce(state: OrgState, field: FieldDefinition, given: unknown): Value {
  if (given === null || given === undefined || given === "") return field.type === "boolean" ? false : null;
  switch (field.type) {
    case "boolean":
      if (typeof given === "boolean") return given;
      throw unreadable(field, given);
    case "int":
    case "double":
    case "currency":
    case "percent":
      return numberOf(field, given);
    case "date":
      if (typeof given === "string" && isDate(given.slice(0, dateLength))) return given.slice(0, dateLength);
      throw unreadable(field, given);
    case "datetime":
      return datetimeOf(field, given);
    case "reference":
    case "id":
      return referenceOf(state, field, given);
    case "string":
    case "textarea":
    case "email":
    case "phone":
    case "url":
    case "picklist":
    case "combobox":
    case "anyType":
      return textFor(state, field, given);
  }
}

const dateLength = "2026-11-17".length;

function unreadable({ name, type }: FieldDefinition, given: unknown): Error {
  const kind = typeof given === "number" ? "VALUE_NUMBER_INT" : `VALUE_${(typeof given).toUpperCase()}`;
  const message = `Cannot deserialize instance of ${type} from ${kind} value ${JSON.stringify(given)} or request may be missing a required field at ${name}`;
  return refusal("JSON_PARSER_ERROR", message);
}

function numberOf(field: FieldDefinition, given: unknown): number {
  const number = typeof given === "string" ? Number(given) : given;
  if (typeof number !== "number" || !Number.isFinite(number)) throw unreadable(field, given);
  if (field.type === "int" && !Number.isInteger(number)) throw unreadable(field, given);
  return number;
}

function datetimeOf(field: FieldDefinition, given: unknown): string {
  const ms = typeof given === "string" ? parseStamp(given) : undefined;
  if (ms === undefined) throw unreadable(field, given);
  // Salesforce keeps whole seconds.
  return stamp(Math.floor(ms / 1000) * 1000);
}

function referenceOf(state: OrgState, field: FieldDefinition, given: unknown): string {
  if (typeof given !== "string") throw unreadable(field, given);
  const { name, to = [] } = field;
  const id = longId(given);
  if (id === undefined)
    throw refusal("MALFORMED_ID", `${name}: id value of incorrect type: ${given}`, { fields: [name] });
  const row = state.row(id);
  const kind = row?.type ?? objectOf(state, id);
  if (kind === undefined || (to.length > 0 && !to.includes(kind)))
    throw refusal("FIELD_INTEGRITY_EXCEPTION", `${name}: id value of incorrect type: ${given}`, {
      fields: [name],
    });
  if (!row || isGone(row, name))
    throw refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", { fields: [name] });
  return id;
}

function isGone(row: Row, name: string): boolean {
  return isBinned(row) && name !== "OwnerId";
}

function objectOf(state: OrgState, id: string): string | undefined {
  return [...state.schema.values()].find(({ keyPrefix }) => id.startsWith(keyPrefix))?.name;
}

function textFor(state: OrgState, field: FieldDefinition, given: unknown): string {
  if (typeof given !== "string") throw unreadable(field, given);
  const { name, type, length, restricted } = field;
  const fields = [name];
  const text = type === "textarea" ? given : given.trim();
  if (length > 0 && text.length > length) {
    const message = `${name}: data value too large: ${text.slice(0, shownLength)} (max length=${length})`;
    throw refusal("STRING_TOO_LONG", message, { fields });
  }
  if (type === "email" && !/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+$/.test(text))
    throw refusal("INVALID_EMAIL_ADDRESS", `${name}: invalid email address: ${text}`, { fields });
  if (restricted === true && !optionsOf(state, field).some((option) => option.value === text)) {
    throw refusal(
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      `${name}: bad value for restricted picklist field: ${text}`,
      { fields },
    );
  }
  return text;
}

/** Characters of a refused value that the message shows. */
const shownLength = 255;

/** The values of a picklist: those of the schema, or an admin's words in their order. */
export function optionsOf(
  state: OrgState,
  { options = [] }: FieldDefinition,
): readonly { readonly value: string; readonly label: string; readonly isDefault: boolean }[] {
  if (!("rowsOf" in options)) return options.map((value) => ({ value, label: value, isDefault: false }));
  return [...state.table(options.rowsOf).rows.values()]
    .toSorted((a, b) => Number(a.values["SortOrder"]) - Number(b.values["SortOrder"]))
    .map(({ values }) => ({
      value: String(values["ApiName"]),
      label: String(values["MasterLabel"]),
      isDefault: values["IsDefault"] === true,
    }));
}
