/** `baton restore`: a backup takes the database's place, and Baton is told that it has forgotten something. */
import { existsSync } from "node:fs";
import { loadPartialConfig } from "../config.ts";
import { BatonError } from "../errors.ts";
import { MINUTE_MS } from "../model/instant.ts";
import { accountOf } from "../model/lead.ts";
import { inspect } from "../store/backup.ts";
import { lockForServer } from "../store/lock.ts";
import { openForReading, openStore, type Store } from "../store/open.ts";
import type { SecretKeys } from "../store/seal.ts";
import { settleRestored, type Settled } from "../store/settle-restored.ts";
import { dropCopy, putInPlace, stagedCopy } from "../store/swap.ts";
import { type Gone, readGone } from "../store/take-over.ts";
import { inRows } from "./backup.ts";
import { confirm } from "./confirm.ts";
import { withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { capitalized, counted, inTime } from "./words.ts";

export interface RestoreOptions {
  readonly done?: boolean;
  readonly replaced?: string;
  readonly replacedEnv?: string;
  readonly yes?: boolean;
}

/** As long as a call of the server that was stopped may still be running. */
const SETTLE_MS = MINUTE_MS;

/**
 * Restores a SQLite file, or with `done` finishes a restore that was made by other means. Asks first. Throws `config.invalid`
 * while a server runs, `store.bad-backup` for a file that cannot be restored, `cli.usage` for anything but one of both ways;
 * nothing has changed then.
 */
export async function restore(
  shell: Shell,
  file: string | undefined,
  options: RestoreOptions,
): Promise<void> {
  const { BATON_DATABASE_URL: url, BATON_SECRET_KEYS: keys } = loadPartialConfig(shell.env, [
    "BATON_DATABASE_URL",
    "BATON_SECRET_KEYS",
  ]);
  if ((file === undefined) !== (options.done === true)) {
    throw new BatonError(
      "cli.usage",
      "Give the backup's file, or --done where the database is restored already.",
    );
  }
  if (file === undefined) await finish(shell, url, keys, options);
  else if (url.startsWith("sqlite:")) await putBack(shell, url, keys, file, options);
  else {
    throw new BatonError(
      "cli.usage",
      "This database is PostgreSQL: restore it with pg_restore, then run: baton restore --done",
    );
  }
}

async function putBack(
  shell: Shell,
  url: string,
  keys: SecretKeys,
  file: string,
  options: RestoreOptions,
): Promise<void> {
  const path = url.slice("sqlite:".length);
  const lock = lockForServer(url);
  try {
    const holdings = inspect(file);
    const what = `${path} will be replaced by ${file}: ${inRows(holdings)}. The database that is there now is kept beside it.`;
    if (!(await confirm(shell, what, options.yes === true))) return;

    const gone = existsSync(path) ? await readReplaced(url).catch(() => undefined) : undefined;
    const copy = stagedCopy(file, path);
    try {
      const settled = await settleCopy(shell, copy, keys, gone);
      const kept = putInPlace(copy, path, shell.now());
      await printLines(shell.out, [
        `Restored ${path} from ${file}.`,
        ...(kept === undefined
          ? []
          : [`The database it replaces is kept as ${kept}: delete it when you need it no more.`]),
      ]);
      await tell(shell, settled, gone);
    } finally {
      dropCopy(copy);
    }
  } finally {
    lock.release();
  }
}

async function settleCopy(
  shell: Shell,
  copy: string,
  keys: SecretKeys,
  gone: Gone | undefined,
): Promise<Settled> {
  const store = await openStore(`sqlite:${copy}`);
  try {
    return await settle(shell, store, keys, gone);
  } finally {
    await store.close();
  }
}

/** The database was restored already: PostgreSQL's own tools did it. */
async function finish(shell: Shell, url: string, keys: SecretKeys, options: RestoreOptions): Promise<void> {
  const replaced = replacedBy(shell, options);
  const lock = lockForServer(url);
  try {
    const what = "The database will be marked as restored from a backup. No server may be running.";
    if (!(await confirm(shell, what, options.yes === true))) return;
    const gone = replaced === undefined ? undefined : await readReplaced(replaced);
    await withStore(shell, async (store) => tell(shell, await settle(shell, store, keys, gone), gone));
  } finally {
    lock.release();
  }
}

/** The address of the database that is replaced. Everybody on the machine can read a command's arguments, so none takes a password. */
function replacedBy(
  { env }: Shell,
  { replaced, replacedEnv }: Pick<RestoreOptions, "replaced" | "replacedEnv">,
): string | undefined {
  if (replacedEnv !== undefined) {
    const value = env[replacedEnv];
    if (value !== undefined && value !== "") return value;
    throw new BatonError("cli.usage", `The environment variable ${replacedEnv} is not set.`);
  }
  const read = URL.parse(replaced ?? "");
  if (read !== null && (read.password !== "" || read.searchParams.has("password"))) {
    throw new BatonError(
      "cli.usage",
      "--replaced holds a password, which everybody on this machine can read. Put the address into an environment variable, and give its name: --replaced-env OLD_DATABASE_URL",
    );
  }
  return replaced;
}

/** What the database that is replaced has no more. */
async function readReplaced(url: string): Promise<Gone> {
  try {
    const store = openForReading(url);
    try {
      return await readGone(store.db);
    } finally {
      await store.close();
    }
  } catch (cause) {
    throw new BatonError("store.unavailable", "The database that was replaced cannot be read.", { cause });
  }
}

const NOTHING_GONE: Gone = { tombstones: [], removed: [], revoked: [], channels: new Map() };

async function settle(
  shell: Shell,
  store: Store,
  keys: SecretKeys,
  gone: Gone = NOTHING_GONE,
): Promise<Settled> {
  return await settleRestored(store, gone, { keys, now: shell.now(), settleMs: SETTLE_MS });
}

async function tell(shell: Shell, { marks, taken }: Settled, gone: Gone | undefined): Promise<void> {
  const lines = marks.map(
    ({ crm, tenant, knownUntil }) =>
      `${capitalized(accountOf({ crm, tenant }))}: known until ${knownUntil === 0 ? "its installation" : inTime(knownUntil, shell.zone)}. What Baton did since is asked of the CRM, lead by lead, before anything is written.`,
  );
  await printLines(shell.out, lines);
  if (gone === undefined) {
    await printLines(shell.err, [shell.err.paint.yellow(NOT_READ)]);
    return;
  }
  const what = [
    `${counted(taken.erased, "person", "people")} erased since the backup`,
    `${counted(taken.removed, "installation")} left since`,
    `${counted(taken.revoked, "write key")} revoked since`,
    `${counted(taken.channels, "channel")} removed since`,
  ];
  await printLines(shell.out, [`Taken away again: ${what.join(", ")}.`]);
}

const NOT_READ =
  "No database was read that this one replaces: whoever was erased since the backup is there again. Repeat: baton erase <contact>";
