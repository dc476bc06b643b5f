/** `baton channels list`: which channels there are, and what waits for them. */
import { listChannels } from "../store/channels.ts";
import { countByChannel } from "../store/stuck-notices.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printJson, printLines, tableLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { inTime } from "./words.ts";

/** Prints channels, never their settings. Throws `cli.not-found` for an unknown portal. */
export async function listChannelsOf(
  shell: Shell,
  options: { readonly portal?: string; readonly json?: boolean },
): Promise<void> {
  await withStore(shell, async (store) => {
    const channels = [];
    for (const { id: installation, tenant } of await chooseInstallations(store, options.portal)) {
      const counts = await countByChannel(store.db, installation);
      for (const { id, kind, only, createdAt } of await listChannels(store.db, installation)) {
        const { waiting = 0, stuck = 0 } = counts.get(id) ?? {};
        channels.push({ portal: tenant, id, kind, only: only ?? "all", createdAt, waiting, stuck });
      }
    }
    if (options.json === true) return await printJson(shell.out, channels);
    if (channels.length === 0)
      return await printLines(shell.out, [
        "There are no channels: nobody is told. Add one: baton channels add",
      ]);
    const rows = channels.map(({ portal, id, kind, only, createdAt, waiting, stuck }) => [
      portal,
      id,
      kind,
      typeof only === "string" ? only : only.join(", "),
      inTime(createdAt, shell.zone),
      String(waiting),
      String(stuck),
    ]);
    const head = ["portal", "channel", "kind", "gets", "added", "waiting", "for a person"];
    await printLines(shell.out, tableLines(shell.out, { head, rows }));
  });
}
