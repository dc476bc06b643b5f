/** Whether a version may go live as far as its text is concerned: it parses, and its own examples come out as they say. */
import type { Instant } from "../model/instant.ts";
import { checkExamples, parsePlaybook } from "../playbook/index.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { formatProblem } from "../playbook/problem.ts";
import { qualify } from "../qualify/index.ts";
import { nearestOf } from "../qualify/nearest.ts";
import type { Files } from "./proposal.ts";

/** @returns The playbook, or every error and failing example, one line each. Throws nothing. */
export function soundPlaybook(
  files: Files,
  now: Instant,
): { readonly playbook: Playbook } | { readonly errors: readonly string[] } {
  const { playbook, problems } = parsePlaybook(files);
  if (playbook === undefined)
    return { errors: problems.filter(({ severity }) => severity === "error").map(formatProblem) };
  const { failures } = checkExamples(playbook, { qualify, nearestOf }, now);
  return failures.length === 0 ? { playbook } : { errors: failures.map(formatProblem) };
}
