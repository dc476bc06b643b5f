/** The way to an installation's CRM, or to both where sales works in another one. */
import type { Connector } from "../connector.ts";
import type { CrmApp } from "../crm-app.ts";
import { BatonError } from "../errors.ts";
import type { Capabilities } from "../model/capabilities.ts";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { pairedConnector, type PairRules } from "../pair/index.ts";
import { employerPaths } from "../playbook/employer-paths.ts";
import { inStep } from "../playbook/in-step.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { type Locksmith, tokenVault } from "../store/connections.ts";
import { findErased } from "../store/erase.ts";
import type { Installation } from "../store/installations.ts";
import { leadsLinkedWith, loadLinks, saveLinks } from "../store/links.ts";
import type { Store } from "../store/open.ts";
import type { TokenVault } from "../tokens.ts";

interface Means {
  readonly store: Store;
  readonly locksmith: Locksmith;
  readonly apps: readonly CrmApp[];
  readonly now: () => Instant;
  /** The version that decides; absent where nothing is decided, only shown or ended. */
  readonly playbook?: () => Pick<Playbook, "fields">;
}

const NO_RULES: PairRules = { fields: [], makes: "never", admits: false };

/** What a playbook agrees about the pair of an installation. Throws nothing. */
function pairRulesOf({ fields }: Pick<Playbook, "fields">, { syncsItself }: Capabilities): PairRules {
  const { sync } = fields;
  const { makes, admits } = inStep(sync, syncsItself === true);
  return {
    fields: sync?.fields ?? [],
    makes,
    admits,
    ...(sync?.create === "contact" ? { employer: employerPaths(fields) } : {}),
  };
}

/** Connects to installations; whoever asks closes the connector. Throws `config.invalid` where no app is configured for a CRM. */
export function connecting(means: Means): (installation: Installation) => Connector {
  const { store, locksmith, apps, now, playbook } = means;
  const vaultOf = ({ id }: Installation): TokenVault => tokenVault(store, locksmith, id, now);
  const alone = (one: Installation, vault = vaultOf(one)): Connector =>
    appOf(apps, one.crm).connect(one.tenant, vault, one.capabilities);
  return (installation) => {
    const { id, sales } = installation;
    if (sales === undefined) return alone(installation);
    return pairedConnector({
      marketing: alone(installation),
      sales: alone(sales, named(vaultOf(sales), sales.id)),
      links: {
        of: (leads) => loadLinks(store.db, id, leads),
        leadsOf: (counterparts) => leadsLinkedWith(store.db, id, counterparts),
        save: (links) => saveLinks(store.db, id, links, now()),
        erased: (emails) => findErased(store.db, locksmith.keys, id, emails),
      },
      rules: () => (playbook === undefined ? NO_RULES : pairRulesOf(playbook(), installation.capabilities)),
      now,
    });
  };
}

/** Where the tokens of a pair are refused, whoever hears of it has to know whose they were. */
function named(vault: TokenVault, installation: string): TokenVault {
  const rethrow = (cause: unknown): never => {
    if (!(cause instanceof BatonError) || cause.code !== "crm.disconnected") throw cause;
    throw new BatonError(cause.code, cause.message, { cause, installation });
  };
  return {
    load: () => vault.load().catch(rethrow),
    renew: (stale, exchange) => vault.renew(stale, exchange).catch(rethrow),
  };
}

function appOf(apps: readonly CrmApp[], crm: Crm): CrmApp {
  const app = apps.find((candidate) => candidate.crm === crm);
  if (app === undefined) throw new BatonError("config.invalid", `No app for ${crm} is configured.`);
  return app;
}
