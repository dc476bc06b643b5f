/** Looking for people of marketing's whom sales' CRM has under the same address, and who are not linked yet: a page of them. */
import type { LeadRef } from "../model/lead.ts";
import { findErased } from "../store/erase.ts";
import { type Link, leadsLinkedWith, loadLinks, saveLinks } from "../store/links.ts";
import { inLane, type Lane } from "./lane.ts";
import { turnPage, type Turning } from "./resync-page.ts";

/** Leads read in one go. */
const BATCH = 100;

type Met = Pick<Link, "lead" | "counterpart" | "by">;

/** Throws `crm.*` when either CRM cannot be read. */
export async function meetPage(lane: Lane, turning: Turning): Promise<void> {
  const { current } = turning;
  const { db } = lane.store;
  const { id } = lane.installation;
  const page = await lane.connector.changedSince(current.since ?? 0, current.after);
  const leads = page.leads.map(({ lead }) => lead);
  const links = await loadLinks(db, id, idsOf(leads));
  const strangers = leads.filter((lead) => !links.has(lead.id));
  const met = await meet(lane, strangers);
  await inLane(lane, async (tx) => {
    const erased = await findErased(tx, lane.keys, id, idsOf(strangers));
    const held = await leadsLinkedWith(
      tx,
      id,
      met.map(({ counterpart }) => counterpart),
    );
    const fresh = met.filter(({ lead, counterpart }) => !erased.has(lead) && !held.has(counterpart));
    const turned = await turnPage(lane, tx, turning, {
      looked: leads.length,
      differing: fresh.length,
      written: 0,
      counts: {},
      ...(page.next === undefined ? {} : { next: page.next }),
    });
    if (turned !== undefined && !current.isDry) await saveLinks(tx, id, fresh, lane.now());
  });
}

/** Reading a pair finds who is in both. Two leads with one address are perhaps one person: the first is linked, as elsewhere. */
async function meet(lane: Lane, strangers: readonly LeadRef[]): Promise<readonly Met[]> {
  const email = lane.playbook().fields.sync?.fields.find(({ type }) => type === "email")?.marketing;
  if (email === undefined) return [];
  const met = new Map<string, Met>();
  for (let from = 0; from < strangers.length; from += BATCH) {
    const records = await lane.connector.read(strangers.slice(from, from + BATCH), {
      properties: [email],
      history: [],
      deals: false,
      lists: false,
    });
    for (const record of records) {
      if (record.found !== true || record.sales?.by !== "email") continue;
      const counterpart = record.sales.lead.id;
      if (!met.has(counterpart)) met.set(counterpart, { lead: record.lead.id, counterpart, by: "email" });
    }
  }
  return [...met.values()];
}

function idsOf(leads: readonly LeadRef[]): readonly string[] {
  return leads.map(({ id }) => id);
}
