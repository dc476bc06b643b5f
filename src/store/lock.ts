/**
 * One server for each SQLite file. The lock is an exclusive transaction on a file beside the database, so the operating system
 * gives it back whenever the process ends, however it ends. Commands that only read or change rows need no lock.
 */
import Database from "better-sqlite3";
import { BatonError } from "../errors.ts";
import { closeToOthers, makePrivate } from "./private-file.ts";

/** Holds the lock until `release`. On PostgreSQL and in memory there is nothing to lock. Throws `config.invalid`. */
export function lockForServer(databaseUrl: string): { release(): void } {
  const path = databaseUrl.startsWith("sqlite:") ? databaseUrl.slice("sqlite:".length) : ":memory:";
  if (path === ":memory:") return { release: () => undefined };
  const file = `${path}.lock`;
  // Whoever can read it can hold it.
  makePrivate(file);
  closeToOthers(file);
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (cause) {
    lock.close();
    throw new BatonError(
      "config.invalid",
      `Another server works on ${path}. Stop it first, or use PostgreSQL for several.`,
      { cause },
    );
  }
  return { release: () => void lock.close() };
}
