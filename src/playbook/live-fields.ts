/** fields.yaml against an account: properties, their options, stages, and what Baton is to write. */
import type { Crm } from "../model/lead.ts";
import { slugOf } from "../model/signal.ts";
import type { CrmOption, CrmProperty, Vocabulary } from "../model/vocabulary.ts";
import type { YamlPath } from "./compiled.ts";
import type { CrmSection, OpenSection, Writable } from "./crm-section.ts";
import { CRM_WORDS, crmOf } from "./crm.ts";
import { type FieldsFile, sectionsOf } from "./fields.ts";
import type { LiveAt, LiveSection } from "./live.ts";
import type { Problem } from "./problem.ts";
import { nearestWord } from "./words.ts";

type Reading = CrmSection["read"][string];

/** Lines that are suggested in one message; an industry list has more than a hundred. */
const MOST_SUGGESTED = 5;

/** What the CRMs' sections of fields.yaml name and the account does not have. Throws nothing. */
export function fieldProblems(
  { parsed, at }: LiveSection<FieldsFile>,
  vocabulary: Vocabulary,
): readonly Problem[] {
  const sections = sectionsOf(parsed);
  const written = sections.flatMap(({ yaml }) => Object.keys(yaml.write));
  return [
    ...sections.flatMap((section) => sectionProblems(section, vocabulary, at)),
    ...ownProblems(written, vocabulary, at),
  ];
}

function sectionProblems(section: OpenSection, vocabulary: Vocabulary, at: LiveAt): readonly Problem[] {
  const { crm, yaml } = section;
  return [
    ...Object.entries(yaml.read).flatMap(([fact, reading]) => {
      const path: YamlPath = [crm, "read", fact];
      return [
        ...sourcesOf(reading, path).flatMap(([property, place]) => absence(property, place, vocabulary, at)),
        ...mapProblems(fact, reading, vocabulary, at, path),
      ];
    }),
    ...yaml.signals.flatMap((signal, index) =>
      toldBy(signal).flatMap(([key, property]) =>
        absence(property, [crm, "signals", index, key], vocabulary, at),
      ),
    ),
    ...(section.leads ? stageProblems : salesStageProblems)(section, vocabulary, at),
    ...Object.entries(yaml.write).flatMap(([property, value]) =>
      writeProblems(property, value, vocabulary, at, [crm, "write", property]),
    ),
  ];
}

/** Whether a vocabulary is (also) of this CRM: an org that serves a portal is looked at by itself, too. */
export function speaksOf(crm: Crm, { properties }: Vocabulary): boolean {
  return CRM_WORDS[crm].objects.some((object) => Object.hasOwn(properties, object));
}

/** The properties one fact is read from, with the place of each. */
function sourcesOf(reading: Reading, place: YamlPath): readonly (readonly [string, YamlPath])[] {
  const isLong = typeof reading === "object" && "from" in reading;
  const path: YamlPath = [...place, ...(isLong ? ["from"] : [])];
  const from = isLong ? reading.from : reading;
  return typeof from === "string"
    ? [[from, path]]
    : from.map((property, index) => [property, [...path, index]] as const);
}

/** The properties one signal is read from, by key. */
function toldBy(signal: CrmSection["signals"][number]): readonly (readonly [string, string])[] {
  const how = typeof signal.engagement === "object" ? [["engagement", signal.engagement.from] as const] : [];
  if ("at" in signal) return [["at", signal.at], ...how];
  const again = signal.again === undefined ? [] : [["again", signal.again] as const];
  return [["each", signal.each], ...again, ...how];
}

/** A property of the account; undefined when there is none, or when nobody knows. */
export function propertyAt(path: string, { properties }: Vocabulary): CrmProperty | undefined {
  const [object = "", name = ""] = path.split(".");
  const known = properties[object];
  return known?.known === true ? known.all.get(name) : undefined;
}

/** The error for a property that is read and certainly not there. Throws nothing. */
export function absence(
  property: string,
  path: YamlPath,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  return isMissing(property, vocabulary) ? [at("error", missing(property, vocabulary), path)] : [];
}

/** Whether the account certainly does not have a property. */
export function isMissing(path: string, { properties }: Vocabulary): boolean {
  const [object = "", name = ""] = path.split(".");
  const known = properties[object];
  return known?.known === true && !known.all.has(name);
}

/** What is said of a property the account does not have. */
export function missing(property: string, { properties }: Vocabulary): string {
  const [object = "", name = ""] = property.split(".");
  const known = properties[object];
  const meant = known?.known === true ? nearestWord(name, known.all.keys()) : undefined;
  const hint = meant === undefined ? "" : `; did you mean "${object}.${meant}"?`;
  return `"${property}" does not exist in the CRM, or is archived${hint}`;
}

function mapProblems(
  fact: string,
  reading: Reading,
  vocabulary: Vocabulary,
  at: LiveAt,
  place: YamlPath,
): readonly Problem[] {
  if (typeof reading !== "object" || !("from" in reading) || reading.map === undefined) return [];
  const options = closedOptions(reading, vocabulary);
  if (options === undefined) return [];
  const path: YamlPath = [...place, "map"];
  const from = [reading.from].flat().join(" or ");
  const values = new Set(options.map(({ value }) => value.toLowerCase()));
  const strange = Object.keys(reading.map)
    .filter((key) => !values.has(key.toLowerCase()))
    .map((key) =>
      at("warning", `"${key}" is no option of ${from}${meantOption(key, options)}`, [...path, key], "key"),
    );
  const isOpen = (reading.as ?? "text") !== "text" || (reading.otherwise ?? "review") !== "review";
  const covered = new Set(Object.keys(reading.map).map((key) => key.toLowerCase()));
  const uncovered = isOpen ? [] : options.filter(({ value }) => !covered.has(value.toLowerCase()));
  return [
    ...strange,
    ...(uncovered.length === 0 ? [] : [at("warning", unmapped(fact, from, uncovered), path, "key")]),
  ];
}

