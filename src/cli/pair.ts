/** `baton pair`: sales works in Salesforce on the leads of a HubSpot portal. */
import { pair as pairInstallations, unpair } from "../install/pairing.ts";
import { BatonError } from "../errors.ts";
import type { Crm } from "../model/lead.ts";
import type { Installation } from "../store/installations.ts";
import { listInstallations } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

export interface PairOptions {
  readonly portal?: string;
  readonly org?: string;
  readonly end?: boolean;
}

/** Pairs, or ends it. Throws `cli.not-found` for what Baton is not installed in, `cli.usage` for what cannot be a pair. */
export async function pair(shell: Shell, { portal, org, end }: PairOptions): Promise<void> {
  const said = await withStore(shell, async (store) => {
    const marketing = await theOne(store, "hubspot", portal, "--portal");
    if (end === true) return await endPair(shell, store, marketing);
    const sales = await theOne(store, "salesforce", org, "--org");
    await store.db
      .transaction()
      .execute((tx) => pairInstallations(tx, { marketing, sales, actor: "cli" }, shell.now()));
    return [
      `Sales works on the leads of portal ${marketing.tenant} in org ${sales.tenant}.`,
      "A running server notices within seconds. What is handed off from now on gets its owner, task and note in Salesforce.",
    ];
  });
  await printLines(shell.out, said);
}

async function endPair(shell: Shell, store: Store, marketing: Installation): Promise<readonly string[]> {
  const { sales } = marketing;
  if (sales === undefined)
    throw new BatonError("cli.not-found", `Portal ${marketing.tenant} is not paired with an org.`);
  await store.db.transaction().execute((tx) => unpair(tx, { marketing, sales, actor: "cli" }, shell.now()));
  return [
    `Portal ${marketing.tenant} and org ${sales.tenant} are not paired any more; who is who in both is kept.`,
  ];
}

/** The installation of one CRM that is named, or the only one there is. */
async function theOne(
  store: Store,
  crm: Crm,
  tenant: string | undefined,
  option: string,
): Promise<Installation> {
  const all = (await listInstallations(store.db)).filter((one) => one.crm === crm);
  const chosen = tenant === undefined ? all : all.filter((one) => one.tenant === tenant);
  const [only, ...others] = chosen;
  if (only !== undefined && others.length === 0) return only;
  const known = all.map((one) => one.tenant).join(", ") || "none";
  if (only !== undefined)
    throw new BatonError("cli.usage", `Baton is in several of them (${known}). Name one with ${option}.`);
  throw new BatonError(
    "cli.not-found",
    `Baton is not installed in ${tenant ?? `any ${crm} account`}; it is in: ${known}.`,
  );
}
