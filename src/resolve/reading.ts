/** One reading of fields.yaml against a source of texts: a CRM's record, or a provider's answer. */
import type { Crm, Fact, FactValue, UnmappedValue } from "../model/lead.ts";
import type { FieldReading } from "../playbook/field-reading.ts";
import { suggest } from "./suggestion.ts";
import { type Reader, readValue } from "./value.ts";

/** Where a reading looks, and how it says so. */
export interface Source extends Reader {
  /** The text at a path; undefined when there is nothing. */
  readonly textAt: (path: string) => string | undefined;
  /** What a path is called in facts: `contact.jobtitle`. */
  readonly nameOf: (path: string) => string;
  /** The part of fields.yaml the reading stands in: `hubspot.read`. */
  readonly section: string;
  /** Whose stages `as: stage` speaks of; a provider names none. */
  readonly crm?: Crm;
}

/** What reading one value came to. `silent`: not understood, and no mapping could help (a mistyped phone number). */
type Read = { readonly value: FactValue } | "unmapped" | "silent";

/** Kinds whose values are personal: one that is not understood is left unknown, not listed for admins. */
const PERSONAL: ReadonlySet<string> = new Set(["email", "phone"]);
/** Somebody's address is personal whatever the property is for: the list outlives the lead. */
const HOLDS_ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/;

/**
 * The first place whose value is understood. One that is not is added to `unmapped`, and the next is tried. Undefined when
 * there is none. Throws nothing.
 */
export function readFirst(
  reading: FieldReading,
  source: Source,
  unmapped: UnmappedValue[],
): Fact | undefined {
  for (const path of reading.from) {
    const text = source.textAt(path);
    if (text === undefined) continue;
    const from = source.nameOf(path);
    const read = understand(text, reading, source);
    if (typeof read === "object") return { value: read.value, from };
    if (read === "unmapped") {
      const suggestion = suggest(reading, text, source).line;
      unmapped.push({ field: reading.fact, from, value: text, suggestion });
    }
  }
  return undefined;
}

function understand(text: string, { as, map, otherwise, currency }: FieldReading, reader: Reader): Read {
  const mapped = map?.get(text.toLowerCase());
  if (mapped !== undefined) return { value: mapped };
  const isListed = map !== undefined && as === "text";
  const value = isListed
    ? undefined
    : readValue(text, as, currency === undefined ? reader : { ...reader, currency });
  if (value !== undefined) return { value };
  if (otherwise === "keep") return { value: text };
  return otherwise === "ignore" || PERSONAL.has(as) || HOLDS_ADDRESS.test(text) ? "silent" : "unmapped";
}
