/** The line of YAML that would make Baton understand a value it does not. */
import type { Crm } from "../model/lead.ts";
import { slugOf } from "../model/signal.ts";
import type { FieldReading } from "../playbook/field-reading.ts";
import { yamlText } from "../playbook/yaml-text.ts";

/** What a value can be mapped to. */
export type Word = string | number | boolean;

/** Where in fields.yaml a value is given its word, and which word Baton would give it. */
export interface Suggestion {
  /** The map that gets an entry. It may not be there yet. */
  readonly path: readonly string[];
  /** Absent where only a person can know it: the country a name stands for. */
  readonly word?: Word;
  /** For people: `hubspot.read.lead.source.map:  PAID_SOCIAL: paid-social`. */
  readonly line: string;
  /** The entry that gives the value a word. A stage is named the other way round. */
  readonly entry: (word: Word) => { readonly key: string; readonly value: Word };
}

/** What a person is to put in place of Baton's guess, for kinds of values that cannot be guessed. */
const BLANKS: Readonly<Partial<Record<FieldReading["as"], string>>> = {
  country: "XX # its ISO code",
  region: "XX-YY # its ISO 3166-2 code",
  integer: "0 # its number",
  money: "0 # its amount",
  date: "0 # its instant, in milliseconds since 1970",
  boolean: "true # or false",
  "url-domain": "company.example # its domain",
};

/**
 * What to add to a field's map. @param section  The part of fields.yaml the field stands in: `hubspot.read`. @param crm  Whose stages
 * a stage is one of.
 */
export function suggest(
  { fact, as, map }: FieldReading,
  value: string,
  { section, crm }: { readonly section: string; readonly crm?: Crm },
): Suggestion {
  if (as === "stage" && crm !== undefined) return suggestStage(value, crm);
  const example = map?.values().next().value;
  const isWords = typeof example === "string" || example === undefined;
  const guess = BLANKS[as] === undefined && isWords ? slugOf(value) : "";
  const blank = BLANKS[as] ?? (isWords ? "its-word" : `${String(example)} # its own`);
  return {
    path: [...section.split("."), fact, "map"],
    ...(guess === "" ? {} : { word: guess }),
    line: `${section}.${fact}.map:  ${yamlText(value)}: ${guess === "" ? blank : yamlText(guess)}`,
    entry: (word) => ({ key: value, value: word }),
  };
}

/** What to add to a CRM's stages: the word is the stage's name, and the CRM's value stands behind it. */
export function suggestStage(value: string, crm: Crm): Suggestion {
  return {
    path: [crm, "stages"],
    line: `${crm}.stages:  name-of-this-stage: ${JSON.stringify(value)}`,
    entry: (word) => ({ key: String(word), value }),
  };
}
