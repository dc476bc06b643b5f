/** `sync` of fields.yaml against both accounts: fields that are not there, and values that cannot go where they should. */
import type { CrmProperty, Vocabulary } from "../model/vocabulary.ts";
import type { YamlPath } from "./compiled.ts";
import type { FieldsFile } from "./fields.ts";
import { absence, meantOption, propertyAt } from "./live-fields.ts";
import type { LiveAt, LiveSection } from "./live.ts";
import type { Problem } from "./problem.ts";
import type { SyncFieldYaml } from "./sync-schema.ts";

/** What `sync` names and the accounts do not have. Throws nothing. */
export function syncProblems(
  { parsed, at }: LiveSection<FieldsFile>,
  vocabulary: Vocabulary,
): readonly Problem[] {
  return (parsed.sync?.fields ?? []).flatMap((field, index) => {
    const path: YamlPath = ["sync", "fields", index];
    const { hubspot, salesforce, direction } = field;
    return [
      ...absence(hubspot, [...path, "hubspot"], vocabulary, at),
      ...absence(salesforce, [...path, "salesforce"], vocabulary, at),
      ...(direction === "to-salesforce" ? [] : unwritable(hubspot, [...path, "hubspot"], vocabulary, at)),
      ...(direction === "to-hubspot" ? [] : unwritable(salesforce, [...path, "salesforce"], vocabulary, at)),
      ...valueProblems(field, path, vocabulary, at),
      ...(field.as === "boolean" ? strangeTypes(field, path, vocabulary, at) : []),
    ];
  });
}

function unwritable(
  property: string,
  path: YamlPath,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  if (propertyAt(property, vocabulary)?.writable !== false) return [];
  return [at("error", `"${property}" is read-only in the CRM: nothing can be copied into it`, path)];
}

/** Fields that are to hold a yes or a no and can hold other words, which are held back. */
function strangeTypes(
  { hubspot, salesforce }: SyncFieldYaml,
  path: YamlPath,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  return [["hubspot", hubspot] as const, ["salesforce", salesforce] as const].flatMap(([key, property]) => {
    const found = propertyAt(property, vocabulary);
    if (found === undefined || found.type === "boolean" || found.type === "other") return [];
    if (found.options?.every(({ value }) => isYesOrNo(value)) === true) return [];
    const message = `"${property}" can hold more than a yes or a no: what is neither is held back`;
    return [at("warning", message, [...path, key])];
  });
}

function isYesOrNo(value: string): boolean {
  return ["true", "false", "yes", "no", "1", "0"].includes(value.toLowerCase());
}

/** Pick lists that do not say the same: the values of one that the other does not take are held back. */
function valueProblems(
  { hubspot, salesforce, direction, values = {} }: SyncFieldYaml,
  path: YamlPath,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  const [marketing, sales] = [propertyAt(hubspot, vocabulary), propertyAt(salesforce, vocabulary)];
  const back = Object.fromEntries(Object.entries(values).map(([one, other]) => [other, one]));
  return [
    ...strangeValues(Object.keys(values), hubspot, marketing, at, path),
    ...strangeValues(Object.values(values), salesforce, sales, at, path),
    ...(direction === "to-hubspot" ? [] : held(marketing, sales, values, salesforce, at, path)),
    ...(direction === "to-salesforce" ? [] : held(sales, marketing, back, hubspot, at, path)),
  ];
}

function strangeValues(
  values: readonly string[],
  property: string,
  found: CrmProperty | undefined,
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  const { options } = found ?? {};
  if (options === undefined) return [];
  return values
    .filter((value) => !options.some((option) => option.value === value))
    .map((value) =>
      at("warning", `"${value}" is no option of ${property}${meantOption(value, options)}`, [
        ...path,
        "values",
      ]),
    );
}

/** Options of one list that have no counterpart in the other, as `values` translate them. */
function held(
  from: CrmProperty | undefined,
  to: CrmProperty | undefined,
  values: Readonly<Record<string, string>>,
  target: string,
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  const taken = to?.options;
  if (from?.options === undefined || taken === undefined) return [];
  const strange = from.options
    .map(({ value }) => value)
    .filter((value) => {
      const meant = Object.hasOwn(values, value) ? values[value] : value;
      return !taken.some((option) => option.value === meant);
    });
  if (strange.length === 0) return [];
  const some = strange.slice(0, MOST_LISTED).map((value) => JSON.stringify(value));
  const more = strange.length > MOST_LISTED ? " and others" : "";
  const message = `"${target}" does not take ${some.join(", ")}${more}: leads with such a value are not synced in this field`;
  return [at("warning", message, [...path, "values"])];
}
const MOST_LISTED = 5;
