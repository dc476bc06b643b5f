/**
 * SOQL, built from parts that cannot break out of their place: names by a pattern, values escaped, nothing else. jsforce's own
 * builder escapes quotes and not backslashes, takes objects for operators and drops empty conditions, so that a lookup can match
 * every record: test/connectors/salesforce/jsforce-traps.test.ts.
 * Source: https://developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide/sforce-api-calls-soql-select-quotedstringescapes.html
 */
import { BatonError } from "../../src/errors.ts";
import type { Instant } from "../../src/model/instant.ts";

/** A condition. An `in` without values is no condition but an empty answer: `soql` gives no query for it. */
export type Condition =
  | { readonly field: string; readonly in: readonly string[] }
  | { readonly field: string; readonly is: string | number | boolean | null }
  | { readonly field: string; readonly not: string | number | boolean | null }
  | { readonly field: string; readonly from: Literal }
  | { readonly field: string; readonly after: Literal }
  | { readonly field: string; readonly before: Literal }
  /** Begins with this text; `%` and `_` in it mean themselves. */
  | { readonly field: string; readonly startsWith: string }
  /** Has this text in it, as above. */
  | { readonly field: string; readonly contains: string }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] };

/** What is compared by order. */
type Literal = { readonly at: Instant } | { readonly date: string } | { readonly text: string };

export interface Query {
  readonly select: readonly string[];
  readonly from: string;
  /** All of these. */
  readonly where?: readonly Condition[];
  /** Fields, each ascending unless told. */
  readonly orderBy?: readonly (string | { readonly field: string; readonly descending: true })[];
  readonly limit?: number;
}

/** Ids in one list: what an address holds, with room for the rest of the query. */
export const IDS_A_QUERY = 400;
/** An id in its quotes, and the comma after it, as an address spells them. */
const ID_BYTES = 23;
/** Of the 16,384 bytes that an address may have with its headers, what is left for the query. */
const MOST_BYTES = 15_000;

/** Field names with up to five parents, as SOQL allows: `Account.Owner.Name`. */
const FIELD = /^[A-Za-z][A-Za-z0-9_]{0,79}(?:\.[A-Za-z][A-Za-z0-9_]{0,79}){0,5}$/;
const OBJECT = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** SOQL's escapes. Everything else stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": String.raw`\\`,
  "'": String.raw`\'`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
  "\b": String.raw`\b`,
  "\f": String.raw`\f`,
};

/**
 * The text of a query; undefined when it can match nothing, because an `in` has no values: there is nothing to ask then.
 * @throws BatonError `crm.invalid` for a name that is none, a number that is no finite one, or a date that is none.
 */
export function soql(query: Query): string | undefined {
  const conditions = query.where ?? [];
  const where = inOrder(conditions, "AND");
  if (where === NEVER) return undefined;
  return [
    `SELECT ${unique(query.select).map(fieldName).join(", ")} FROM ${objectName(query.from)}`,
    ...(where === "" ? [] : [`WHERE ${where}`]),
    ...(query.orderBy === undefined ? [] : [`ORDER BY ${query.orderBy.map(ordering).join(", ")}`]),
    ...(query.limit === undefined ? [] : [`LIMIT ${wholeNumber(query.limit)}`]),
  ].join(" ");
}

/**
 * The texts of a query of which an address may not hold all values: each has a part of its longest list, and together they find what
 * one would. Order and limit are those of each part. None where the query can match nothing. Throws as `soql`.
 */
export function soqlInParts(query: Query): readonly string[] {
  const conditions = query.where ?? [];
  const lists = conditions.flatMap((one) => ("in" in one ? [{ one, bytes: bytesOf(one.in) }] : []));
  const longest = lists.toSorted((a, b) => b.bytes - a.bytes)[0]?.one;
  const whole = soql(query);
  if (whole === undefined) return [];
  if (longest === undefined) return [whole];
  const room = MOST_BYTES - (encodeURIComponent(whole).length - bytesOf(longest.in));
  const parts = cut(unique(longest.in), Math.min(room, IDS_A_QUERY * ID_BYTES));
  return parts.flatMap((some) => {
    const where = conditions.map((one) => (one === longest ? { ...longest, in: some } : one));
    return soql({ ...query, where }) ?? [];
  });
}

