/**
 * The CRMs of a run: Acme's portal, its org, or a portal with an org in which sales works; and Baton installed into them over HTTP
 * as admins would.
 */
import { outboundToken } from "../../connectors/salesforce/outbound-key.ts";
import { ENDPOINT_PATHS } from "../../connectors/salesforce/paths.ts";
import type { Org, Portal, Sandbox } from "../../sandbox/index.ts";
import { buildWorld } from "../../sandbox/world/build.ts";
import { buildOrgWorld } from "../../sandbox/world/org-build.ts";
import { hubspotAppDeclaration } from "../../src/cli/demo/declaration.ts";
import { installAsAdmin, type Registered } from "../../src/cli/demo/setting.ts";
import type { Topology } from "../../src/cli/demo/stage.ts";
import { pair } from "../../src/install/pairing.ts";
import { listInstallations } from "../../src/store/installations.ts";
import type { Store } from "../../src/store/open.ts";

/** How Baton finds its own tasks and notes again: by a unique property, or where an account allows none by a mark in their text. */
export type FoundBy = "key" | "mark";

export interface Crms {
  readonly topology: Topology;
  readonly portal?: Portal;
  readonly org?: Org;
  readonly registered: Registered;
}

/** The playbook in `mappings/` for each. */
export const SHIPPED: Readonly<Record<Topology, string>> = {
  hubspot: "default",
  salesforce: "salesforce",
  both: "both",
};

const LIFTED = 1_000_000;
/** Fields whose history an org has to keep besides, as docs/install-salesforce.md says: answers are read from it. */
const ANSWERS = ["Baton_Disposition__c", "Baton_Disposition_Reason__c"] as const;
/** What an admin has the org tell Baton of. */
const TOLD = ["Lead", "Contact", "Task", "Event", "Opportunity"] as const;

export interface CrmOptions {
  readonly seed: number;
  readonly foundBy: FoundBy;
  /** Where Baton is reached. */
  readonly url: string;
  /** Where Baton is told that the org is, if not at the sandbox itself. */
  readonly crmUrl?: string | undefined;
}

/** Builds them. */
export function buildCrms(
  sandbox: Sandbox,
  topology: Topology,
  { seed, foundBy, url, crmUrl }: CrmOptions,
): Crms {
  const isKeyed = foundBy === "key";
  return {
    topology,
    ...(topology === "salesforce" ? {} : { portal: buildPortal(sandbox, seed, isKeyed) }),
    ...(topology === "hubspot" ? {} : { org: buildOrg(sandbox, seed, topology, { isKeyed, crmUrl }) }),
    registered: {
      ...(topology === "salesforce" ? {} : { app: sandbox.registerApp(hubspotAppDeclaration(url, seed)) }),
      ...(topology === "hubspot"
        ? {}
        : { client: sandbox.registerClient({ redirectUrls: [`${url}/oauth/salesforce/callback`] }) }),
    },
  };
}

function buildPortal(sandbox: Sandbox, seed: number, isKeyed: boolean): Portal {
  const portal = sandbox.createPortal({ rules: { uniqueActivityProperties: isKeyed } });
  buildWorld(sandbox, portal.id, seed, 0, sandbox.now());
  return portal;
}

/** Without the package there are no keys. Where marketing has its leads in a portal, sales' org has accounts and their people. */
function buildOrg(
  sandbox: Sandbox,
  seed: number,
  topology: Topology,
  { isKeyed, crmUrl }: { readonly isKeyed: boolean; readonly crmUrl: string | undefined },
): Org {
  const org = sandbox.createOrg({
    package: isKeyed,
    rules: { dailyLimit: LIFTED, instanceUrl: crmUrl },
  });
  const people = topology === "both" ? "accounts" : "everybody";
  buildOrgWorld(org.state, { seed, size: 0, asOf: sandbox.now(), people });
  const { tracked } = org.rules;
  org.rules.tracked = Object.fromEntries(
    ["Lead", "Contact"].map((object) => [object, [...(tracked[object] ?? []), ...ANSWERS]]),
  );
  return org;
}

/** Installs Baton, has the org send its messages, and makes a pair of the two. */
export async function installBaton(
  { portal, org, registered }: Crms,
  { sandbox, url, store }: { readonly sandbox: Sandbox; readonly url: string; readonly store: Store },
): Promise<void> {
  if (portal !== undefined) await installAsAdmin(url, sandbox);
  if (org === undefined) return;
  await installAsAdmin(url, sandbox, "salesforce");
  const token = outboundToken(registered.client?.clientSecret ?? "", org.id);
  for (const object of TOLD)
    org.outbound.define({
      object,
      url: `${url}${ENDPOINT_PATHS.outbound}/${token}`,
      fields: ["SystemModstamp"],
    });
  if (portal !== undefined) await pairThem(store, sandbox.now());
}

/** What `baton pair` does. */
async function pairThem({ db }: Store, now: number): Promise<void> {
  const all = await listInstallations(db);
  const marketing = all.find(({ crm }) => crm === "hubspot");
  const sales = all.find(({ crm }) => crm === "salesforce");
  if (marketing === undefined || sales === undefined) throw new Error("a pair is of two installations");
  await db.transaction().execute((tx) => pair(tx, { marketing, sales, actor: "test" }, now));
}

/** How badly events travel, wherever they come from. */
export interface EventMood {
  readonly duplicateShare?: number;
  readonly reorderShare?: number;
  readonly retryDelayMs?: number;
  readonly retries?: number;
}

/** Sets it for webhooks and outbound messages alike. */
export function setMood({ webhooks }: Sandbox, { org }: Crms, mood: EventMood): void {
  Object.assign(webhooks.mood, mood);
  if (org !== undefined) Object.assign(org.outbound.mood, mood);
}
