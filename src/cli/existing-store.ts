/** The database of a server, for the commands that look into it or mend it while it runs. */
import { existsSync } from "node:fs";
import { loadPartialConfig } from "../config.ts";
import type { Environment } from "../config/source.ts";
import { BatonError } from "../errors.ts";
import { accountOf } from "../model/lead.ts";
import { type Installation, listInstallations } from "../store/installations.ts";
import { openStore, type Store } from "../store/open.ts";
import type { Shell } from "./shell.ts";

/**
 * Opens the database `BATON_DATABASE_URL` names, gives it to `work` and closes it, whatever happens. Several processes may
 * do so beside a running server, on SQLite too. Throws `config.invalid` when there is no such file: only a server makes
 * one, and an empty database would answer every question wrongly.
 */
export async function withStore<T>(shell: Shell, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openExistingStore(shell.env);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function openExistingStore(env: Environment): Promise<Store> {
  const { BATON_DATABASE_URL: url } = loadPartialConfig(env, ["BATON_DATABASE_URL"]);
  const path = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : undefined;
  if (path !== undefined && !existsSync(path)) {
    throw new BatonError(
      "config.invalid",
      `There is no database at ${path}: no server has run with it. Set BATON_DATABASE_URL to the one your server uses, or run in its folder.`,
    );
  }
  return await openStore(url);
}

/**
 * Installations a command is about: the one named, or all that have leads of their own: an org that serves a portal is spoken of with
 * that. Throws `cli.not-found` for an account Baton is not in. */
export async function chooseInstallations(
  store: Store,
  portal: string | undefined,
): Promise<readonly Installation[]> {
  const all = await listInstallations(store.db);
  const chosen = all.filter(({ tenant, serves }) =>
    portal === undefined ? serves === undefined : tenant === portal,
  );
  if (chosen.length > 0) return chosen;
  const known = all.map(accountOf).join(", ");
  throw new BatonError(
    "cli.not-found",
    portal === undefined
      ? "Baton is not installed in any portal or org yet. Start it (baton serve), then open its /oauth/hubspot/install or /oauth/salesforce/install."
      : `Baton is not installed in ${portal}; it is in: ${known || "none"}.`,
  );
}

/** The one installation a command is about. Throws `cli.usage` when there are several and none is named, and `cli.not-found`. */
export async function oneInstallation(store: Store, portal: string | undefined): Promise<Installation> {
  const chosen = await chooseInstallations(store, portal);
  const [only, ...others] = chosen;
  if (only !== undefined && others.length === 0) return only;
  throw new BatonError(
    "cli.usage",
    `Baton is in ${chosen.map(accountOf).join(" and ")}. Name one with --portal.`,
  );
}
