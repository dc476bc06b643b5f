/** Who the leads of a reading are: submissions known by an address only, records that were merged, people who were erased. */
import { type DurationMs, MINUTE_MS } from "../model/instant.ts";
import type { LeadRef } from "../model/lead.ts";
import type { CrmRecord } from "../model/record.ts";
import { eraseLead, findErased, knownEmails, scrub } from "../store/erase.ts";
import { nameLead, postponeEvents, settleEvents, type WaitingEvent } from "../store/events.ts";
import { findLeadsByEmail, loadLeads } from "../store/leads.ts";
import type { Tx } from "../store/schema.ts";
import type { Claim } from "./claim.ts";
import { joinRecords } from "./joining.ts";
import { inLane, type Lane } from "./lane.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { noteCounterparts } from "./pairs.ts";
import type { ReadLead } from "./reading.ts";

/**
 * A form submission of somebody the CRM does not know yet is looked for again, after a minute and then ever more slowly, some ten
 * times; the CRM lags behind its own forms.
 */
const STRANGER_FOR_MS: DurationMs = 45 * MINUTE_MS;
const STRANGER_PATIENCE = 3;
/** Events of a claim whose leads the CRM was asked for by address, and found or not. */
export interface Introduced {
  readonly works: readonly LeadWork[];
  readonly found: readonly { readonly lead: string; readonly waiting: WaitingEvent }[];
  readonly missing: readonly WaitingEvent[];
}

/** Adds submissions known by e-mail only to the leads they belong to. */
export async function introduce(lane: Lane, { leads, strangers }: Claim): Promise<Introduced> {
  if (strangers.length === 0) return { works: leads, found: [], missing: [] };
  const emails = [...new Set(strangers.map(({ email }) => email))];
  const known = await findLeadsByEmail(lane.store.db, lane.installation.id, emails);
  const unknown = emails.filter((email) => !known.has(email));
  const asked = unknown.length === 0 ? new Map<string, LeadRef>() : await lane.connector.findByEmail(unknown);
  const leadOf = (email: string): string | undefined => known.get(email) ?? asked.get(email)?.id;
  const byLead = new Map(leads.map(({ lead, events }) => [lead, events]));
  const found = strangers.flatMap(({ waiting, email }) => {
    const lead = leadOf(email);
    return lead === undefined ? [] : [{ lead, waiting }];
  });
  for (const { lead, waiting } of found) byLead.set(lead, [...(byLead.get(lead) ?? []), waiting]);
  return {
    works: [...byLead].map(([lead, events]) => ({ lead, events })),
    found,
    missing: strangers.filter(({ email }) => leadOf(email) === undefined).map(({ waiting }) => waiting),
  };
}

/**
 * Stores what the CRM has just told about who is who, before anything is remembered or decided of these leads: merges nobody
 * had told, whose the submissions are, and that somebody erased is still there. @returns The leads left to decide.
 */
export async function noteWhoIsWho(
  lane: Lane,
  { found, missing }: Introduced,
  read: readonly ReadLead[],
): Promise<readonly ReadLead[]> {
  const { id } = lane.installation;
  const merged = await mergesOf(lane, read);
  const erased = await findErased(lane.store.db, lane.keys, id, read.map(survivorOf));
  const isPaired = read.some(({ record }) => record.found === true && record.sales !== undefined);
  if (!isPaired && found.length + missing.length + merged.size + erased.size === 0) return read;

  const first = new Set<string>();
  const [kept, again]: [ReadLead[], ReadLead[]] = [[], []];
  for (const one of read) {
    const lead = survivorOf(one);
    if (erased.has(lead)) continue;
    (first.has(lead) || merged.has(lead) ? again : kept).push(one);
    first.add(lead);
  }
  await inLane(lane, async (tx) => {
    for (const [lead, survivor] of merged) await joinRecords(lane, tx, lead, survivor);
    for (const [lead, events] of Map.groupBy(found, (one) => one.lead))
      await nameLead(tx, seqsOf(events.map(({ waiting }) => waiting)), lead);
    // Another id of a record that is decided in this turn: it comes again as the survivor's.
    for (const { work } of again)
      await postponeEvents(tx, seqsOf(work.events), lane.now(), "merged meanwhile", false);
    await waitForStrangers(lane, tx, missing);
    await noteCounterparts(lane, tx, kept);
    for (const lead of erased)
      await eraseLead(tx, lane.keys, id, lead, await knownEmails(tx, id, lead), lane.now());
  });
  if (erased.size > 0) await scrub(lane.store);
  return kept;
}

/**
 * Leads that are another one by now, by who that is: those that answered under another id, and those of which the survivor tells while
 * Baton still takes them for a lead of their own. Whoever reads the survivor first must not begin a second handoff for it.
 */
async function mergesOf(lane: Lane, read: readonly ReadLead[]): Promise<ReadonlyMap<string, string>> {
  const told = read.flatMap(({ record }) =>
    record.found === true ? (record.formerly ?? []).map((lead) => [lead, record.lead.id] as const) : [],
  );
  const known = await loadLeads(
    lane.store.db,
    lane.installation.id,
    told.map(([lead]) => lead),
  );
  const answered = read.map((one) => [one.work.lead, survivorOf(one)] as const);
  return new Map([
    ...told.filter(([lead]) => known.has(lead)),
    ...answered.filter(([lead, survivor]) => lead !== survivor),
  ]);
}

/** The id under which the lead is known from now on. */
function survivorOf({ work, record }: ReadLead): string {
  return record.found === true ? record.lead.id : work.lead;
}

/** Merged since the look at it, a moment ago: who is who is found out by the next turn. */
export function unlessMerged(record: CrmRecord): CrmRecord {
  if (record.found !== true || record.lead.id === record.asked.id) return record;
  return { found: "unsure", asked: record.asked, code: "crm.conflict" };
}

async function waitForStrangers(lane: Lane, tx: Tx, missing: readonly WaitingEvent[]): Promise<void> {
  for (const waiting of missing) {
    const ageMs = lane.now() - waiting.receivedAt;
    const seqs = [waiting.seq];
    // What was sent in waits under the address by itself: it needs no second look.
    if (waiting.event.kind === "signal-received" || ageMs >= STRANGER_FOR_MS)
      await settleEvents(tx, seqs, "done", "no lead with this e-mail address");
    else {
      const nextAt = lane.now() + MINUTE_MS + Math.floor(ageMs / STRANGER_PATIENCE);
      await postponeEvents(tx, seqs, nextAt, "lead not found yet", false);
    }
  }
}
