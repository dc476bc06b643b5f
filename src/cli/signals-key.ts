/** `baton signals-key`: makes, lists and ends the keys with which signals are sent in. */
import { BatonError } from "../errors.ts";
import { accountOf } from "../model/lead.ts";
import { record } from "../store/audit.ts";
import { createWriteKey, listWriteKeys, revokeWriteKey } from "../store/write-keys.ts";
import { chooseInstallations, oneInstallation, withStore } from "./existing-store.ts";
import { printJson, printLines, tableLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { capitalized, inTime } from "./words.ts";

/**
 * Prints a new key, alone on its line on standard output, so that a script can keep it. Throws `cli.usage` when the portal must
 * be named, `cli.not-found` for one Baton is not in.
 */
export async function createKey(shell: Shell, options: { readonly portal?: string }): Promise<void> {
  await withStore(shell, async (store) => {
    const chosen = await oneInstallation(store, options.portal);
    const { id: installation } = chosen;
    const made = await store.db.transaction().execute(async (tx) => {
      const fresh = await createWriteKey(tx, installation, shell.now());
      const entry = { installation, actor: "cli", action: "write-key-created", detail: fresh.id };
      await record(tx, entry, shell.now());
      return fresh;
    });
    await printLines(shell.err, [
      `Write key ${made.id} of ${accountOf(chosen)}. Keep it: it cannot be shown again.`,
    ]);
    await printLines(shell.out, [made.key]);
  });
}

/** Lists keys, revoked ones too. Throws `cli.not-found`. */
export async function listKeys(
  shell: Shell,
  options: { readonly portal?: string; readonly json?: boolean },
): Promise<void> {
  await withStore(shell, async (store) => {
    const keys = [];
    for (const { id: installation, tenant } of await chooseInstallations(store, options.portal)) {
      for (const key of await listWriteKeys(store.db, installation)) keys.push({ portal: tenant, ...key });
    }
    if (options.json === true) return await printJson(shell.out, keys);
    if (keys.length === 0)
      return await printLines(shell.out, ["There are no write keys. Make one: baton signals-key create"]);
    const rows = keys.map(({ portal, id, createdAt, revokedAt }) => [
      portal,
      id,
      inTime(createdAt, shell.zone),
      revokedAt === undefined ? "" : inTime(revokedAt, shell.zone),
    ]);
    await printLines(
      shell.out,
      tableLines(shell.out, { head: ["portal", "key", "created", "revoked"], rows }),
    );
  });
}

/** Ends a key. Throws `cli.usage` when the portal must be named, `cli.not-found` when there is no such key any more. */
export async function revokeKey(
  shell: Shell,
  id: string,
  options: { readonly portal?: string },
): Promise<void> {
  await withStore(shell, async (store) => {
    const chosen = await oneInstallation(store, options.portal);
    const { id: installation } = chosen;
    const isRevoked = await store.db.transaction().execute(async (tx) => {
      const done = await revokeWriteKey(tx, installation, id, shell.now());
      const entry = { installation, actor: "cli", action: "write-key-revoked", detail: id };
      if (done) await record(tx, entry, shell.now());
      return done;
    });
    if (!isRevoked)
      throw new BatonError(
        "cli.not-found",
        `${capitalized(accountOf(chosen))} has no write key "${id}" that is in use. See: baton signals-key list`,
      );
    await printLines(shell.out, [`Write key ${id} of ${accountOf(chosen)} is revoked.`]);
  });
}
