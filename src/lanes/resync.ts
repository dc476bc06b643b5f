/**
 * Resync: all pairs, or those modified lately, are compared field by field, or people are looked for who are in both CRMs and not
 * linked. Asked for by people after a mapping changed, an outage or an import.
 *
 * - One page a turn, and only while nothing else waits: a demo request goes before a hundred thousand comparisons.
 * - A page ends in one transaction: what is to be written is planned in the ledger, and the cursor moves on. Killed at any moment, it
 *   goes on with that page or the next, and what was planned is delivered as everything is.
 * - What was read a moment ago is written at once, as far as that goes within seconds; the rest comes with other turns that find nothing
 *   else to do, looked at again.
 * - A dry one plans nothing: it counts what would change, and keeps a few samples of each field.
 */
import { deliver, FRESH_MS } from "../deliver/index.ts";
import { type BatonError, crmTrouble, IS_RETRIABLE } from "../errors.ts";
import { type DurationMs, MINUTE_MS } from "../model/instant.ts";
import type { LeadRef } from "../model/lead.ts";
import { type Effect, type PlannedEffect, planEffects } from "../store/effects.ts";
import { countElapsed } from "../store/elapsed.ts";
import { findErased } from "../store/erase.ts";
import { agree, linkedAfter, loadLinks } from "../store/links.ts";
import { loadResync, replaceResync, type Resync, resyncDueAt, saveSamples } from "../store/resyncs.ts";
import { inLane, type Lane } from "./lane.ts";
import { meetPage } from "./resync-links.ts";
import { begin, noteSpent, turnPage, type Turning, withSpent } from "./resync-page.ts";
import { countsOf, isDifference, samplesOf } from "./resync-tally.ts";
import { noteMoved } from "./pairs.ts";
import { fieldsInStep, isPair, newlyAgreed, type Pair, type Syncs, syncRecords, syncWrites } from "./sync.ts";

/** As many as the larger CRM reads in one call. */
const PAGE = 2_000;
/** Leads read once more in one go. */
const BATCH = 100;
/** Writes delivered in one go: several full batches of each CRM. */
const WRITES = 600;
const RETRY_MS: DurationMs = MINUTE_MS;
/** Where trying again will not help before people have done something. */
const REST_MS: DurationMs = 10 * MINUTE_MS;

/**
 * Looks at one more page, if one is due. To be asked when a turn found nothing else to do. @returns Whether there was anything to do.
 * Throws `crm.disconnected` and `deliver.lost-lane`; whatever else a CRM says puts it off.
 */
export async function resync(holder: Lane): Promise<boolean> {
  const { db } = holder.store;
  const { id } = holder.installation;
  const dueAt = await resyncDueAt(db, id);
  if (dueAt === undefined || dueAt > holder.now()) return false;
  const asked = await loadResync(db, id);
  if (asked === undefined || asked.endedAt !== undefined) return false;
  const lane = { ...holder, connector: holder.connector.asBulk() };
  const turning = await begin(lane, asked);
  try {
    await (asked.subject === "fields" ? comparePage : meetPage)(lane, turning);
  } catch (cause) {
    await putOff(lane, turning, crmTrouble(cause));
  }
  return true;
}

/** The same page is asked for again, later. */
async function putOff(lane: Lane, { asked, spentBefore }: Turning, cause: BatonError): Promise<void> {
  const { id } = lane.installation;
  lane.log.warn({ installation: id, code: cause.code }, "a page of a resync could not be read");
  const waitMs = IS_RETRIABLE[cause.remedy] ? Math.max(RETRY_MS, cause.retryAfterMs ?? 0) : REST_MS;
  const waiting: Resync = { ...withSpent(lane, asked, spentBefore), trouble: cause.code };
  await inLane(lane, (tx) => replaceResync(tx, id, asked, waiting, lane.now() + waitMs));
}

/** Fields: compares, counts, and plans what is to be written. */
async function comparePage(lane: Lane, turning: Turning): Promise<void> {
  const { current } = turning;
  const { leads, next } = await leadsOf(lane, current);
  const sinceRead = countElapsed();
  const compared = await compare(lane, leads);
  const { turned, planned } = await inLane(lane, async (tx) => {
    // Somebody erased since, or while their page was read, is neither shown nor written.
    const erased = await findErased(tx, lane.keys, lane.installation.id, [...compared.syncs.keys()]);
    const syncs = new Map([...compared.syncs].filter(([lead]) => !erased.has(lead)));
    const outcomes = [...syncs].flatMap(([lead, plan]) => plan.outcomes.map((one) => ({ lead, ...one })));
    const differing = outcomes.filter(isDifference);
    const effects = current.isDry ? [] : effectsOf(lane, current, syncs);
    const after = await turnPage(lane, tx, turning, {
      looked: leads.length,
      differing: new Set(differing.map(({ lead }) => lead)).size,
      written: effects.length,
      counts: countsOf(outcomes),
      ...(next === undefined ? {} : { next }),
    });
    if (after === undefined) return { planned: [] };
    await saveSamples(tx, lane.installation.id, samplesOf(differing, current.counts));
    if (!current.isDry) {
      // Before what is newly agreed of them: a record that has become another one agrees on less.
      await noteMoved(
        lane,
        tx,
        compared.pairs.filter(({ lead }) => syncs.has(lead.id)),
        await loadLinks(tx, lane.installation.id, [...syncs.keys()]),
      );
      await planEffects(tx, lane.installation.id, effects, lane.now());
      await agree(tx, lane.installation.id, newlyAgreed(syncs));
    }
    return { turned: after, planned: effects };
  });
  if (turned === undefined) return;
  const spentBefore = lane.connector.spent();
  await deliverFresh(lane, planned, sinceRead);
  await noteSpent(lane, turned, spentBefore);
}

