/** Values no mapping covered when they were met, against fields.yaml as it is now. */
import type { UnmappedValue } from "../model/lead.ts";
import { parseCountry } from "../playbook/country.ts";
import type { FieldReading } from "../playbook/field-reading.ts";
import { type Fields, stageNamed } from "../playbook/fields.ts";
import { parseRegion } from "../playbook/region.ts";
import { readFirst } from "./reading.ts";
import { suggest, suggestStage, type Suggestion, type Word } from "./suggestion.ts";
import { readValue } from "./value.ts";

/** A value that is still not understood. */
export interface OpenValue {
  /** Absent for the lead's own stage, which no line of `read` is about. */
  readonly reading?: FieldReading;
  readonly suggestion: Suggestion;
}

/**
 * What could be done about a value; undefined when nothing is to do any more: a line covers it, the field is read from
 * somewhere else, or it may be ignored. Throws nothing.
 */
export function openValue({ field, from, value }: UnmappedValue, fields: Fields): OpenValue | undefined {
  const reading = [
    ...fields.reads.map((one) => ({ one, section: "hubspot.read", origin: "" })),
    ...(fields.enrich?.reads ?? []).map((one) => ({ one, section: "enrich.read", origin: "enrichment: " })),
  ].find(({ one, origin }) => one.fact === field && one.from.some((path) => isOf(from, origin + path)));
  if (reading === undefined) {
    const isOpenStage = field === "lead.stage" && stageNamed(fields, value) === undefined;
    return isOpenStage ? { suggestion: suggestStage(value) } : undefined;
  }
  const { one, section } = reading;
  return isUnderstood(one, section, value, fields)
    ? undefined
    : { reading: one, suggestion: suggest(one, value, section) };
}

/**
 * A person's word for a value, as the kind of value the field holds: `Germany` for a country is `DE`. Undefined when it is
 * none of that kind. Throws nothing.
 */
export function wordFor(text: string, reading: FieldReading | undefined): Word | undefined {
  const as = reading?.as ?? "stage";
  if (as === "stage") return text;
  if (as === "country") return parseCountry(text);
  if (as === "region") return parseRegion(text, undefined);
  if (as !== "text") return readValue(text, as, { stageNamed: () => undefined });
  const words = [...(reading?.map?.values() ?? [])];
  const isNumbers = words.length > 0 && words.every((word) => typeof word === "number");
  return isNumbers && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** A matched account's property says so behind its name. */
function isOf(from: string, path: string): boolean {
  return from === path || from.startsWith(`${path} `);
}

function isUnderstood(reading: FieldReading, section: string, value: string, fields: Fields): boolean {
  const unmapped: UnmappedValue[] = [];
  const source = {
    textAt: () => value,
    nameOf: (path: string) => path,
    section,
    stageNamed: (stage: string) => stageNamed(fields, stage),
  };
  readFirst(reading, source, unmapped);
  return unmapped.length === 0;
}
