/** Why a file could not be made, in words that say what to do: a wrong path is no passing trouble. */
import { dirname } from "node:path";
import { BatonError } from "../errors.ts";

/** By Node's code of the fault. Source: https://nodejs.org/api/errors.html#common-system-errors */
const WRONG_PATHS: Readonly<Record<string, (path: string) => string>> = {
  EEXIST: (path) => `${path} is there already. Give a new name.`,
  EISDIR: (path) => `${path} is a folder. Give the name of a file.`,
  ENOENT: (path) => `There is no folder ${dirname(path)}. Make it, or give another one.`,
  ENOTDIR: (path) => `${dirname(path)} is no folder. Give another one.`,
  EACCES: (path) => `You may not write to ${path}. Give another place.`,
  EPERM: (path) => `You may not write to ${path}. Give another place.`,
  EROFS: (path) => `Nobody may write to ${path}. Give another place.`,
};

/** @returns `cli.usage` for a path that cannot be written, and `store.unavailable` for what may pass, as a full disk does. */
export function cannotWrite(path: string, cause: unknown): BatonError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const wrong = Object.hasOwn(WRONG_PATHS, code) ? WRONG_PATHS[code] : undefined;
  if (wrong !== undefined) return new BatonError("cli.usage", wrong(path), { cause });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BatonError("store.unavailable", `${path} could not be written: ${reason}`, { cause });
}
