/**
 * Where sales answers, and where a lead goes after it, against an account: a pick list without a word of the agreement is an answer
 * nobody can give.
 */
import type * as z from "zod";
import { slugOf } from "../model/signal.ts";
import type { CrmProperty, Vocabulary } from "../model/vocabulary.ts";
import type { agreementSchema } from "./agreement.ts";
import type { YamlPath } from "./compiled.ts";
import type { OpenSection } from "./crm-section.ts";
import { CRM_WORDS, crmOf, crmOfList } from "./crm.ts";
import { type FieldsFile, sectionsOf } from "./fields.ts";
import { listNumber } from "./list-condition.ts";
import {
  absence,
  isMissing,
  meantOption,
  missing,
  notPrepared,
  propertyAt,
  speaksOf,
} from "./live-fields.ts";
import { strangeList, unreadableList } from "./live-lists.ts";
import type { LiveAt, LiveSection } from "./live.ts";
import { offeredAnswers } from "./offered.ts";
import type { Problem } from "./problem.ts";

/** agreement.yaml, checked. */
type AgreementFile = z.output<typeof agreementSchema>;

/** What `answers` and `destinations` of fields.yaml name and the account does not have. Throws nothing. */
export function answerPlaceProblems(
  { parsed, at }: LiveSection<FieldsFile>,
  agreement: AgreementFile | undefined,
  vocabulary: Vocabulary,
): readonly Problem[] {
  return sectionsOf(parsed).flatMap((section) => [
    ...placeProblems(section, agreement, vocabulary, at),
    ...destinationProblems(section, vocabulary, at),
  ]);
}

function placeProblems(
  { crm, yaml: { answers } }: OpenSection,
  agreement: AgreementFile | undefined,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  if (answers === undefined) return [];
  const { answer, reason, also } = answers;
  const words = agreement && offeredAnswers(agreement);
  const path: YamlPath = [crm, "answers"];
  return [
    ...listProblems(answer, words?.answers ?? [], vocabulary, at, [...path, "answer"]),
    ...listProblems(reason, words?.reasons ?? [], vocabulary, at, [...path, "reason"]),
    ...(also === undefined ? [] : absence(also.property, [...path, "also", "property"], vocabulary, at)),
    ...(also === undefined ? [] : valueProblems(also, vocabulary, at, [...path, "also", "map"])),
  ];
}

/** One pick list. Those that Baton makes and fills itself are right. */
function listProblems(
  property: string,
  words: readonly string[],
  vocabulary: Vocabulary,
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  const isOwn = vocabulary.own.includes(property);
  if (isOwn && CRM_WORDS[crmOf(property)].own.areMade) return [];
  if (isMissing(property, vocabulary)) {
    return [at("error", isOwn ? notPrepared(property) : missing(property, vocabulary), path)];
  }
  const found = propertyAt(property, vocabulary);
  if (found === undefined) return [];
  if (found.options === undefined) {
    const message = `"${property}" is no pick list: sales would have to type the agreement's own words`;
    return [at("warning", message, path)];
  }
  const offered = new Set(found.options.map(({ value }) => slugOf(value)));
  const unoffered = words.filter((word) => !offered.has(word));
  if (unoffered.length === 0) return [];
  return [at("warning", `"${property}" does not offer ${unoffered.join(", ")}: add them as options`, path)];
}

function valueProblems(
  { property, map }: { readonly property: string; readonly map: Readonly<Record<string, string>> },
  vocabulary: Vocabulary,
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  const options = propertyAt(property, vocabulary)?.options;
  if (options === undefined) return [];
  return Object.keys(map)
    .filter((value) => !options.some((option) => option.value === value))
    .map((value) =>
      at(
        "warning",
        `"${value}" is no option of ${property}${meantOption(value, options)}`,
        [...path, value],
        "key",
      ),
    );
}

function destinationProblems(
  { crm, yaml: { destinations } }: OpenSection,
  vocabulary: Vocabulary,
  at: LiveAt,
): readonly Problem[] {
  return Object.entries(destinations).flatMap(([name, { set, list }]) => {
    const path: YamlPath = [crm, "destinations", name];
    return [
      ...Object.entries(set).flatMap(([property, value]) =>
        setProblems(property, value, vocabulary, at, [...path, "set", property]),
      ),
      ...(list === undefined ? [] : listIsThere(`${crm}:${list}`, vocabulary, at, [...path, "list"])),
    ];
  });
}

function setProblems(
  property: string,
  value: string,
  vocabulary: Vocabulary,
  at: LiveAt,
  path: YamlPath,
): readonly Problem[] {
  if (isMissing(property, vocabulary)) return [at("error", missing(property, vocabulary), path, "key")];
  const found = propertyAt(property, vocabulary);
  if (found === undefined) return [];
  if (!found.writable)
    return [at("error", `"${property}" is read-only in the CRM: Baton cannot write it`, path, "key")];
  if (takes(found, value)) return [];
  const hint = meantOption(value, found.options ?? []);
  return [at("error", `"${property}" does not take "${value}"${hint}`, path)];
}

/** An empty value takes away what is there, whatever the type. */
function takes({ type, options }: CrmProperty, value: string): boolean {
  if (value === "") return true;
  if (options !== undefined)
    return value.split(";").every((one) => options.some((option) => option.value === one));
  if (type === "number") return Number.isFinite(Number(value));
  if (type === "boolean") return value === "true" || value === "false";
  return true;
}

function listIsThere(word: string, vocabulary: Vocabulary, at: LiveAt, path: YamlPath): readonly Problem[] {
  const { lists } = vocabulary;
  if (!speaksOf(crmOfList(word), vocabulary)) return [];
  if (!lists.known) return [at("warning", unreadableList(word), path)];
  return lists.all.some(({ value }) => value === listNumber(word))
    ? []
    : [at("error", strangeList(word, lists.all), path)];
}
