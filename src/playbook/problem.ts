/** What is wrong with a playbook: every problem at once, each at its place and in words an admin can act on. */
import type * as z from "zod";
import type { YamlPath } from "./compiled.ts";
import { FIRST_KEY } from "./folded-keys.ts";
import { foundIn, MOST_KEYS, ruleOf, shown, withFound } from "./shape-words.ts";

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
  const result = schema.safeParse(value, { error: ruleOf, reportInput: true });
  if (result.success) return { parsed: result.data };
  const problems = oneEach(result.error.issues).flatMap((issue) => problemsOf(issue, [], file, locate));
  return { problems };
}

/** Zod goes on with a value that is wrong already, and counts the letters of a text that ought to be a list. */
function oneEach(issues: readonly Issue[]): readonly Issue[] {
  const settled = new Set<string>();
  return issues.filter((issue) => {
    const place = JSON.stringify(issue.path.map(stepOf));
    if (settled.has(place)) return false;
    if (issue.code === "invalid_type" || isScalar(issue.input)) settled.add(place);
    return true;
  });
}

function problemsOf(issue: Issue, prefix: YamlPath, file: string, locate: Locate): readonly Problem[] {
  const path = [...prefix, ...issue.path.map(stepOf)];
  const at = (place: Position, message: string): Problem => ({ file, ...place, severity: "error", message });
  if (issue.code === "invalid_union") {
    const branch = bestBranch(issue.errors);
    if (branch !== undefined)
      return oneEach(branch).flatMap((inner) => problemsOf(inner, path, file, locate));
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
    return [at(locate(path, "key"), withFound(message, shown(path.at(-1))))];
  }
  const first = issue.code === "custom" ? issue.params?.[FIRST_KEY] : undefined;
  if (typeof first === "string") {
    const { line } = locate([...path.slice(0, -1), first], "key");
    return [at(locate(path, "key"), `${issue.message} (line ${line}); keep one of them`)];
  }
  return [at(locate(path), says(issue, path))];
}

/** The rule, and what stood there: in the rule's place a message that is about several values names them itself. */
function says(issue: Issue, path: YamlPath): string {
  const found = foundIn(issue);
  if (issue.code === "custom")
    return isScalar(found) ? withFound(issue.message, shown(found)) : issue.message;
  if (found === undefined) return `"${path.at(-1) ?? ""}" is missing: ${issue.message}`;
  return withFound(issue.message, countedFound(issue, found));
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Too long is said with its length. */
function countedFound(issue: Issue, found: unknown): string {
  if (issue.code !== "too_big") return shown(found);
  if (Array.isArray(found)) return `a list of ${found.length}`;
  return typeof found === "string" ? `${found.length}: ${shown(found)}` : shown(found);
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
