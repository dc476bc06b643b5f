/** Asking before what cannot be undone. */
import { BatonError } from "../errors.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

/**
 * @param what  What will be done, as a sentence.
 * @param isSure  The command's `--yes`.
 * @returns Whether to go on. Throws `cli.usage` when there is nobody to ask: silence is not consent.
 */
export async function confirm(shell: Shell, what: string, isSure: boolean): Promise<boolean> {
  if (isSure) return true;
  if (shell.ask === undefined) {
    throw new BatonError("cli.usage", `${what} There is no terminal to ask at: say --yes to go on.`);
  }
  const answer = await shell.ask(`${what} This cannot be undone. Go on? [y/N] `);
  const isYes = /^y(es)?$/i.test(answer.trim());
  if (!isYes) await printLines(shell.err, ["Nothing was changed."]);
  return isYes;
}
