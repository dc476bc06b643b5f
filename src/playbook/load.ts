/** Six texts in, one playbook out, or every problem in them at once. */
import { createHash } from "node:crypto";
import type * as z from "zod";
import { agreementSchema, compileAgreement } from "./agreement.ts";
import { answerProblems } from "./answer-names.ts";
import { briefSchema, compileBrief } from "./brief.ts";
import { catalogueOf, problemOf } from "./catalogue.ts";
import type { AccountWatch, CompileContext, FactMention, YamlPath } from "./compiled.ts";
import { CRM_WORDS, crmOfList } from "./crm.ts";
import { compileDefinition, definitionSchema, REASONS } from "./definition.ts";
import { enrichmentProblems } from "./enrichment.ts";
import { compileFields, fieldsSchema } from "./fields.ts";
import type { Playbook } from "./playbook.ts";
import { parseSection, sortProblems, type Locate, type Problem } from "./problem.ts";
import { compileRouting, routingSchema } from "./routing.ts";
import { compileTeam, teamSchema } from "./team.ts";
import { peopleProblems } from "./people.ts";
import { promiseProblems } from "./uneven-promises.ts";
import { didYouMean } from "./words.ts";
import { parseYaml } from "./yaml.ts";

/** The files of a playbook, all of them needed. */
export const PLAYBOOK_FILES = [
  "fields.yaml",
  "definition.yaml",
  "team.yaml",
  "routing.yaml",
  "agreement.yaml",
  "brief.yaml",
] as const;
export type PlaybookFile = (typeof PLAYBOOK_FILES)[number];

/** The shape of each file, for editors and for checks. */
export const PLAYBOOK_SCHEMAS: Readonly<Record<PlaybookFile, z.ZodType>> = {
  "fields.yaml": fieldsSchema,
  "definition.yaml": definitionSchema,
  "team.yaml": teamSchema,
  "routing.yaml": routingSchema,
  "agreement.yaml": agreementSchema,
  "brief.yaml": briefSchema,
};

/** What compiling heard of, to be checked once every file is known. */
interface Mentions {
  readonly facts: { readonly file: PlaybookFile; readonly mention: FactMention }[];
  readonly names: {
    readonly file: PlaybookFile;
    readonly kind: "stage" | "type";
    readonly name: string;
    readonly path: YamlPath;
  }[];
  readonly lists: {
    readonly file: PlaybookFile;
    readonly id: string;
    readonly name: string;
    readonly path: YamlPath;
  }[];
  readonly watches: AccountWatch[];
}

/** A file whose shape is right. `at` makes a problem at a place in it. */
interface Section<T> {
  readonly parsed: T;
  readonly context: CompileContext;
  readonly at: (message: string, path: YamlPath, severity?: Problem["severity"]) => Problem;
}

/**
 * Parses, checks and compiles a playbook.
 *
 * @param files  File name to text: exactly the six of `PLAYBOOK_FILES`.
 * @returns      The playbook, unless a problem is an error; and every problem, in the order of the files. Pure; throws
 *               nothing.
 */
export function parsePlaybook(files: Readonly<Record<string, string>>): {
  readonly playbook?: Playbook;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [...fileProblems(files)];
  const mentions: Mentions = { facts: [], names: [], lists: [], watches: [] };
  const open = <T extends z.ZodType>(file: PlaybookFile, schema: T): Section<z.output<T>> | undefined =>
    openSection(file, files[file], schema, mentions, problems);
  const fields = open("fields.yaml", fieldsSchema);
  const definition = open("definition.yaml", definitionSchema);
  const team = open("team.yaml", teamSchema);
  const routing = open("routing.yaml", routingSchema);
  const agreement = open("agreement.yaml", agreementSchema);
  const brief = open("brief.yaml", briefSchema);
  if (!fields || !definition || !team || !routing || !agreement || !brief) {
    return { problems: sortProblems(problems) };
  }

  const playbook: Playbook = {
    version: versionOf(files),
    fields: compileFields(fields.parsed, fields.context),
    definition: compileDefinition(definition.parsed, definition.context),
    team: compileTeam(team.parsed, team.context),
    routing: compileRouting(routing.parsed, routing.context),
    agreement: compileAgreement(agreement.parsed, agreement.context),
    brief: compileBrief(brief.parsed, brief.context),
    // Filled by the compiling above.
    lists: [...new Set(mentions.lists.map(({ id }) => id))],
    watches: mentions.watches,
  };
  const sections = {
    "fields.yaml": fields,
    "definition.yaml": definition,
    "team.yaml": team,
    "routing.yaml": routing,
    "agreement.yaml": agreement,
    "brief.yaml": brief,
  };
  problems.push(...mentionProblems(playbook, mentions, sections), ...peopleProblems(playbook, sections));
  problems.push(...otherNameProblems(playbook, definition), ...enrichmentProblems(playbook, agreement.at));
  problems.push(...answerProblems(playbook, sections), ...promiseProblems(playbook, agreement.at));
  const isUsable = problems.every(({ severity }) => severity === "warning");
  return { ...(isUsable ? { playbook } : {}), problems: sortProblems(problems) };
}

