/** `baton channels remove`: forgets a channel and its secrets. */
import { record } from "../store/audit.ts";
import { removeChannel } from "../store/channels.ts";
import { withStore } from "./existing-store.ts";
import { findChannelRow } from "./find-channel.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

/** Removes it; what waited for it is dropped. Throws `cli.not-found`. */
export async function removeChannelOf(shell: Shell, id: string): Promise<void> {
  await withStore(shell, async (store) => {
    const { installation, kind } = await findChannelRow(store, id);
    await store.db.transaction().execute(async (tx) => {
      await removeChannel(tx, installation, id, shell.now());
      const entry = { installation, actor: "cli", action: "channel-removed", detail: `${kind} ${id}` };
      await record(tx, entry, shell.now());
    });
    await printLines(shell.out, [`Channel ${id} (${kind}) is removed.`]);
  });
}