/** All values the properties of a reading can hold; undefined while one of them is free, missing or unknown. */
function closedOptions(reading: Reading, vocabulary: Vocabulary): readonly CrmOption[] | undefined {
  const properties = sourcesOf(reading, []).map(([property]) => propertyAt(property, vocabulary));
  const options = properties.map((property) =>
    property?.type === "choices" ? undefined : property?.options,
  );
  return options.every((list) => list !== undefined) ? options.flat() : undefined;
}

function unmapped(fact: string, from: string, options: readonly CrmOption[]): string {
  const lines = options
    .slice(0, MOST_SUGGESTED)
    .map(({ value, label }) => `${keyOf(value)}: ${slugOf(label) || slugOf(value)}`);
  const more = options.length - lines.length;
  const rest = more === 0 ? "" : `, and ${more} more`;
  return `no line for ${options.length} of the values of ${from}: ${fact} is unknown there; to add: ${lines.join(", ")}${rest}`;
}

/** A value as a YAML key that stays a text. */
function keyOf(value: string): string {
  return /^[A-Za-z][\w-]*$/.test(value) && !/^(true|false|null)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

/** Somebody who writes what people see instead of the value behind it is told the value. */
export function meantOption(word: string, options: readonly CrmOption[]): string {
  const nearest = nearestWord(
    word,
    options.map(({ value }) => value),
  );
  const meant =
    options.find(({ label }) => label !== "" && slugOf(label) === slugOf(word)) ??
    options.find(({ value }) => value === nearest);
  if (meant === undefined) return "";
  const shown = meant.label === "" || meant.label === meant.value ? "" : ` (${meant.label})`;
  return `; did you mean "${meant.value}"${shown}?`;
}

function stageProblems(
  { crm, yaml: { stages } }: OpenSection,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  if (!vocabulary.stages.known || !speaksOf(crm, vocabulary)) return [];
  const options = vocabulary.stages.all;
  const path: YamlPath = [crm, "stages"];
  const unnamed = options
    .filter(({ value }) => !Object.values(stages).includes(value))
    .map(({ value, label }) => {
      const line = `${slugOf(label) || slugOf(value)}: ${JSON.stringify(value)}`;
      return at("warning", `the CRM's stage "${value}" has no name here; to add: ${line}`, path, "key");
    });
  return [...strangeStages(stages, options, at, path), ...unnamed];
}

/** Where leads are read elsewhere, only the stages need names that a lead is raised to. */
function salesStageProblems(
  { crm, yaml: { stages } }: OpenSection,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  const options = propertyAt(CRM_WORDS[crm].stageProperty ?? "", vocabulary)?.options;
  return options === undefined ? [] : strangeStages(stages, options, at, [crm, "stages"]);
}

function strangeStages(
  stages: Readonly<Record<string, string>>,
  options: readonly CrmOption[],
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  return Object.entries(stages).flatMap(([name, value]) => {
    if (options.some((option) => option.value === value)) return [];
    const hint = meantOption(value, options) || meantOption(name, options);
    return [at("error", `"${value}" is no stage in the CRM${hint}`, [...path, name])];
  });
}

function writeProblems(
  property: string,
  written: Writable,
  vocabulary: Vocabulary,
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  if (isMissing(property, vocabulary)) {
    const isOwn = vocabulary.own.includes(property);
    const message = isOwn ? notPrepared(property) : missing(property, vocabulary);
    return [at("error", message, path, "key")];
  }
  const found = propertyAt(property, vocabulary);
  if (found === undefined) return [];
  if (!found.writable) {
    return [at("error", `"${property}" is read-only in the CRM: Baton cannot write it`, path, "key")];
  }
  if (!fits(found.type, written)) {
    const message = `"${property}" is a ${found.type} property, which cannot hold ${written}; use a single-line text`;
    return [at("error", message, path, "key")];
  }
  if (found.options === undefined) return [];
  const message = `"${property}" takes its own options only: the CRM refuses what ${written} says unless it is one of them`;
  return [at("warning", message, path, "key")];
}

/** Everything Baton writes is text, and one of them an instant. */
function fits(type: CrmProperty["type"], written: Writable): boolean {
  if (type === "date-time") return written === "handoff.deadline";
  return type === "text" || type === "choice" || type === "choices";
}

/** Properties that Baton makes itself, missing although `write` does not name them. */
function ownProblems(written: readonly string[], vocabulary: Vocabulary, at: LiveAt): readonly Problem[] {
  return vocabulary.own
    .filter((property) => CRM_WORDS[crmOf(property)].own.areMade && !written.includes(property))
    .filter((property) => isMissing(property, vocabulary))
    .map((property) => at("error", notPrepared(property), [crmOf(property), "write"], "key"));
}

/** What is said of a property of Baton's own that is not there. */
export function notPrepared(property: string): string {
  return `"${property}" is missing in the CRM: ${CRM_WORDS[crmOf(property)].own.remedy}`;
}
