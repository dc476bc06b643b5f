/**
 * Pairing: sales works in one installation on the leads of another. Only an operator pairs, because whoever may speak for an org
 * does not speak for a portal for that reason.
 */
import { BatonError } from "../errors.ts";
import { startPolling } from "../lanes/polls.ts";
import type { Instant } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { deletePolls } from "../store/cursors.ts";
import { endPending } from "../store/events.ts";
import { type Installation, setServes } from "../store/installations.ts";
import { recallLane } from "../store/lanes.ts";
import type { Tx } from "../store/schema.ts";

/** What happened in an installation before it served another is nobody's to decide there. */
const OVERTAKEN = "sales works here on the leads of another installation now";

/**
 * Makes `sales` serve `marketing`: from now on what it tells is said of the leads there, and it decides nothing by itself. Doing it
 * again changes nothing. Throws `cli.usage` for two that cannot be a pair.
 */
export async function pair(
  tx: Tx,
  { marketing, sales, actor }: { marketing: Installation; sales: Installation; actor: string },
  now: Instant,
): Promise<void> {
  const problem = problemOf(marketing, sales);
  if (problem !== undefined) throw new BatonError("cli.usage", problem);
  await setServes(tx, sales.id, marketing.id, now);
  // A turn that began before would go on deciding with the portal's people, whom sales' CRM does not know.
  await recallLane(tx, marketing.id);
  await deletePolls(tx, sales.id);
  await endPending(tx, sales.id, OVERTAKEN);
  await note(tx, { marketing, sales, actor, action: "paired" }, now);
}

/** Ends it. The links stay, so that a second pairing goes on where this one ends. Throws nothing of its own. */
export async function unpair(
  tx: Tx,
  { marketing, sales, actor }: { marketing: Installation; sales: Installation; actor: string },
  now: Instant,
): Promise<void> {
  await setServes(tx, sales.id, undefined, now);
  await recallLane(tx, marketing.id);
  await startPolling(tx, sales.id, now);
  await note(tx, { marketing, sales, actor, action: "unpaired" }, now);
}

function problemOf(marketing: Installation, sales: Installation): string | undefined {
  if (marketing.crm === sales.crm)
    return `${marketing.tenant} and ${sales.tenant} are both ${marketing.crm}: a pair is of two CRMs. Name a portal and an org.`;
  if (marketing.serves !== undefined || sales.sales !== undefined)
    return `${sales.tenant} has sales' records for ${marketing.tenant}, not the other way round. Name the portal with --portal and the org with --org.`;
  if (marketing.sales !== undefined && marketing.sales.id !== sales.id)
    return `Sales works on the leads of ${marketing.tenant} in ${marketing.sales.tenant} already. End that first: baton pair --portal ${marketing.tenant} --end`;
  if (sales.serves !== undefined && sales.serves !== marketing.id)
    return `${sales.tenant} has sales' records for another portal already. End that first, with that portal's id and --end.`;
  return undefined;
}

async function note(
  tx: Tx,
  { marketing, sales, actor, action }: Parameters<typeof pair>[1] & { action: string },
  now: Instant,
): Promise<void> {
  await record(tx, { installation: marketing.id, actor, action, detail: sales.tenant }, now);
  await record(tx, { installation: sales.id, actor, action, detail: marketing.tenant }, now);
}
