/** The way to the CRMs for commands that need one but no playbook: an account can be left while the playbook is broken. */
import { appsOf } from "../apps.ts";
import type { Config } from "../config.ts";
import type { Connector } from "../connector.ts";
import { connecting } from "../install/connecting.ts";
import type { Instant } from "../model/instant.ts";
import type { Locksmith } from "../store/connections.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";

/** What opens the tokens of this configuration's world: a sandbox's never open for the real CRM, nor the other way round. */
export function locksmithOf(config: Config): Locksmith {
  return { keys: config.secretKeys, audience: config.sandbox ? "sandbox" : "live" };
}

/** Connects to the account of an installation with its stored tokens. The caller closes the connector. */
export function connectorFor(
  config: Config,
  store: Store,
  installation: Installation,
  now: () => Instant,
): Connector {
  return connecting({ store, locksmith: locksmithOf(config), apps: appsOf(config, now), now })(installation);
}
