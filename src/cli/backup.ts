/** `baton backup`: the database as one file. */
import { existsSync } from "node:fs";
import { loadPartialConfig } from "../config.ts";
import { BatonError } from "../errors.ts";
import { backUp, type Holdings } from "../store/backup.ts";
import { cannotWrite } from "./cannot-write.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted } from "./words.ts";

/**
 * Copies a SQLite database, running server or not, and says what the copy holds. Throws `cli.usage` for a file that is there
 * already, for a place where none can be made, and on PostgreSQL, whose own tools do it; `config.invalid` when there is no database; `store.unavailable` when the
 * copy cannot be written.
 */
export async function backup(
  shell: Shell,
  file: string,
  options: { readonly force?: boolean },
): Promise<void> {
  const { BATON_DATABASE_URL: url } = loadPartialConfig(shell.env, ["BATON_DATABASE_URL"]);
  if (!url.startsWith("sqlite:")) throw onPostgres(file);
  const path = url.slice("sqlite:".length);
  if (!existsSync(path)) {
    throw new BatonError("config.invalid", `There is no database at ${path}: set BATON_DATABASE_URL.`);
  }
  if (existsSync(file) && options.force !== true) {
    throw new BatonError("cli.usage", `${file} is there already. Give a new name, or --force to replace it.`);
  }
  const holdings = copied(path, file);
  await printLines(shell.out, [
    `Wrote ${file}: ${inBytes(holdings.bytes)}, checked. It holds ${inRows(holdings)}; schema ${holdings.schema}.`,
    "It holds personal data. Tokens in it stay sealed: keep BATON_SECRET_KEYS elsewhere, without them they cannot be opened.",
  ]);
}

/** What cannot be written because of where it is to go is the caller's to mend, and no passing trouble of the store. */
function copied(path: string, file: string): Holdings {
  try {
    return backUp(path, file);
  } catch (error) {
    const isUnwritten = error instanceof BatonError && error.code === "store.unavailable";
    throw isUnwritten ? cannotWrite(file, error.cause) : error;
  }
}

/** What a backup holds, in the tables people ask for: `2 installations, 1,204 leads, 87 handoffs, 9,300 events`. */
export function inRows({ rows }: Holdings): string {
  return ["installation", "lead", "handoff", "event"]
    .map((name) => counted(rows[`${name}s`] ?? 0, name))
    .join(", ");
}

const MEBIBYTE = 1_048_576;

function inBytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

/** `pg_dump` must be of the server's version and may be elsewhere: only the operator knows which one that is. */
function onPostgres(file: string): BatonError {
  return new BatonError(
    "cli.usage",
    `This database is PostgreSQL: nothing was written. Use its own tools, of the server's version: pg_dump --format=custom --file=${file} <database>; and after pg_restore: baton restore --done`,
  );
}
