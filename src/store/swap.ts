/** One SQLite file taking the place of another, which is kept. For a stopped server: the caller holds its lock. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Instant } from "../model/instant.ts";
import { backUp, sync } from "./backup.ts";
import { closeToOthers, SQLITE_PARTS } from "./private-file.ts";

/**
 * Copies a backup beside the database, so that whatever is done to it first is done to the copy. It is written anew, because a
 * backup made by other tools may hold rows between its rows. @returns Its path. Throws what `backUp` throws.
 */
export function stagedCopy(backup: string, path: string): string {
  const copy = `${path}.restoring`;
  dropCopy(copy);
  backUp(backup, copy);
  return copy;
}

/**
 * Puts the finished, closed copy in the database's place. A crash in between leaves the old one under its new name and the copy
 * under its own. @returns Where the old one is now; nothing when there was none.
 */
export function putInPlace(copy: string, path: string, now: Instant): string | undefined {
  sync(copy);
  const kept = `${path}.replaced-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}`;
  const wasThere = existsSync(path);
  for (const part of SQLITE_PARTS) if (existsSync(path + part)) renameSync(path + part, kept + part);
  closeToOthers(kept);
  renameSync(copy, path);
  sync(dirname(path));
  return wasThere ? kept : undefined;
}

/** Removes a copy that is not wanted any more, with what SQLite kept beside it. */
export function dropCopy(copy: string): void {
  for (const part of SQLITE_PARTS) rmSync(copy + part, { force: true });
}
