/** `baton check`: everything that is wrong with a playbook, and whether its own examples hold. */
import { join } from "node:path";
import { loadPartialConfig } from "../config.ts";
import { EXIT_CODE } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { checkExamples } from "../playbook/index.ts";
import { formatProblem, type Problem } from "../playbook/problem.ts";
import { readPlaybook } from "../playbook-folder.ts";
import { qualify } from "../qualify/index.ts";
import { printJson, printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted } from "./words.ts";

/** A playbook's folder as checked. */
export interface Checked {
  readonly folder: string;
  /** Absent while an error keeps the playbook from being used. */
  readonly version?: string;
  readonly exampleCount: number;
  readonly errors: readonly Problem[];
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
  const examples = playbook === undefined ? [] : checkExamples(playbook, qualify, now);
  const problems = [...found, ...examples].map((problem) => ({
    ...problem,
    file: join(folder, problem.file),
  }));
  return {
    folder,
    ...(playbook === undefined ? {} : { version: playbook.version }),
    exampleCount: playbook?.definition.examples.length ?? 0,
    errors: problems.filter(({ severity }) => severity === "error"),
    warnings: problems.filter(({ severity }) => severity === "warning"),
  };
}

async function printChecked(shell: Shell, checked: Checked): Promise<void> {
  const { paint } = shell.out;
  const { errors, warnings, folder, version, exampleCount } = checked;
  await printLines(
    shell.out,
    errors.map((problem) => placed(shell, problem)),
  );
  if (warnings.length > 0) {
    if (errors.length > 0) await printLines(shell.out, [""]);
    await printLines(
      shell.out,
      warnings.map((problem) => placed(shell, problem)),
    );
  }
  if (errors.length + warnings.length > 0) await printLines(shell.out, [""]);

  const counts = `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}`;
  const examples = version === undefined ? "examples not run" : `${counted(exampleCount, "example")} run`;
  await printLines(shell.out, [
    errors.length === 0
      ? `${paint.green("✓")} ${folder}: ${counts}, ${examples}; version ${version ?? "unknown"}`
      : `${paint.red("✗")} ${folder}: ${counts}, ${examples}`,
  ]);
}

/** The problem with its place set apart, so that a terminal can make a link of it. */
function placed(shell: Shell, problem: Problem): string {
  const { paint } = shell.out;
  const text = formatProblem(problem);
  const place = text.slice(0, text.indexOf(" "));
  const colour = problem.severity === "error" ? paint.red : paint.yellow;
  return `${colour(place)}${text.slice(place.length)}`;
}
