/** `baton connect`: installs Baton where it has a key of its own and no admin signs in. */
import { appsOf } from "../apps.ts";
import { loadConfig } from "../config.ts";
import { BatonError } from "../errors.ts";
import { installByKey } from "../install/flow.ts";
import { storedConnections } from "../install/stored.ts";
import { loadPlaybook } from "../playbook-folder.ts";
import { offeredAnswers } from "../playbook/offered.ts";
import { openStore } from "../store/open.ts";
import { locksmithOf } from "./crm.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

/** Gets tokens, keeps them, and finds out what the account can do. Throws `config.invalid` and what the CRM answers. */
export async function connect(shell: Shell): Promise<void> {
  const config = loadConfig(shell.env);
  const app = appsOf(config, shell.now).find(({ crm }) => crm === "salesforce");
  if (app === undefined)
    throw new BatonError(
      "config.invalid",
      "No Salesforce app is configured: set BATON_SALESFORCE_CLIENT_ID.",
    );
  const store = await openStore(config.databaseUrl);
  try {
    const nobody = { forget: () => Promise.resolve(), wake: () => undefined };
    const connections = storedConnections({ store, now: shell.now }, locksmithOf(config), nobody);
    const { playbook } = await loadPlaybook(config.playbook);
    const offered = () => offeredAnswers(playbook.agreement);
    const { tenant, fault } = await installByKey(app, { connections, offered }, shell.now());
    await printLines(shell.out, [
      `Baton is connected to org ${tenant}. A running server begins with it within seconds.`,
      ...(fault === undefined
        ? []
        : [`It is not ready yet, and is tried again every few minutes: ${fault.message}`]),
      "What to set up there by hand, with this org's own addresses: baton doctor --setup",
    ]);
  } finally {
    await store.close();
  }
}
