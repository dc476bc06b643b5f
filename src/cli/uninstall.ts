/** `baton uninstall`: leaves a portal or an org on the CRM's side, then forgets it on ours. */
import { accountOf } from "../model/lead.ts";
import { loadConfig, type Config } from "../config.ts";
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { scrub, wipeInstallation } from "../store/erase.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { confirm } from "./confirm.ts";
import { connectorFor } from "./crm.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted } from "./words.ts";

/**
 * Leaves and wipes. Asks first. Throws `cli.not-found` for an account Baton is not in; `crm.*` when the CRM could not be asked to
 * let go, and then nothing is wiped: the tokens are still needed.
 */
export async function uninstall(
  shell: Shell,
  tenant: string,
  options: { readonly yes?: boolean },
): Promise<void> {
  const config = loadConfig(shell.env);
  await withStore(shell, async (store) => {
    for (const installation of await chooseInstallations(store, tenant)) {
      const account = accountOf(installation);
      const what = `Baton will leave ${account} and remove everything stored about it.`;
      if (!(await confirm(shell, what, options.yes === true))) return;
      await printLines(shell.err, [`Leaving ${account} …`]);
      await leave(config, store, installation, shell.now);
      const rows = await wipe(store, installation, shell.now());
      await printLines(shell.out, [
        `The app is not installed in ${account} any more.`,
        `${counted(rows, "row")} removed, tokens included.`,
      ]);
    }
  });
}

/** When the CRM, or the lack of tokens, says that the app is gone, that is what was wanted. */
async function leave(
  config: Config,
  store: Store,
  installation: Installation,
  now: () => Instant,
): Promise<void> {
  const connector = connectorFor(config, store, installation, now);
  try {
    await connector.leave();
  } catch (error) {
    if (!(error instanceof BatonError && GONE.has(error.code))) throw error;
  } finally {
    await connector.close();
  }
}

const GONE: ReadonlySet<string> = new Set(["crm.disconnected", "crm.unauthorized", "crm.not-found"]);

async function wipe(store: Store, { id, crm }: Installation, now: Instant): Promise<number> {
  const rows = await store.db.transaction().execute(async (tx) => {
    const removed = await wipeInstallation(tx, id, now);
    await record(tx, { installation: id, actor: "cli", action: "uninstalled", detail: crm }, now);
    return removed;
  });
  await scrub(store);
  return rows;
}
