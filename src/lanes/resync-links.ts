/**
 * Looking for people who are in both CRMs under one address and not linked yet: a page of them. Where sales' own people become leads, they
 * are looked through as well, and made.
 */
import type { CrmEvent } from "../model/event.ts";
import type { LeadRef } from "../model/lead.ts";
import type { Admission } from "../model/newcomer.ts";
import { findErased } from "../store/erase.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import { type Link, leadsLinkedWith, loadLinks, saveLinks } from "../store/links.ts";
import { admitsStrangers, linkAdmitted } from "./admitting.ts";
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
  // Whom sales' CRM alone has modified it could only name by the leads they are linked with.
  const where = admitsStrangers(lane) ? undefined : "leading";
  const page = await lane.connector.changedSince(current.since ?? 0, current.after, where);
  const leads = page.leads.map(({ lead }) => lead);
  const links = await loadLinks(db, id, idsOf(leads));
  const strangers = leads.filter((lead) => lead.crm === lane.installation.crm && !links.has(lead.id));
  const met = await meet(lane, strangers);
  const told = await admitAll(
    lane,
    leads.filter(({ crm }) => crm !== lane.installation.crm),
    current.isDry,
  );
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
      differing: fresh.length + told.filter(isNews).length,
      written: 0,
      counts: {},
      ...(page.next === undefined ? {} : { next: page.next }),
    });
    if (turned === undefined || current.isDry) return;
    await saveLinks(tx, id, fresh, lane.now());
    await linkAdmitted(lane, tx, told);
    await insertOwnEvents(tx, id, unsettledOf(lane, current.id, told), lane.now());
  });
}

/** Who could not be found or made now is asked about by turns to come, and by a person in the end. */
function unsettledOf(lane: Lane, resync: string, told: readonly Admission[]): readonly CrmEvent[] {
  return told
    .filter(({ is }) => is === "later" || is === "refused")
    .map(({ asked: lead }) => ({
      key: `resync:${resync}:${lead.id}`,
      tenant: lane.installation.tenant,
      occurredAt: lane.now(),
      urgency: "bulk",
      kind: "lead-changed",
      lead,
      field: "other",
      property: "resync",
    }));
}

/** Who is asked about again, because the page is, is found by their address: nobody is made twice. */
async function admitAll(
  lane: Lane,
  people: readonly LeadRef[],
  isDry: boolean,
): Promise<readonly Admission[]> {
  const told: Admission[] = [];
  const how = { isDry, ...(lane.mayWrite === undefined ? {} : { mayWrite: lane.mayWrite }) };
  for (let from = 0; from < people.length; from += BATCH)
    told.push(...((await lane.connector.admit?.(people.slice(from, from + BATCH), how)) ?? []));
  return told;
}

function isNews(one: Admission): boolean {
  return one.is === "expected" || (one.is === "lead" && one.by !== "link");
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
