/**
 * A playbook against the words of one account of the CRM: what it names and the account does not have. `load.ts` finds
 * what is wrong with a playbook by itself; this finds what no file can know. What the account does not let Baton see is
 * not judged, because unknown is not missing.
 */
import type * as z from "zod";
import type { Vocabulary } from "../model/vocabulary.ts";
import { agreementSchema } from "./agreement.ts";
import type { YamlPath } from "./compiled.ts";
import { definitionSchema } from "./definition.ts";
import { fieldsSchema } from "./fields.ts";
import { answerPlaceProblems } from "./live-answers.ts";
import { fieldProblems } from "./live-fields.ts";
import { definitionFormProblems, fieldFormProblems } from "./live-forms.ts";
import { listProblems } from "./live-lists.ts";
import { syncProblems } from "./live-sync.ts";
import { agreementPeople, fieldPeople, peopleProblems, routingPeople, teamPeople } from "./live-people.ts";
import { sortProblems, type Problem } from "./problem.ts";
import { routingSchema } from "./routing.ts";
import { teamSchema } from "./team.ts";
import { parseYaml } from "./yaml.ts";

/** Makes a problem at a place of one file. `part` says whether the key or the value at the path's end is meant. */
export type LiveAt = (
  severity: Problem["severity"],
  message: string,
  path: YamlPath,
  part?: "key" | "value",
) => Problem;

/** A file as read and as checked. `value` keeps the keys as they stand in the file. */
export interface LiveSection<T> {
  readonly parsed: T;
  readonly value: unknown;
  readonly at: LiveAt;
}

/**
 * Compares a playbook's texts with a vocabulary.
 *
 * @param files  File name to text, as `parsePlaybook` takes them. A file whose shape is wrong is passed over: `parsePlaybook`
 *               says why.
 * @returns      Every problem in the order of the files. Errors are what cannot work; warnings what works and may surprise.
 *               Pure; throws nothing.
 */
export function checkAgainst(
  files: Readonly<Record<string, string>>,
  vocabulary: Vocabulary,
): readonly Problem[] {
  const fields = open("fields.yaml", files, fieldsSchema);
  const definition = open("definition.yaml", files, definitionSchema);
  const team = open("team.yaml", files, teamSchema);
  const routing = open("routing.yaml", files, routingSchema);
  const agreement = open("agreement.yaml", files, agreementSchema);
  const people = [
    ...(team ? teamPeople(team) : []),
    ...(routing ? routingPeople(routing) : []),
    ...(fields && routing ? fieldPeople(fields, routing.parsed) : []),
    ...(agreement ? agreementPeople(agreement) : []),
  ];
  return sortProblems([
    ...(fields ? fieldProblems(fields, vocabulary) : []),
    ...(fields ? fieldFormProblems(fields, vocabulary) : []),
    ...(fields ? syncProblems(fields, vocabulary) : []),
    ...(fields ? answerPlaceProblems(fields, agreement?.parsed, vocabulary) : []),
    ...[definition, routing].flatMap((section) =>
      section ? [...definitionFormProblems(section, vocabulary), ...listProblems(section, vocabulary)] : [],
    ),
    ...peopleProblems(people, vocabulary),
  ]);
}

/**
 * What of a vocabulary is unknown, in words: `forms`. Nothing about it was checked. Lists are not among them, because few
 * playbooks ask for one: where one does, `listProblems` says so at its place.
 */
export function unknownParts({ properties, stages, owners, forms }: Vocabulary): readonly string[] {
  return [
    ...Object.entries(properties).flatMap(([object, { known }]) => (known ? [] : [`${object} properties`])),
    ...(stages.known ? [] : ["stages"]),
    ...(owners.known ? [] : ["owners"]),
    ...(forms.known ? [] : ["forms"]),
  ];
}

function open<T extends z.ZodType>(
  file: string,
  files: Readonly<Record<string, string>>,
  schema: T,
): LiveSection<z.output<T>> | undefined {
  const { yaml } = parseYaml(file, files[file] ?? "");
  const checked = schema.safeParse(yaml?.value);
  if (yaml === undefined || !checked.success) return undefined;
  return {
    parsed: checked.data,
    value: yaml.value,
    at: (severity, message, path, part) => ({ file, ...yaml.locate(path, part), severity, message }),
  };
}
