/**
 * Values between Salesforce's JSON and the text Baton keeps: `true`, `12.5`, `2026-11-20T10:00:00.000Z`. Salesforce writes the zone
 * of its times as `+0000`, which is not ISO 8601 as the rest of Baton knows it.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { Field } from "./describe.ts";
import { toId } from "./ids.ts";
import { cutText } from "./plain-text.ts";
import type { SfRecord } from "./queries.ts";

const SALESFORCE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;
const NUMBERS: ReadonlySet<string> = new Set(["int", "long", "double", "currency", "percent"]);

/** A value as text; undefined for what is empty, and for addresses and other things of several parts. Throws nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") {
    if (value === "") return undefined;
    const at = SALESFORCE_TIME.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? value : new Date(at).toISOString();
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A time; undefined for what is none. Throws nothing. */
export function instantOf(value: unknown): Instant | undefined {
  const at = typeof value === "string" && SALESFORCE_TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The id a field of a record holds, with 18 characters; undefined for what is none. Throws nothing. */
export function idIn(record: SfRecord, field: string): string | undefined {
  const value = record[field];
  return typeof value === "string" ? toId(value) : undefined;
}

/** The record a lookup leads to, as far as it was asked for; an empty one where there is none. Throws nothing. */
export function parentOf(record: SfRecord, name: string): SfRecord {
  const parent = record[name];
  return isRecord(parent) ? parent : {};
}

function isRecord(value: unknown): value is SfRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A text as the field takes it: null clears. A text longer than the field is cut where Baton fills it, and otherwise left for
 * Salesforce to refuse. Undefined when the field cannot hold it: a number that is none, a date that is none. Throws nothing.
 */
export function jsonOf(
  text: string,
  field: Field,
  isCut = false,
): string | number | boolean | null | undefined {
  if (field.type === "boolean") return BOOLEANS.get(text.toLowerCase());
  if (text === "") return null;
  if (NUMBERS.has(field.type)) return Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (field.type === "date") return /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text) ? text.slice(0, 10) : undefined;
  if (field.type === "datetime")
    return Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
  return isCut && field.length > 0 ? cutText(text, field.length) : text;
}
/** A box that is not ticked is empty. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
  ["", false],
]);

/** Whether a field holds what was to be written, in whichever spelling. Throws nothing. */
export function isSame(is: unknown, wanted: unknown): boolean {
  const [one, other] = [textOf(is) ?? "", textOf(wanted) ?? ""];
  return one === other || (one === "false" && other === "");
}
