/** The line of YAML that would make Baton understand a value it does not. */
import { slugOf } from "../model/signal.ts";
import type { FieldReading } from "../playbook/fields.ts";

/** `hubspot.read.lead.source.map:  PAID_SOCIAL: paid-social`: where it goes, then the line to add there. */
export function suggestLine({ fact, as, map }: FieldReading, value: string): string {
  const raw = /^[A-Za-z][\w-]*$/.test(value) ? value : JSON.stringify(value);
  const word = wordFor(as, map, value);
  return `hubspot.read.${fact}.map:  ${raw}: ${word}`;
}

/** A word in the shape of those the field has; the admin decides whether it is the right one. */
function wordFor(as: FieldReading["as"], map: FieldReading["map"], value: string): string {
  if (as === "country") return "XX # its ISO code";
  if (as === "integer" || as === "money") return "0 # its number";
  if (as === "boolean") return "true # or false";
  const example = map?.values().next().value;
  return typeof example === "string" || example === undefined ? slugOf(value) : String(example);
}
