/**
 * What zod says of a wrong shape, in an admin's words: the rule, then what stands there, then the fix. Schemas give a message
 * of their own only where they know more than the rule's shape; such a message is a rule, too, and may have a fix behind a
 * semicolon.
 */
import * as z from "zod";
import { yamlText } from "./yaml-text.ts";
import { didYouMean } from "./words.ts";

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** Unknown keys of one map told one by one; the rest are counted. */
export const MOST_KEYS = 100;
/** Characters of a value that is shown; of a longer one, its beginning. */
const LONGEST_SHOWN = 60;

/** Zod's error map: the rule in words, for every schema without a message of its own. Throws nothing. */
export function ruleOf(issue: RawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeRule(issue);
    case "too_big":
    case "too_small":
      return boundsRule(issue);
    case "invalid_value":
      return valuesRule(issue.values, issue.input);
    case "invalid_union":
      return unionRule(issue);
    case "unrecognized_keys":
      return keysRule(issue.keys, issue.inst);
    // What these know, only a schema's own message can say.
    case "invalid_format":
    case "invalid_key":
    case "invalid_element":
    case "not_multiple_of":
    case "custom":
      return "this is not understood here";
  }
}

/** A value as messages show it: on one line, with quotes where it is a text, and not longer than a glance. Throws nothing. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty map" : "a map";
  if (typeof value === "number") return yamlNumber(value);
  if (typeof value !== "string") return JSON.stringify(value);
  return JSON.stringify(value.length <= LONGEST_SHOWN ? value : `${value.slice(0, LONGEST_SHOWN - 1)}…`);
}

function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  return Number.isFinite(value) ? String(value) : `${value < 0 ? "-" : ""}.inf`;
}

/** The rule, what was found, and the fix if the rule came with one. Throws nothing. */
export function withFound(rule: string, found: string): string {
  const end = rule.indexOf("; ");
  return end < 0 ? `${rule}, found ${found}` : `${rule.slice(0, end)}, found ${found}${rule.slice(end)}`;
}

type Raw<Code extends RawIssue["code"]> = Extract<RawIssue, { readonly code: Code }>;

function typeRule({ expected, input, schema }: Raw<"invalid_type">): string {
  if (expected === "array") return `expected a list${isWord(input) ? `; write ${yamlText([input])}` : ""}`;
  if (expected !== "number" && expected !== "int") return `expected ${kindOf(expected, input)}`;
  const isQuoted = typeof input === "string" && input.trim() !== "" && Number.isFinite(Number(input));
  return `expected ${numberOf(schema, expected)}${isQuoted ? "; take the quotes away" : ""}`;
}

function isWord(input: unknown): input is string | number {
  return (
    Number.isFinite(input) || (typeof input === "string" && input !== "" && input.length <= LONGEST_SHOWN)
  );
}

/** What zod calls a type, in words. */
function kindOf(expected: string, input?: unknown): string {
  if (expected === "object" || expected === "record") return "a map (key: value)";
  if (expected === "array") return "a list";
  if (expected === "boolean") return "true or false";
  if (expected === "int") return "a whole number";
  if (expected === "null") return "null";
  if (expected !== "string") return `a ${expected}`;
  const isBare = typeof input === "number" || typeof input === "boolean";
  return isBare ? 'a text (put numbers and dates in quotes: "2026")' : "a text";
}

function boundsRule(issue: Raw<"too_big" | "too_small">): string {
  if (issue.schema instanceof z.ZodNumber) return `expected ${numberOf(issue.schema, "number")}`;
  const what = issue.origin === "array" ? "a list" : "a text";
  const unit = issue.origin === "array" ? "entries" : "characters";
  if (issue.code === "too_big") return `expected ${what} of at most ${issue.maximum} ${unit}`;
  return issue.minimum === 1
    ? `expected ${what} that is not empty`
    : `expected ${what} of at least ${issue.minimum} ${unit}`;
}

/** `a whole number from 1 to 100`. */
function numberOf(schema: unknown, expected: string): string {
  if (!(schema instanceof z.ZodNumber)) return kindOf(expected);
  const kind = schema.isInt ? "a whole number" : "a number";
  const from = bounded(schema.minValue) ? schema.minValue : undefined;
  const to = bounded(schema.maxValue) ? schema.maxValue : undefined;
  if (from !== undefined && to !== undefined) return `${kind} from ${from} to ${to}`;
  if (from !== undefined) return `${kind} of at least ${from}`;
  return to === undefined ? kind : `${kind} of at most ${to}`;
}

function bounded(bound: number | null): boolean {
  return bound !== null && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}

function valuesRule(values: readonly unknown[], input: unknown): string {
  const known = values.map(String);
  const meant = typeof input === "string" ? didYouMean(input, known) : "";
  if (known.join() === "true,false") return "expected true or false";
  return `expected ${known.length <= 1 ? "" : "one of "}${known.join(", ")}${meant}`;
}

/** `a text, a number or null`. */
function either(kinds: readonly string[]): string {
  return kinds.join(", ").replace(/, (?=[^,]*$)/, " or ");
}

/** What the alternatives expect of the whole value: one that says more than its kind speaks for all. */
function unionRule(issue: Raw<"invalid_union">): string {
  if (issue.errors.length === 0) return valuesRule(optionsOf(issue), undefined);
  const whole = issue.errors.flatMap((branch) => branch.filter(({ path }) => path.length === 0).slice(0, 1));
  const own = whole.find(({ message }) => !message.startsWith("expected "));
  if (own !== undefined) return own.message;
  const [rules, fixes] = [0, 1].map((part) =>
    whole.flatMap(({ message }) => message.replace(/^expected (?:one of )?/, "").split("; ")[part] ?? []),
  );
  // A list of what is wrong already is no fix.
  const fix = fixes?.find((one) => one.startsWith("did you mean"));
  return `expected ${either([...new Set(rules)])}${fix === undefined ? "" : `; ${fix}`}`;
}

/** The values of the key by which a union tells its alternatives apart. */
function optionsOf(issue: Raw<"invalid_union">): readonly unknown[] {
  return "options" in issue && Array.isArray(issue.options) ? issue.options : [];
}

/** One line for each key. */
function keysRule(keys: readonly string[], inst: unknown): string {
  const known = knownKeys(inst);
  const list = known.length === 0 ? "" : `; known are ${known.join(", ")}`;
  return keys
    .slice(0, MOST_KEYS)
    .map((key) => `"${key}" is not known here${didYouMean(key, known) || list}`)
    .join("\n");
}

function knownKeys(inst: unknown): readonly string[] {
  if (inst instanceof z.ZodObject) return Object.keys(inst.shape);
  return inst instanceof z.ZodRecord && inst.keyType instanceof z.ZodEnum
    ? inst.keyType.options.map(String)
    : [];
}

/** Where a union is told apart by a key, that key's value and not the map around it is what was found. */
export function foundIn(issue: Issue): unknown {
  const { input } = issue;
  if (issue.code !== "invalid_union" || !("discriminator" in issue)) return input;
  const entries = typeof input === "object" && input !== null ? Object.entries(input) : [];
  return entries.find(([key]) => key === issue.discriminator)?.[1];
}