/** The next leads: all that are linked, in the order of their ids, or those of them that were modified. */
async function leadsOf(
  lane: Lane,
  { since, after }: Resync,
): Promise<{ readonly leads: readonly LeadRef[]; readonly next?: string }> {
  const { id, crm } = lane.installation;
  const { db } = lane.store;
  if (since !== undefined) {
    const page = await lane.connector.changedSince(since, after);
    const leads = page.leads.map(({ lead }) => lead);
    const links = await loadLinks(
      db,
      id,
      leads.map((lead) => lead.id),
    );
    return {
      leads: leads.filter((lead) => links.has(lead.id)),
      ...(page.next === undefined ? {} : { next: page.next }),
    };
  }
  const ids = await linkedAfter(db, id, after ?? "", PAGE);
  const last = ids.at(-1);
  return {
    leads: ids.map((lead) => ({ crm, id: lead })),
    ...(ids.length < PAGE || last === undefined ? {} : { next: last }),
  };
}

/** What makes the leads of a page agree, and their records as they were read last. */
interface Compared {
  readonly syncs: Syncs;
  readonly pairs: readonly Pair[];
}

/**
 * Glances at all, and reads once more, with its history, what only the time of a change can decide. Leads that are in one CRM only are
 * nothing to compare; of one that was merged its survivor's turn tells.
 */
async function compare(lane: Lane, leads: readonly LeadRef[]): Promise<Compared> {
  if (leads.length === 0) return { syncs: new Map(), pairs: [] };
  const fields = fieldsInStep(lane, lane.playbook());
  const properties = fields.flatMap(({ marketing, sales }) => [marketing, sales]);
  const isItself = (record: { readonly asked: LeadRef; readonly lead?: LeadRef }): boolean =>
    record.lead?.id === record.asked.id;
  const glanced = (await lane.connector.glance(leads, properties)).filter(isItself);
  const first = await syncRecords(lane, glanced, fields);
  const byTime = new Set(fields.filter(({ winner }) => winner === "latest").map(({ name }) => name));
  const doubtful = leads.filter((lead) =>
    first.get(lead.id)?.outcomes.some(({ kind, field }) => kind === "conflict" && byTime.has(field)),
  );
  const second = new Map(first);
  const pairs = new Map(glanced.filter(isPair).map((record) => [record.lead.id, record]));
  for (let from = 0; from < doubtful.length; from += BATCH) {
    const records = await lane.connector.read(doubtful.slice(from, from + BATCH), {
      properties,
      history: properties,
      deals: false,
      lists: false,
    });
    const own = records.filter(isItself);
    for (const [lead, plan] of await syncRecords(lane, own, fields)) second.set(lead, plan);
    for (const record of own.filter(isPair)) pairs.set(record.lead.id, record);
  }
  return { syncs: second, pairs: [...pairs.values()] };
}

/** Keys name the page too: a lead that is modified while its resync is under way comes up on two of them. */
function effectsOf(lane: Lane, { id, looked }: Resync, syncs: Syncs): readonly PlannedEffect[] {
  const { crm } = lane.installation;
  return [...syncs].flatMap(([lead, plan]) =>
    syncWrites({ decisionId: `${id}.${looked}.${lead}`, lead: { crm, id: lead } }, plan).map((write) => ({
      write,
      decision: id,
      urgency: "bulk" as const,
    })),
  );
}

/** Whatever has to be read again first, other turns see to, after everything live: `deliverBulk`. */
async function deliverFresh(
  lane: Lane,
  planned: readonly PlannedEffect[],
  sinceRead: () => DurationMs,
): Promise<void> {
  const effects = planned.map((effect): Effect => ({
    ...effect,
    state: "planned",
    attempts: 0,
    plannedAt: lane.now(),
  }));
  for (let from = 0; from < effects.length; from += WRITES) {
    if (sinceRead() > FRESH_MS) return;
    await deliver(lane, effects.slice(from, from + WRITES), sinceRead);
  }
}
