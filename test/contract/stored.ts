/** A connector as a server makes it: of an installation in a database, its tokens under seal beside it. */
import { randomBytes } from "node:crypto";
import type { Connector } from "../../src/connector.ts";
import type { CrmApp } from "../../src/crm-app.ts";
import { connecting } from "../../src/install/connecting.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Instant } from "../../src/model/instant.ts";
import { type Locksmith, saveTokens } from "../../src/store/connections.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import type { Store } from "../../src/store/open.ts";
import type { Tokens } from "../../src/tokens.ts";

export interface Stored {
  readonly app: CrmApp;
  readonly tenant: string;
  readonly capabilities: Capabilities;
  readonly tokens: Tokens;
  readonly now: () => Instant;
}

/** Stores the installation and gives the way to it; each call is a process that has just been started. */
export async function storeConnection(
  store: Store,
  { app, tenant, capabilities, tokens, now }: Stored,
): Promise<() => Connector> {
  const locksmith: Locksmith = { keys: [randomBytes(32)], audience: "sandbox" };
  const fresh = { id: `${app.crm}-${tenant}`, crm: app.crm, tenant, capabilities };
  const installation = await saveInstallation(store.db, fresh, now());
  await saveTokens(store.db, locksmith, installation.id, tokens, now());
  const connect = connecting({ store, locksmith, apps: [app], now });
  return () => connect(installation);
}
