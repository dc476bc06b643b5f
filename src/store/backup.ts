/**
 * A SQLite database as one file that can be carried away, and the checks such a file must pass before it takes a database's place.
 *
 * `VACUUM INTO` reads one state of the database while a server goes on writing, and leaves free pages behind: what was erased is
 * not in the copy. It does not promise that the copy is on disk, so that is done here.
 * Source: https://www.sqlite.org/lang_vacuum.html, "VACUUM with an INTO clause".
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { BatonError } from "../errors.ts";
import { MIGRATION_NAMES } from "./migrations/index.ts";

/** What a database file holds. */
export interface Holdings {
  /** The newest migration it has been through. */
  readonly schema: string;
  readonly bytes: number;
  /** Table name to rows, in the order of the names. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Only the owner may read and write: the file holds personal data. */
const PRIVATE = 0o600;

/**
 * Copies the database at `from` into the file `to`, which is there whole or not at all; a file of that name is replaced. The
 * schema is left as it is. Throws `store.unavailable` when the copy cannot be made or does not pass its checks.
 */
export function backUp(from: string, to: string): Holdings {
  const part = `${to}.part`;
  try {
    rmSync(part, { force: true });
    // SQLite fills an empty file that is there, and would make one that others may read.
    closeSync(openSync(part, "wx", PRIVATE));
    const source = new Database(from, { readonly: true, fileMustExist: true });
    try {
      // Without it, rows stay legible in the copy between the cells of pages that were split while it was filled.
      source.pragma("secure_delete = ON");
      source.prepare("vacuum into ?").run(part);
    } finally {
      source.close();
    }
    sync(part);
    const holdings = inspect(part);
    renameSync(part, to);
    sync(dirname(to));
    return holdings;
  } catch (cause) {
    rmSync(part, { force: true });
    if (cause instanceof BatonError) throw cause;
    throw new BatonError(
      "store.unavailable",
      `The backup could not be written to ${to}: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/**
 * Says what a database file holds, without changing it. Throws `store.bad-backup` when it is no database, is damaged, was not
 * made by Baton, or comes from a newer Baton than this one.
 */
export function inspect(path: string): Holdings {
  const refuse = (what: string, cause?: unknown): BatonError =>
    new BatonError("store.bad-backup", `${path} ${what}`, cause === undefined ? {} : { cause });
  let file: Database.Database | undefined;
  try {
    file = new Database(path, { readonly: true, fileMustExist: true });
    const damage = file.pragma("integrity_check(1)", { simple: true });
    if (damage !== "ok") throw refuse("is damaged. Take another backup.");
    const tables = tablesOf(file);
    if (!tables.includes("installations") || !tables.includes(MIGRATIONS))
      throw refuse("is no database of Baton's.");
    const schema = newestMigration(file);
    if (!MIGRATION_NAMES.includes(schema))
      throw refuse(`was made by a newer Baton (schema ${schema}). Install that version first.`);
    const rows = tables.filter((name) => !name.startsWith("kysely_")).map((name) => countRows(file, name));
    return { schema, bytes: statSync(path).size, rows: Object.fromEntries(rows) };
  } catch (cause) {
    if (cause instanceof BatonError) throw cause;
    throw refuse(`cannot be read as a database: ${reasonOf(cause)}`, cause);
  } finally {
    file?.close();
  }
}

const MIGRATIONS = "kysely_migration";

function tablesOf(file: Database.Database): readonly string[] {
  return file
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
    )
    .pluck()
    .all();
}

function newestMigration(file: Database.Database): string {
  const newest = file
    .prepare<[], string>(`select name from ${MIGRATIONS} order by name desc limit 1`)
    .pluck();
  return newest.get() ?? "none";
}

function countRows(file: Database.Database | undefined, name: string): readonly [string, number] {
  const count = file?.prepare<[], number>(`select count(*) from "${name}"`).pluck().get();
  return [name, count ?? 0];
}

/** To disk: a file, or a folder, so that the names in it stay. */
export function sync(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
