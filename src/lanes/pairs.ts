/**
 * Leads that are in two CRMs: what sales' CRM tells of its records is said of the leads they are, and what a reading shows about
 * who is who is kept.
 *
 * A record that sales deleted is believed to be gone when its deletion was told, or when a second look, half a minute later, says so
 * too: as for leads themselves (not-there.ts). The handoff ends with it, as a
 * rejection; the lead is still marketing's.
 */
import type { CrmEvent } from "../model/event.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { endHandoff } from "../store/erase.ts";
import { settleEvents, type WaitingEvent } from "../store/events.ts";
import { loadOpenHandoffs, saveCourses } from "../store/handoffs.ts";
import {
  type Link,
  leadsLinkedWith,
  loadLinks,
  noteGone,
  replaceAgreed,
  saveLinks,
  unlink,
} from "../store/links.ts";
import type { Tx } from "../store/schema.ts";
import { admitsStrangers, admitStrangers } from "./admitting.ts";
import { inLane, type Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";
import { agreedWith, fieldsInStep, isPair, type Pair } from "./sync.ts";

const BELIEVED_AFTER_MS: DurationMs = 30 * SECOND_MS;
/** As which property a record's end is told, so that whoever reads the event understands it. */
const DELETED = "record deleted";

/**
 * The events that concern leads of this installation, each said of its lead. What sales' CRM tells of somebody marketing does not know
 * ends here, unless they are to be leads of marketing's too: nothing is decided about people who are not.
 */
export async function ofKnownLeads(
  lane: Lane,
  waiting: readonly WaitingEvent[],
): Promise<readonly WaitingEvent[]> {
  const { id, crm } = lane.installation;
  const foreign = waiting.filter(({ event }) => isForeign(event, crm));
  if (foreign.length === 0) return waiting;
  const leads = await leadsLinkedWith(
    lane.store.db,
    id,
    foreign.flatMap(({ event }) => counterpartOf(event) ?? []),
  );
  const strange = foreign.filter(({ event }) => !leads.has(counterpartOf(event) ?? ""));
  const admitted = strange.length === 0 ? new Map<string, string>() : await seeTo(lane, strange);
  return waiting.flatMap((one) => {
    if (!isForeign(one.event, crm)) return [one];
    const name = counterpartOf(one.event) ?? "";
    const lead = leads.get(name) ?? admitted.get(name);
    return lead === undefined ? [] : [{ ...one, event: saidOf(lead, crm, one.event) }];
  });
}

/** Ends what was told of strangers, or lets them in. @returns The leads they are by now, by the ids their events name. */
async function seeTo(lane: Lane, strange: readonly WaitingEvent[]): Promise<ReadonlyMap<string, string>> {
  if (admitsStrangers(lane)) {
    const named = strange.flatMap((one) =>
      "lead" in one.event && one.event.lead !== undefined ? [{ ...one, ref: one.event.lead }] : [],
    );
    return await admitStrangers(lane, named);
  }
  const seqs = strange.map(({ seq }) => seq);
  await inLane(lane, (tx) => settleEvents(tx, seqs, "done", "of nobody who is a lead of marketing's"));
  return new Map();
}

function isForeign(event: CrmEvent, crm: Crm): boolean {
  return "lead" in event && event.lead !== undefined && event.lead.crm !== crm;
}

function counterpartOf(event: CrmEvent): string | undefined {
  return "lead" in event ? event.lead?.id : undefined;
}

/** What became of a record in sales' CRM is news of the lead, never its end: it is looked at. */
function saidOf(lead: string, crm: Crm, event: CrmEvent): CrmEvent {
  const { key, tenant, occurredAt, urgency } = event;
  const head = { key, tenant, occurredAt, urgency, lead: { crm, id: lead } };
  if (event.kind === "lead-changed" || event.kind === "handoff-requested") return { ...event, ...head };
  const property = event.kind === "lead-deleted" ? DELETED : event.kind;
  return { ...head, kind: "lead-changed", field: "other", property };
}

/** Keeps who was found by their address, under which id a record answered, and which records are gone. */
export async function noteCounterparts(lane: Lane, tx: Tx, read: readonly ReadLead[]): Promise<void> {
  const { id } = lane.installation;
  const there = read.flatMap(({ work, record }) =>
    record.found === true && record.sales !== undefined
      ? [{ work, record, lead: record.lead.id, sales: record.sales }]
      : [],
  );
  if (there.length === 0) return;
  const links = await loadLinks(
    tx,
    id,
    there.map(({ lead }) => lead),
  );
  await noteMoved(
    lane,
    tx,
    read.flatMap(({ record }) => (isPair(record) ? [record] : [])),
    links,
  );
  for (const { work, lead, sales } of there) {
    if (!sales.isGone) continue;
    const wasTold = work.events.some(
      ({ event }) => event.kind === "lead-changed" && event.property === DELETED,
    );
    const goneAt = links.get(lead)?.goneAt;
    const isBelieved = wasTold || (goneAt !== undefined && goneAt + BELIEVED_AFTER_MS <= lane.now());
    if (!isBelieved) {
      await noteGone(tx, id, lead, lane.now());
      continue;
    }
    await unlink(tx, id, lead);
    for (const handoff of (await loadOpenHandoffs(tx, id, [lead])).values()) {
      await endHandoff(tx, id, handoff.id, "the record was deleted in sales' CRM", lane.now());
      // To delete a record is to reject the lead: what it did so far hands it off to nobody again.
      await saveCourses(tx, id, [{ id: handoff.id, ended_as: "rejected", answer_reason: "deleted" }]);
    }
  }
}

/**
 * Records that were found, and those that are others by now: of the latter not all that was agreed still holds.
 * @param links  Those of the same leads, as they are stored.
 */
export async function noteMoved(
  lane: Lane,
  tx: Tx,
  pairs: readonly Pair[],
  links: ReadonlyMap<string, Link>,
): Promise<void> {
  const { id } = lane.installation;
  const moved = pairs.filter(({ lead, sales }) => links.get(lead.id)?.counterpart !== sales.lead.id);
  const own = await saveLinks(
    tx,
    id,
    moved.map(({ lead, sales }) => ({ lead: lead.id, counterpart: sales.lead.id, by: "email" as const })),
    lane.now(),
  );
  const fields = fieldsInStep(lane, lane.playbook());
  const replaced = moved.flatMap((pair) => {
    const link = links.get(pair.lead.id);
    if (link === undefined || !own.has(pair.lead.id)) return [];
    return [[pair.lead.id, agreedWith(pair, link, fields)] as const];
  });
  await replaceAgreed(tx, id, new Map(replaced));
}