/** How much of an address the values of a list take. */
function bytesOf(values: readonly string[]): number {
  return unique(values).reduce((bytes, value) => bytes + encodeURIComponent(`${quoted(value)},`).length, 0);
}

/** In order, at least one value each. */
function cut(values: readonly string[], most: number): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let left = 0;
  for (const value of values) {
    const bytes = bytesOf([value]);
    if (bytes > left || parts.length === 0) {
      parts.push([]);
      left = most;
    }
    parts.at(-1)?.push(value);
    left -= bytes;
  }
  return parts;
}

/** Whether a text can stand as a field in a query: those that cannot come from a playbook, and are told to its author. Throws nothing. */
export function isFieldName(text: string): boolean {
  return FIELD.test(text);
}

/** A text as SOQL writes it, quotes included. Throws nothing. */
export function quoted(text: string): string {
  return `'${text.replaceAll(/[\\'\n\r\t\b\f]/g, (character) => ESCAPES[character] ?? character)}'`;
}

/** What stands for "no record can be it". */
const NEVER = Symbol("never");

function inOrder(conditions: readonly Condition[], word: "AND" | "OR"): string | typeof NEVER {
  const all = conditions.map(said);
  const said_ = all.filter((one) => one !== NEVER);
  const isNever = word === "AND" ? said_.length < all.length : all.length > 0 && said_.length === 0;
  return isNever ? NEVER : said_.join(` ${word} `);
}

function said(condition: Condition): string | typeof NEVER {
  if ("any" in condition) return nested(condition.any, "OR");
  if ("all" in condition) return nested(condition.all, "AND");
  const field = fieldName(condition.field);
  if ("in" in condition) {
    const values = unique(condition.in);
    return values.length === 0 ? NEVER : `${field} IN (${values.map(quoted).join(",")})`;
  }
  if ("is" in condition) return `${field} = ${plain(condition.is)}`;
  if ("not" in condition) return `${field} != ${plain(condition.not)}`;
  if ("from" in condition) return `${field} >= ${literal(condition.from)}`;
  if ("after" in condition) return `${field} > ${literal(condition.after)}`;
  if ("before" in condition) return `${field} < ${literal(condition.before)}`;
  if ("contains" in condition) return `${field} LIKE '%${pattern(condition.contains)}%'`;
  return `${field} LIKE '${pattern(condition.startsWith)}%'`;
}

function nested(conditions: readonly Condition[], word: "AND" | "OR"): string | typeof NEVER {
  if (conditions.length === 0) return NEVER;
  const text = inOrder(conditions, word);
  return text === NEVER ? NEVER : `(${text})`;
}

function plain(value: string | number | boolean | null): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" && !Number.isFinite(value)) throw unspeakable(`${value} is no number`);
  return String(value);
}

function literal(value: Literal): string {
  if ("text" in value) return quoted(value.text);
  if ("date" in value) {
    if (!DATE.test(value.date)) throw unspeakable(`"${value.date}" is no date`);
    return value.date;
  }
  const date = new Date(value.at);
  if (Number.isNaN(date.getTime())) throw unspeakable(`${value.at} is no instant`);
  return date.toISOString();
}

/** A text inside the quotes of a LIKE: `%` and `_` are wild unless escaped; the backslash before them is SOQL's own. */
function pattern(text: string): string {
  return quoted(text)
    .slice(1, -1)
    .replaceAll(/[%_]/g, String.raw`\$&`);
}

function ordering(by: string | { readonly field: string; readonly descending: true }): string {
  return typeof by === "string" ? fieldName(by) : `${fieldName(by.field)} DESC`;
}

function fieldName(name: string): string {
  if (FIELD.test(name)) return name;
  throw unspeakable(`"${name}" is no name of a field`);
}

function objectName(name: string): string {
  if (OBJECT.test(name)) return name;
  throw unspeakable(`"${name}" is no name of an object`);
}

function wholeNumber(value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw unspeakable(`${value} is no number of records`);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function unspeakable(what: string): BatonError {
  return new BatonError("crm.invalid", `Salesforce cannot be asked: ${what}. Check fields.yaml.`);
}
