/** Errors as a shell sees them: a few plain lines on the error stream, and the exit code of their remedy. */
import { CommanderError } from "commander";
import { BatonError, EXIT_CODE } from "../errors.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

/** Prints an error and says what to exit with. Stacks are shown only with BATON_LOG_LEVEL=debug or trace. */
export async function reportFault(shell: Shell, error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODE.reject;
  const { paint } = shell.err;
  const isOurs = error instanceof BatonError;
  const level = shell.env["BATON_LOG_LEVEL"];
  const wantsStack = level === "debug" || level === "trace";
  const lines = isOurs
    ? [`${paint.red("baton:")} ${error.message} ${paint.dim(`[${error.code}]`)}`]
    : [
        `${paint.red("baton:")} ${messageOf(error)}`,
        "This is a fault in Baton, not in what you did. Set BATON_LOG_LEVEL=debug to see where it was thrown.",
      ];
  if (wantsStack && error instanceof Error) lines.push(paint.dim(stackOf(error)));
  await printLines(shell.err, lines);
  return EXIT_CODE[isOurs ? error.remedy : "report"];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The error's stack and those of its causes. */
function stackOf(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
