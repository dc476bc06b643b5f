/** Reads a playbook's folder. Parsing is pure and lives in playbook/; this is the only part that touches files. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BatonError } from "./errors.ts";
import { parsePlaybook, PLAYBOOK_FILES } from "./playbook/index.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { formatProblem, type Problem } from "./playbook/problem.ts";

export interface PlaybookFolder {
  /** Absent while any problem is an error. */
  readonly playbook?: Playbook;
  readonly problems: readonly Problem[];
  /** File name to text. */
  readonly files: Readonly<Record<string, string>>;
}

/** Reads and checks a folder. Throws `playbook.missing` when it cannot be read. */
export async function readPlaybook(folder: string): Promise<PlaybookFolder> {
  const files: Record<string, string> = {};
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
    for (const name of names) files[name] = await readFile(join(folder, name), "utf8");
  } catch (cause) {
    throw new BatonError("playbook.missing", missingText(folder, codeOf(cause)), { cause });
  }
  return { ...parsePlaybook(files), files };
}

/** As `readPlaybook`, for a server: throws `playbook.invalid` with every error when the playbook cannot be used. */
export async function loadPlaybook(
  folder: string,
): Promise<{ playbook: Playbook; files: Readonly<Record<string, string>> }> {
  const { playbook, problems, files } = await readPlaybook(folder);
  if (playbook !== undefined) return { playbook, files };
  const errors = problems
    .filter(({ severity }) => severity === "error")
    .map((problem) => `  ${formatProblem(problem)}`);
  throw new BatonError("playbook.invalid", `The playbook in ${folder} cannot be used:\n${errors.join("\n")}`);
}

/** The folder is the command's argument where it has one, and BATON_PLAYBOOK's otherwise: whoever reads this knows which they gave. */
function missingText(folder: string, code: string | undefined): string {
  const rule = `A playbook is a folder with ${PLAYBOOK_FILES.join(", ")}`;
  if (code === "ENOTDIR")
    return `${folder} is a file, and no playbook. ${rule}: name the folder that it is in (${dirname(folder)}).`;
  const why = code === "ENOENT" ? "is not there" : `cannot be read${code === undefined ? "" : ` (${code})`}`;
  return `The playbook folder ${folder} ${why}. ${rule}: name it as the argument or in BATON_PLAYBOOK.`;
}

function codeOf(cause: unknown): string | undefined {
  const isCoded = cause instanceof Error && "code" in cause && typeof cause.code === "string";
  return isCoded ? String(cause.code) : undefined;
}
