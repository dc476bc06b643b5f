/**
 * Files that only their owner may read: a database holds personal data, and tokens under seal. Systems without such rights (Windows,
 * some network drives) take no notice.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";

const FOR_THE_OWNER = 0o600;
const FOLDER_FOR_THE_OWNER = 0o700;
/** What everybody on the machine may do. A group was let in by somebody who meant it. */
const FOR_EVERYBODY = 0o007;

/** What SQLite keeps under a database's name: without its log, a database that was not closed lacks its newest rows. */
export const SQLITE_PARTS = ["", "-wal", "-shm"] as const;

/**
 * Makes an empty file, and the folders above it, where there are none yet, before anything is in it; what SQLite makes beside a
 * database has the rights of that. A file that is there is not even opened: to close it again would end every lock this process
 * holds on it. Throws what the file system throws. Source: https://sqlite.org/howtocorrupt.html, "Posix advisory locks canceled".
 */
export function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_FOR_THE_OWNER });
  try {
    closeSync(openSync(path, "wx", FOR_THE_OWNER));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
  }
}

/** Closes a database to everybody on the machine, if an older Baton left it open to them. Throws nothing. */
export function closeToOthers(path: string): void {
  for (const file of SQLITE_PARTS.map((part) => path + part)) {
    try {
      if (existsSync(file) && (statSync(file).mode & FOR_EVERYBODY) !== 0) chmodSync(file, FOR_THE_OWNER);
    } catch {
      // Whoever may not change its rights, because it is somebody else's, may still be allowed to work with it.
    }
  }
}
