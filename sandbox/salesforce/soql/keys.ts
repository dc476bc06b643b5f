/** What values and literals are compared by, and which kinds of literals a field takes. */
import { longId } from "../ids.ts";
import { refusal } from "../refusal.ts";
import type { FieldDefinition } from "../schema/field.ts";
import { stamp } from "../stamp.ts";
import type { Value } from "../table.ts";
import type { Path } from "./path.ts";
import type { Literal } from "./query.ts";
import { plainText } from "./tokens.ts";

/** What two values are compared by: text without its case, except ids, which keep it. */
export type Key = string | number | boolean | null;

/** The key of a row's value. */
export function comparable(value: Value): Key {
  return typeof value === "string" && !isId(value) ? value.toLowerCase() : value;
}

function isId(text: string): boolean {
  return text.length === 18 && longId(text) === text;
}

/** The key of a literal. @throws Refusal where it is of another kind than the field. */
export function keyOf(field: FieldDefinition, literal: Literal): Key {
  if (literal.kind === "null") return null;
  switch (field.type) {
    case "boolean":
      if (literal.kind === "boolean") return literal.boolean;
      throw wrongKind(field, "boolean", false);
    case "int":
    case "double":
    case "currency":
    case "percent":
      if (literal.kind === "number") return literal.number;
      throw wrongKind(field, field.type, false);
    case "date":
      if (literal.kind === "date") return literal.text;
      throw wrongKind(field, "date", false);
    case "datetime":
      if (literal.kind === "datetime") return stamp(literal.ms).toLowerCase();
      throw wrongKind(field, "dateTime", false);
    case "id":
    case "reference":
      if (literal.kind === "text") return idOf(literal.text);
      throw wrongKind(field, "string", true);
    case "string":
    case "textarea":
    case "email":
    case "phone":
    case "url":
    case "picklist":
    case "combobox":
    case "anyType":
      if (literal.kind === "text") return comparable(plainText(literal.text));
      throw wrongKind(field, "string", true);
  }
}

function idOf(text: string): string {
  const id = longId(text);
  if (id === undefined) throw refusal("INVALID_QUERY_FILTER_OPERATOR", `invalid ID field: ${text}`);
  return id;
}

/** 400 for a literal of another kind than its field. */
export function wrongKind({ name }: FieldDefinition, kind: string, quotes: boolean): Error {
  return refusal(
    "INVALID_FIELD",
    `value of filter criterion for field '${name}' must be of type ${kind} and should ${quotes ? "" : "not "}be enclosed in quotes`,
  );
}

/** Characters past which text cannot be filtered by. */
const longText = 255;

/** The path, where its field can be filtered by. @throws Refusal INVALID_FIELD for long text. */
export function filterable(path: Path): Path {
  const { type, length, name } = path.field;
  if (type === "textarea" && length > longText)
    throw refusal("INVALID_FIELD", `field '${name}' can not be filtered in a query call`);
  return path;
}
