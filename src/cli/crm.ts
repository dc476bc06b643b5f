/** The way to the CRMs for commands that need one but no playbook: an account can be left while the playbook is broken. */
import { hubspotApp } from "../../connectors/hubspot/index.ts";
import type { Config } from "../config.ts";
import type { Connector, CrmApp } from "../connector.ts";
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { type Locksmith, tokenVault } from "../store/connections.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";

/** What opens the tokens of this configuration's world: a sandbox's never open for the real CRM, nor the other way round. */
export function locksmithOf(config: Config): Locksmith {
  return { keys: config.secretKeys, audience: config.sandbox ? "sandbox" : "live" };
}

/** The apps of this configuration. */
export function appsOf(config: Config, now: () => Instant): readonly CrmApp[] {
  return [hubspotApp({ ...config.hubspot, publicUrl: config.publicUrl, now })];
}

/** Connects to the account of an installation with its stored tokens. The caller closes the connector. */
export function connectorFor(
  config: Config,
  store: Store,
  installation: Installation,
  now: () => Instant,
): Connector {
  const app = appsOf(config, now).find(({ crm }) => crm === installation.crm);
  if (app === undefined) {
    throw new BatonError("config.invalid", `No app for ${installation.crm} is configured.`);
  }
  const vault = tokenVault(store, locksmithOf(config), installation.id, now);
  return app.connect(installation.tenant, vault, installation.capabilities);
}