function fileProblems(files: Readonly<Record<string, string>>): readonly Problem[] {
  const top = { line: 1, column: 1, severity: "error" } as const;
  const known: readonly string[] = PLAYBOOK_FILES;
  const missing = known.filter((file) => files[file] === undefined);
  const strange = Object.keys(files).filter((file) => !known.includes(file));
  return [
    ...missing.map((file) => ({
      file,
      ...top,
      message: `${file} is missing: a playbook has ${known.join(", ")}`,
    })),
    ...strange.map((file) => ({
      file,
      ...top,
      message: `${file} is not part of a playbook${didYouMean(file, missing)}`,
    })),
  ];
}

function openSection<T extends z.ZodType>(
  file: PlaybookFile,
  text: string | undefined,
  schema: T,
  mentions: Mentions,
  problems: Problem[],
): Section<z.output<T>> | undefined {
  if (text === undefined) return undefined;
  const { yaml, problems: yamlProblems } = parseYaml(file, text);
  problems.push(...yamlProblems);
  if (yaml === undefined) return undefined;
  const section = parseSection(schema, yaml.value, file, yaml.locate);
  if ("problems" in section) {
    problems.push(...section.problems);
    return undefined;
  }
  const at = problemAt(file, yaml.locate);
  return {
    parsed: section.parsed,
    at,
    context: {
      source: (path) => `${file}:${yaml.locate(path, "key").line}`,
      path: [],
      onFact: (mention) => mentions.facts.push({ file, mention }),
      onName: (kind, name, path) => mentions.names.push({ file, kind, name, path }),
      onList: (id, name, path) => mentions.lists.push({ file, id, name, path }),
      onAccount: (watch) => mentions.watches.push(watch),
      onProblem: (message, path) => problems.push(at(message, path)),
    },
  };
}

/** A message that names the key at the end of its path is about the key, every other one about the value. */
function problemAt(file: string, locate: Locate): Section<unknown>["at"] {
  return (message, path, severity = "error") => {
    const part = message.startsWith(`"${path.at(-1) ?? ""}"`) ? "key" : "value";
    return { file, ...locate(path, part), severity, message };
  };
}

/** Facts, stages and types that are spoken of and do not exist, or can never be as they are spoken of. */
function mentionProblems(
  playbook: Playbook,
  mentions: Mentions,
  sections: Readonly<Record<PlaybookFile, Section<unknown>>>,
): readonly Problem[] {
  const catalogue = catalogueOf(playbook.fields);
  const known = {
    stage: playbook.fields.stages.map(({ name }) => name),
    type: playbook.definition.types.map(({ name }) => name),
  };
  const where = { stage: "stages of fields.yaml", type: "types of definition.yaml" };
  const facts = mentions.facts.flatMap(({ file, mention }) => {
    const message = problemOf(mention, catalogue);
    return message === undefined ? [] : [sections[file].at(message, mention.path)];
  });
  const names = mentions.names
    .filter(({ kind, name }) => !known[kind].includes(name))
    .map(({ file, kind, name, path }) => {
      const hint = didYouMean(name, known[kind]) || `: ${known[kind].join(", ")}`;
      return sections[file].at(`"${name}" is not among the ${where[kind]}${hint}`, path);
    });
  return [...facts, ...names, ...listProblems(playbook, mentions, sections)];
}

/** Lists come with the leads, from the CRM that these are read from. */
function listProblems(
  { fields: { crm } }: Playbook,
  { lists }: Mentions,
  sections: Readonly<Record<PlaybookFile, Section<unknown>>>,
): readonly Problem[] {
  return lists
    .filter(({ name }) => crmOfList(name) !== crm)
    .map(({ file, name, path }) =>
      sections[file].at(`"${name}" is never known: leads are read from ${CRM_WORDS[crm].name}`, path),
    );
}

/** Names inside definition.yaml that only make sense together with another file. */
function otherNameProblems(
  { definition, agreement, fields }: Playbook,
  section: Section<unknown>,
): readonly Problem[] {
  const waived = definition.types.flatMap(({ name, waive }) =>
    waive === "all"
      ? []
      : waive
          .filter((fact) => !agreement.marketing.complete.includes(fact))
          .map((fact) =>
            section.at(
              `"${fact}" is not owed by marketing (complete in agreement.yaml), so it cannot be waived`,
              ["types", name, "waive"],
              "warning",
            ),
          ),
  );
  const reasons = new Set<string>([...REASONS, ...definition.refuse.map(({ name }) => name)]);
  const strange = definition.examples.flatMap(({ expect, path }) => {
    if (expect.ready || reasons.has(expect.because)) return [];
    const hint = didYouMean(expect.because, reasons) || `; reasons are ${[...reasons].join(", ")}`;
    return [section.at(`"${expect.because}" is no reason${hint}`, [...path, "expect", "because"])];
  });
  const hasSignals = fields.signals.length > 0 || fields.events.size > 0;
  return [...waived, ...strange, ...(hasSignals ? [] : [noSignals(section)])];
}

function noSignals(section: Section<unknown>): Problem {
  return section.at(
    "fields.yaml reads no signals and names no events, so only forms show intent",
    ["intent"],
    "warning",
  );
}

/** First 12 hex digits of the SHA-256 over the six names and texts. */
function versionOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const file of PLAYBOOK_FILES) hash.update(`${file}\0${files[file] ?? ""}\0`);
  return hash.digest("hex").slice(0, 12);
}
