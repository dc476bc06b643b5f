/** What is wrong with a playbook: every problem at once, each at its place and in words an admin can act on. */
import type * as z from "zod";
import type { YamlPath } from "./compiled.ts";
import { didYouMean } from "./words.ts";

/** One problem. `line` and `column` count from 1. Only errors keep a playbook from being used. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: "error" | "warning";
  /** Names the value, the rule and, where one is near, the word that was meant. */
  readonly message: string;
}

/** A place in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the place of a value, or of its key; of the nearest thing around it when it is not there. */
export type Locate = (path: YamlPath, part?: "key" | "value") => Position;

/** `definition.yaml:12:5 message`, as `baton check` prints it. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, message } = problem;
  return `${file}:${line}:${column} ${severity === "warning" ? "warning: " : ""}${message}`;
}

/** The place a source names: `definition.yaml:12` is line 12, column 1. */
export function placeOf(source: string): { readonly file: string } & Position {
  const [file = source, line = "1"] = source.split(":");
  return { file, line: Number(line), column: 1 };
}

/** Orders problems as they stand in the files, and drops those that say the same at the same place. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const distinct = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...distinct.values()].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/**
 * Checks a value and puts what zod finds into an admin's words. Pass `value` as read from the file that `locate` knows.
 * Throws nothing.
 */
export function parseSection<T extends z.ZodType>(
  schema: T,
  value: unknown,
  file: string,
  locate: Locate,
): { readonly parsed: z.output<T> } | { readonly problems: readonly Problem[] } {
  const result = schema.safeParse(value, { error: explain, reportInput: true });
  if (result.success) return { parsed: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, [], file, locate));
  return { problems };
}

/** Unknown keys of one map told one by one; the rest are counted. */
const MOST_KEYS = 100;

/** Zod's error map: only consulted where the schema has no message of its own. */
function explain(issue: RawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return `"${String(issue.path?.at(-1))}" is missing`;
    return `expected ${nameOfType(issue.expected)}`;
  }
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(issue.inst);
    return issue.keys
      .slice(0, MOST_KEYS)
      .map((unknown) => `"${unknown}" is not known here${didYouMean(unknown, known) || listOf(known)}`)
      .join("\n");
  }
  if (issue.code === "invalid_value") {
    const known = issue.values.map(String);
    const meant = typeof issue.input === "string" ? didYouMean(issue.input, known) : "";
    return `expected ${known.length === 1 ? "" : "one of "}${known.join(", ")}${meant}`;
  }
  return undefined;
}

function listOf(known: readonly string[]): string {
  return known.length === 0 ? "" : `; known are ${known.join(", ")}`;
}

/** The keys of the object schema that raised an issue. */
function knownKeys(inst: unknown): readonly string[] {
  if (typeof inst !== "object" || inst === null || !("shape" in inst)) return [];
  const { shape } = inst;
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

function nameOfType(expected: string): string {
  if (expected === "object" || expected === "record") return "a map (key: value)";
  if (expected === "array") return "a list";
  if (expected === "string") return 'a text (put numbers and dates in quotes: "2026")';
  if (expected === "int") return "a whole number";
  return expected === "boolean" ? "true or false" : `a ${expected}`;
}

function problemsOf(issue: Issue, prefix: YamlPath, file: string, locate: Locate): readonly Problem[] {
  const path = [...prefix, ...issue.path.map(stepOf)];
  const at = (place: Position, message: string): Problem => ({ file, ...place, severity: "error", message });
  if (issue.code === "invalid_union") {
    const branch = bestBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, file, locate));
  }
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    const told = issue.keys
      .slice(0, MOST_KEYS)
      .map((key, index) => at(locate([...path, key], "key"), messages[index] ?? issue.message));
    const next = issue.keys[MOST_KEYS];
    if (next === undefined) return told;
    const more = `${issue.keys.length - MOST_KEYS} more keys are not known here`;
    return [...told, at(locate([...path, next], "key"), more)];
  }
  if (issue.code === "invalid_key") {
    const message = issue.issues[0]?.message ?? issue.message;
    return [at(locate(path, "key"), `${message}, found "${String(path.at(-1))}"`)];
  }
  return [at(locate(path), missing(issue, path) ?? issue.message + foundOf(issue))];
}

/** Schemas with a message of their own say what they expect, not that nothing is there at all. */
function missing(issue: Issue, path: YamlPath): string | undefined {
  if (issue.code !== "invalid_type" || issue.input !== undefined) return undefined;
  const says = `"${path.at(-1) ?? ""}" is missing`;
  return issue.message === says ? says : `${says}: ${issue.message}`;
}

/** What stood there, when the message does not say so already. */
function foundOf(issue: Issue): string {
  const { input } = issue;
  if (input === undefined || issue.code === "custom") return "";
  if (typeof input === "object")
    return input === null ? ", found nothing" : `, found a ${Array.isArray(input) ? "list" : "map"}`;
  return `, found ${JSON.stringify(input)?.slice(0, 80) ?? "nothing"}`;
}

/**
 * The alternative of a union somebody most likely meant: the one whose keys fit best. None when the value is of another
 * kind than all of them; the union's own message then says more.
 */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ranked = branches
    .map((issues) => ({ issues, misfit: issues.reduce((sum, issue) => sum + misfitOf(issue), 0) }))
    .sort((a, b) => a.misfit - b.misfit || a.issues.length - b.issues.length);
  const best = ranked[0];
  return best === undefined || best.misfit >= OTHER_KIND ? undefined : best.issues;
}

/** More than any number of wrong keys somebody would write in one map. */
const OTHER_KIND = 1_000;

function misfitOf(issue: Issue): number {
  if (issue.code === "unrecognized_keys") return issue.path.length === 0 ? issue.keys.length : 0;
  if (issue.code === "invalid_key") return issue.path.length <= 1 ? 1 : 0;
  if (issue.path.length === 0) return issue.code === "custom" ? 0 : OTHER_KIND;
  const isMissing = issue.path.length === 1 && "input" in issue && issue.input === undefined;
  return isMissing || (issue.path.length === 1 && !("input" in issue)) ? 1 : 0;
}

function stepOf(step: PropertyKey): string | number {
  return typeof step === "symbol" ? String(step) : step;
}
