/** A database that begins empty every time must be of whoever empties it. A mark inside the file says whose it is. */
import { existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { BatonError } from "../errors.ts";
import { lockForServer } from "./lock.ts";
import { makePrivate, SQLITE_PARTS } from "./private-file.ts";

/** Whose database it is. */
interface Ownership {
  /** In the four bytes that SQLite leaves to whoever uses a file. Source: https://sqlite.org/pragma.html#pragma_application_id */
  readonly mark: number;
  /** The owner's own place: what lies there is theirs, marked or not. */
  readonly home: string;
}

/**
 * Empties a SQLite database and marks it. On PostgreSQL and in memory there is nothing to empty.
 * @throws BatonError `config.invalid` where another server works on the file, or where it is somebody else's: then nothing was changed.
 */
export function beginAnew(url: string, { mark, home }: Ownership): void {
  if (!url.startsWith("sqlite:") || url === "sqlite::memory:") return;
  const path = url.slice("sqlite:".length);
  const lock = lockForServer(url);
  try {
    if (url !== home && existsSync(path) && markOf(path) !== mark)
      throw new BatonError(
        "config.invalid",
        `${path} is there already and was not made by this command, which would empty it. Name a file that does not exist yet.`,
      );
    for (const part of SQLITE_PARTS) rmSync(`${path}${part}`, { force: true });
    makePrivate(path);
    using(path, (db) => db.pragma(`application_id = ${mark}`));
  } finally {
    lock.release();
  }
}

/** What is no database has no mark. */
function markOf(path: string): unknown {
  try {
    return using(path, (db) => db.pragma("application_id", { simple: true }));
  } catch {
    return undefined;
  }
}

function using<T>(path: string, work: (db: Database.Database) => T): T {
  const db = new Database(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
