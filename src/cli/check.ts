/** `baton check`: everything that is wrong with a playbook, whether its own examples hold, and what they leave untested. */
import { join } from "node:path";
import { loadPartialConfig } from "../config.ts";
import { EXIT_CODE } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { checkExamples, type Coverage, type FailedExample } from "../playbook/index.ts";
import { formatProblem, type Problem } from "../playbook/problem.ts";
import { readPlaybook } from "../playbook-folder.ts";
import { qualify } from "../qualify/index.ts";
import { nearestOf } from "../qualify/nearest.ts";
import { traceLines } from "./explain/trace.ts";
import { printJson, printLines, wrapped } from "./print.ts";
import type { Screen, Shell } from "./shell.ts";
import { counted, printable } from "./words.ts";

/** A playbook's folder as checked. */
export interface Checked {
  readonly folder: string;
  /** Absent while an error keeps the playbook from being used. */
  readonly version?: string;
  readonly exampleCount: number;
  /** Which conditions the examples test; absent while they cannot be run. Gaps are neither errors nor warnings. */
  readonly coverage?: Coverage;
  readonly errors: readonly (Problem | FailedExample)[];
  readonly warnings: readonly Problem[];
}

/**
 * Checks and prints. @returns 0, or 3 while there is an error.
 * Throws `playbook.missing` when the folder cannot be read.
 */
export async function check(
  shell: Shell,
  folder: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const place = folder ?? loadPartialConfig(shell.env, ["BATON_PLAYBOOK"]).BATON_PLAYBOOK;
  const checked = await checkFolder(place, shell.now());
  if (options.json === true) await printJson(shell.out, checked);
  else await printChecked(shell, checked);
  return checked.errors.length === 0 ? 0 : EXIT_CODE.reconfigure;
}

/** Checks a folder without printing. Throws `playbook.missing`. */
export async function checkFolder(folder: string, now: Instant): Promise<Checked> {
  const { playbook, problems: found } = await readPlaybook(folder);
  const ran = playbook === undefined ? undefined : checkExamples(playbook, { qualify, nearestOf }, now);
  const problems = [...found, ...(ran?.failures ?? [])].map((problem) => within(folder, problem));
  return {
    folder,
    ...(playbook === undefined ? {} : { version: playbook.version }),
    exampleCount: playbook?.definition.examples.length ?? 0,
    ...(ran === undefined
      ? {}
      : { coverage: { ...ran.coverage, gaps: ran.coverage.gaps.map((gap) => within(folder, gap)) } }),
    errors: problems.filter(({ severity }) => severity === "error"),
    warnings: problems.filter(({ severity }) => severity === "warning"),
  };
}

function within<T extends { readonly file: string }>(folder: string, one: T): T {
  return { ...one, file: join(folder, one.file) };
}

async function printChecked(shell: Shell, checked: Checked): Promise<void> {
  const { paint } = shell.out;
  const { errors, warnings, folder, version, exampleCount, coverage } = checked;
  await printLines(
    shell.out,
    errors.flatMap((problem) =>
      "conditions" in problem ? failureLines(shell, problem) : [placed(shell, problem)],
    ),
  );
  if (warnings.length > 0) {
    if (errors.length > 0) await printLines(shell.out, [""]);
    await printLines(
      shell.out,
      warnings.map((problem) => placed(shell, problem)),
    );
  }
  if (errors.length + warnings.length > 0) await printLines(shell.out, [""]);
  if (coverage !== undefined) await printLines(shell.out, gapLines(shell.out, coverage));

  const counts = `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}`;
  const examples = version === undefined ? "examples not run" : `${counted(exampleCount, "example")} run`;
  await printLines(shell.out, [
    errors.length === 0
      ? `${paint.green("✓")} ${folder}: ${counts}, ${examples}; version ${version ?? "unknown"}`
      : `${paint.red("✗")} ${folder}: ${counts}, ${examples}`,
    ...(coverage === undefined
      ? []
      : [
          `  ${coverage.coveredCount} of ${counted(coverage.conditionCount, "condition")} tested by examples`,
        ]),
  ]);
}

/** What an example expected and what came, and the conditions that made the difference. */
function failureLines(shell: Shell, failure: FailedExample): readonly string[] {
  const { out } = shell;
  const { paint } = out;
  const { expected, got, conditions, notJudged, nearest } = failure;
  return [
    placed(shell, { ...failure, message: `example "${failure.say}" comes out otherwise` }),
    `    expected  ${paint.green(expected)}`,
    `    got       ${paint.red(got)}`,
    ...traceLines(out, conditions, 2),
    ...(notJudged === undefined ? [] : [`    ${notJudged} was not judged: the lead was settled before`]),
    ...(nearest === undefined ? [] : wrapped(out, "    it would be ", nearest)),
  ];
}

/** The conditions no example tests, as a list to work through. */
function gapLines(screen: Screen, { gaps }: Coverage): readonly string[] {
  if (gaps.length === 0) return [];
  return [
    "Not tested by the examples:",
    ...gaps.flatMap(({ file, line, says, missing }) =>
      wrapped(screen, `  ${screen.paint.yellow(`${file}:${line}`)} `, `${says} (${missing})`),
    ),
    "",
  ];
}

/** The problem with its place set apart, so that a terminal can make a link of it; safe to print, wherever its words came from. */
export function placed(shell: Shell, problem: Problem): string {
  const { paint } = shell.out;
  const text = printable(formatProblem(problem));
  const place = text.slice(0, text.indexOf(" "));
  const colour = problem.severity === "error" ? paint.red : paint.yellow;
  return `${colour(place)}${text.slice(place.length)}`;
}
