/** Runs something that answers or refuses. */
import { Problem } from "../answer.ts";
import type { Answer } from "../answer.ts";

/** The answer of a route, its refusal, or the sandbox's own defect said plainly so that a test shows it. */
export function answerOf(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof Problem) return error.answer;
    const message = `sandbox defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { status: 500, body: [{ errorCode: "SANDBOX_DEFECT", message }] };
  }
}
