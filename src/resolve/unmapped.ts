/** Values no mapping covered when they were met, against fields.yaml as it is now. */
import type { Crm, UnmappedValue } from "../model/lead.ts";
import { parseCountry } from "../playbook/country.ts";
import { crmOf } from "../playbook/crm.ts";
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
    ...fields.reads.map((one) => ({ one, ...placeIn(one), origin: "" })),
    ...(fields.enrich?.reads ?? []).map((one) => ({
      one,
      section: "enrich.read",
      origin: "enrichment: ",
    })),
  ].find(({ one, origin }) => one.fact === field && one.from.some((path) => isOf(from, origin + path)));
  if (reading === undefined) {
    const crm = stageOf(field, fields);
    const isOpenStage = crm !== undefined && stageNamed(fields, value, crm) === undefined;
    return isOpenStage ? { suggestion: suggestStage(value, crm) } : undefined;
  }
  const { one, ...place } = reading;
  return isUnderstood(one, place, value, fields)
    ? undefined
    : { reading: one, suggestion: suggest(one, value, place) };
}

/** Where a reading stands in fields.yaml. */
interface Place {
  readonly section: string;
  readonly crm?: Crm;
}

function placeIn({ from: [path = ""] }: FieldReading): Place {
  const crm = crmOf(path);
  return { section: `${crm}.read`, crm };
}

/** The CRM whose stage a fact is that no line of `read` is about. */
function stageOf(field: string, { crm, sales }: Fields): Crm | undefined {
  if (field === "lead.stage") return crm;
  return field === "lead.sales_stage" ? sales?.crm : undefined;
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

function isUnderstood(reading: FieldReading, place: Place, value: string, fields: Fields): boolean {
  const unmapped: UnmappedValue[] = [];
  const source = {
    textAt: () => value,
    nameOf: (path: string) => path,
    ...place,
    stageNamed: (stage: string) => stageNamed(fields, stage, place.crm),
  };
  readFirst(reading, source, unmapped);
  return unmapped.length === 0;
}
