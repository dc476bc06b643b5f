/** One spelling for what two CRMs spell in their own ways, so that only what differs in meaning differs. */
import type { SyncField } from "../model/sync.ts";
import type { Side } from "../model/version.ts";

/**
 * The canonical spelling of a raw value of one side; null when it is empty. A value that is not of the field's type is kept as
 * it is, trimmed: whether the other side can take it is `written`'s matter. Throws nothing.
 */
export function canonical(field: SyncField, side: Side, raw: string | undefined): string | null {
  const text = (raw ?? "").replaceAll(/\r\n?/g, "\n").trim();
  if (text === "") return field.type === "boolean" ? "false" : null;
  switch (field.type) {
    case "text":
      return text;
    case "email":
      return text.toLowerCase();
    case "number":
      return isNumber(text) ? String(Number(text)) : text;
    case "boolean":
      return BOOLEANS.get(text.toLowerCase()) ?? text;
    case "date":
      return instantOf(text)?.slice(0, DATE_LENGTH) ?? text;
    case "date-time":
      return instantOf(text) ?? text;
    case "choice":
      return side === "marketing"
        ? text
        : (field.values?.find(({ sales }) => sales === text)?.marketing ?? unpaired(field, text));
  }
}

/**
 * How a canonical value is written into one side; empty text clears. Undefined when that side cannot hold it, with why.
 * Throws nothing.
 */
export function written(
  field: SyncField,
  side: Side,
  value: string | null,
): { readonly to: string } | { readonly held: string } {
  if (value === null) return { to: "" };
  const to = spelled(field, side, value);
  if (to === undefined) return { held: `"${plain(value)}" has no counterpart there: list it under values` };
  const longest = field.longest?.[side];
  if (longest !== undefined && to.length > longest)
    return { held: `it is ${to.length} characters long, and ${longest} fit there` };
  return { to };
}

function spelled(field: SyncField, side: Side, value: string): string | undefined {
  switch (field.type) {
    case "number":
      return isNumber(value) ? value : undefined;
    case "boolean":
      return BOOLEANS.get(value);
    case "date":
    case "date-time":
      return instantOf(value) === undefined ? undefined : value;
    case "choice": {
      if (value.startsWith(UNPAIRED)) return undefined;
      const pair = field.values?.find(({ marketing }) => marketing === value);
      if (pair !== undefined) return pair[side];
      // A list of pairs is the whole of what both understand; without one, values are taken as they are.
      return field.values === undefined ? value : undefined;
    }
    case "text":
    case "email":
      return value;
  }
}

const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["yes", "true"],
  ["1", "true"],
  ["false", "false"],
  ["no", "false"],
  ["0", "false"],
]);
const DATE_LENGTH = "2026-11-17".length;
/** Marks a choice of sales' that no choice of marketing's means, so that it can never be taken for one. */
const UNPAIRED = "sales: ";

function unpaired({ values }: SyncField, text: string): string {
  return values === undefined ? text : `${UNPAIRED}${text}`;
}

/** The value as people know it. */
function plain(value: string): string {
  return value.startsWith(UNPAIRED) ? value.slice(UNPAIRED.length) : value;
}

/** Decimal digits, no more: `0x10` and `Infinity` are text. */
function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
}

/** An ISO date or instant, or milliseconds since 1970, as ISO in UTC. */
function instantOf(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return isReal(text) ? `${text}T00:00:00.000Z` : undefined;
  const ms = /^-?\d{10,14}$/.test(text) ? Number(text) : isoMs(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Salesforce writes `+0000`, which only ISO's basic form has. */
function isoMs(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})$/.exec(text);
  if (match === null) return Number.NaN;
  const [, local = "", zone = "Z"] = match;
  return Date.parse(local + (zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone));
}

function isReal(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
