/** Work that is done for one installation after the other: a fault in one is no reason to leave out those behind it. */
import { codeOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Installation } from "../store/installations.ts";

/**
 * Does the work for each installation, and logs for which it broke off, and why.
 *
 * @param says  What the log says of one for which it broke off.
 * @param work  Says how much it did.
 * @returns     How much was done for all of them. Throws nothing.
 */
export async function eachInstallation(
  installations: readonly Installation[],
  log: Log,
  says: string,
  work: (installation: Installation) => Promise<number>,
): Promise<number> {
  let count = 0;
  for (const installation of installations) {
    try {
      count += await work(installation);
    } catch (cause) {
      log.error({ installation: installation.id, code: codeOf(cause, "chores.failed"), err: cause }, says);
    }
  }
  return count;
}
