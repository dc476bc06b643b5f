/**
 * What a lane takes next: waiting events, sorted by lead. An event is a hint, so those of one lead are one piece of work.
 * Some need no look at the CRM and end here: echoes of our own writes, deletions, erasures, and the joining of merged leads.
 */
import { BatonError, IS_RETRIABLE } from "../errors.ts";
import { addressOf, type CrmEvent, type HandoffRequest } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import { deleteAccountSignals } from "../store/account-signals.ts";
import { echoKey, ownWrites } from "../store/echoes.ts";
import { dropPlanned } from "../store/effects.ts";
import { endHandoff, eraseLead, findErased, knownEmails, scrub } from "../store/erase.ts";
import {
  countTries,
  pendingEventsOf,
  settleEvents,
  uncountTries,
  type WaitingEvent,
  waitingEvents,
} from "../store/events.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { deletePersonKeys } from "../store/identities.ts";
import { loadMerges } from "../store/leads.ts";
import { saveReviews } from "../store/reviews.ts";
import type { Db, Tx } from "../store/schema.ts";
import { joinRecords } from "./joining.ts";
import { inLane, type Lane } from "./lane.ts";
import { asksForHandoffs } from "./surroundings.ts";
import { ofKnownLeads } from "./pairs.ts";

/** The events of one lead, oldest first. */
export interface LeadWork {
  readonly lead: string;
  readonly events: readonly WaitingEvent[];
}

export interface Claim {
  /** At most `MOST_LEADS`, or `MOST_FOLLOWED`. */
  readonly leads: readonly LeadWork[];
  /** Form submissions and signals of which only the e-mail address is known yet. */
  readonly strangers: readonly { readonly waiting: WaitingEvent; readonly email: string }[];
  /** Calls, meetings and the like, of which only the CRM knows whom they were with. */
  readonly activities: readonly WaitingEvent[];
  /** How many events were looked at, whatever became of them: 0 means that nothing waits. */
  readonly taken: number;
}

/** The size of the CRM's batches. */
const MOST_LEADS = 100;
/** Where only handoffs are asked about: what passed between two is read of more at once, and little is read besides. */
const MOST_FOLLOWED = 300;
const MOST_EVENTS = 500;
/** An event that failed this often waits for a person instead of blocking its lead. */
export const MOST_TRIES = 3;
/**
 * Tries that nobody gave back: the process died, or the turn broke for no reason of the CRM's. Past `MOST_TRIES` of them a lead
 * is worked on alone, so that only the one at fault goes on failing; past this many it waits for a person.
 */
const MOST_BREAKS = 2 * MOST_TRIES;

/** Events of one lead, or of one e-mail address of which the lead is not known yet. */
interface Unit {
  readonly lead?: string;
  readonly events: readonly WaitingEvent[];
}

export async function claim(lane: Lane): Promise<Claim> {
  const found = await waitingEvents(lane.store.db, lane.installation.id, lane.now(), MOST_EVENTS);
  if (found.length === 0) return { leads: [], strangers: [], activities: [], taken: 0 };
  const waiting = await ofKnownLeads(lane, found);

  const taken = await withPending(lane, chosen(await unitsOf(lane, lane.store.db, waiting)));
  const events = taken.flatMap((unit) => unit.events);
  try {
    return { ...(await settleOrWork(lane, events)), taken: found.length };
  } catch (cause) {
    // Nothing of the claim was stored, not even the count; and an event that breaks the claim itself must count too.
    if (!isExcused(cause)) await countTries(lane.store.db, seqsOf(events));
    throw cause;
  }
}

/** The same units with all else that is pending of their leads, beyond what was read of the queue. */
async function withPending(lane: Lane, units: readonly Unit[]): Promise<readonly Unit[]> {
  const leads = units.flatMap(({ lead }) => lead ?? []);
  const found = await pendingEventsOf(lane.store.db, lane.installation.id, leads, lane.now());
  const pending = await ofKnownLeads(lane, found);
  const known = new Set(units.flatMap(({ events }) => seqsOf(events)));
  const more = pending.filter(({ seq }) => !known.has(seq));
  if (more.length === 0) return units;
  const byLead = Map.groupBy(more, ({ event }) => leadOf(event) ?? "");
  return units.map((unit) => ({ ...unit, events: [...unit.events, ...(byLead.get(unit.lead ?? "") ?? [])] }));
}

async function settleOrWork(lane: Lane, events: readonly WaitingEvent[]): Promise<Omit<Claim, "taken">> {
  let erased = false;
  const claimed = await inLane(lane, async (tx) => {
    await countTries(tx, seqsOf(events));
    const [broken, sound] = partition(events, ({ attempts }) => attempts > MOST_BREAKS);
    if (broken.length > 0) await settleEvents(tx, seqsOf(broken), "parked", "lanes.failed");

    await joinMerged(lane, tx, sound);
    const units = await unitsOf(lane, tx, sound);
    const settled = await settleWithoutLooking(lane, tx, units.flatMap(worksOf));
    erased = settled.erased;
    return {
      leads: settled.leads,
      strangers: units
        .filter(({ lead }) => lead === undefined)
        .flatMap((unit) => unit.events.flatMap(strangerOf)),
      activities: units
        .filter(({ lead }) => lead === undefined)
        .flatMap((unit) => unit.events.filter(({ event }) => event.kind === "activity-changed")),
    };
  });
  if (erased) await scrub(lane.store);
  return claimed;
}

/** By lead id (the survivor's, where records were merged), in order of arrival. */
async function unitsOf(lane: Lane, db: Db, waiting: readonly WaitingEvent[]): Promise<readonly Unit[]> {
  const ids = new Set(waiting.flatMap(({ event }) => leadOf(event) ?? []));
  const survivors = await loadMerges(db, lane.installation.id, [...ids]);
  const named = waiting.map((one) => {
    const id = leadOf(one.event);
    return { one, lead: id === undefined ? undefined : (survivors.get(id) ?? id) };
  });
  const groups = Map.groupBy(named, ({ one, lead }) => lead ?? strangeName(one.event));
  return [...groups.values()].map((group) => {
    const lead = group[0]?.lead;
    return { ...(lead === undefined ? {} : { lead }), events: oneRequest(group.map(({ one }) => one)) };
  });
}

/** What holds events together whose lead is not known. Activities are asked about by the hundred, so each stands alone. */
function strangeName(event: CrmEvent): string {
  return event.kind === "activity-changed"
    ? `${event.activity.kind} ${event.activity.id}`
    : `submitted by ${addressOf(event)}`;
}

/** A decision answers one request. Whoever else asks for the same lead is answered by the next turn's. */
function oneRequest(events: readonly WaitingEvent[]): readonly WaitingEvent[] {
  const first = events.find(({ event }) => event.kind === "handoff-requested");
  return events.filter((one) => one === first || one.event.kind !== "handoff-requested");
}

/** The first leads, or one alone that may be what breaks turns. */
function chosen(units: readonly Unit[]): readonly Unit[] {
  const suspect = units.find(({ events }) => events.some(({ attempts }) => attempts > MOST_TRIES));
  if (suspect !== undefined) return [suspect];
  const many = units.slice(0, MOST_FOLLOWED);
  return asksForHandoffs(many) ? many : units.slice(0, MOST_LEADS);
}

/** Whether nobody waits for any of it: imports and the like. Its calls then leave a part of the call budget to others. */
export function isBulk(claimed: Claim): boolean {
  const events = eventsOf(claimed);
  return events.length > 0 && areBulk(events);
}

/** The same of some of its events. */
export function areBulk(events: readonly WaitingEvent[]): boolean {
  return events.every(({ event }) => event.urgency === "bulk");
}

/** Whether what broke a turn says nothing about the events in it: the CRM, the tokens or the lane were at fault. */
export function isExcused(cause: unknown): boolean {
  if (!(cause instanceof BatonError)) return false;
  if (cause.code === "deliver.lost-lane" || cause.code === "store.sealed") return true;
  return IS_RETRIABLE[cause.remedy] || cause.remedy === "reauthorize";
}

/** Gives the tries back of events that were claimed and not worked on, through no fault of theirs. */
export async function giveBack(lane: Lane, claimed: Claim): Promise<void> {
  await uncountTries(lane.store.db, seqsOf(eventsOf(claimed)));
}

function eventsOf({ leads, strangers, activities }: Claim): readonly WaitingEvent[] {
  return [...leads.flatMap((work) => work.events), ...strangers.map(({ waiting }) => waiting), ...activities];
}

async function joinMerged(lane: Lane, tx: Tx, events: readonly WaitingEvent[]): Promise<void> {
  for (const { event } of events) {
    if (event.kind !== "leads-merged") continue;
    for (const merged of event.merged) await joinRecords(lane, tx, merged.id, event.lead.id);
  }
}

function worksOf({ lead, events }: Unit): readonly LeadWork[] {
  return lead === undefined ? [] : [{ lead, events }];
}

function strangerOf(waiting: WaitingEvent): Claim["strangers"] {
  const email = addressOf(waiting.event);
  return email === undefined ? [] : [{ waiting, email }];
}

async function settleWithoutLooking(
  lane: Lane,
  tx: Tx,
  works: readonly LeadWork[],
): Promise<{ leads: readonly LeadWork[]; erased: boolean }> {
  const { id } = lane.installation;
  const names = works.map(({ lead }) => lead);
  const tombstones = await findErased(tx, lane.keys, id, names);
  const echoes = await ownWrites(tx, id, names);
  const ownerships = await loadOpenHandoffs(tx, id, echoes.size === 0 ? [] : names);
  const leads: LeadWork[] = [];
  let erased = false;

  for (const work of works) {
    const ending = endingOf(work);
    if (tombstones.has(work.lead) || ending === "lead-erased") {
      await eraseLead(tx, lane.keys, id, work.lead, await knownEmails(tx, id, work.lead), lane.now());
      erased = true;
    } else if (ending === "lead-deleted") {
      await endLead(lane, tx, work.lead);
      await settleEvents(tx, seqsOf(work.events), "done", "lead deleted");
    } else {
      const [own, others] = partition(work.events, (one) =>
        isEcho(one.event, work.lead, echoes, ownerships.get(work.lead)?.ownerId),
      );
      if (own.length > 0) await settleEvents(tx, seqsOf(own), "echo", "caused by Baton's own write");
      if (others.length > 0) leads.push({ lead: work.lead, events: others });
    }
  }
  return { leads, erased };
}

/** A lead that is gone: its handoff is over and what was still planned for it is pointless. */
export async function endLead(lane: Lane, tx: Tx, lead: string): Promise<void> {
  const open = await loadOpenHandoffs(tx, lane.installation.id, [lead]);
  for (const handoff of open.values())
    await endHandoff(tx, lane.installation.id, handoff.id, "lead deleted", lane.now());
  await dropPlanned(tx, lane.installation.id, lead, "the lead was deleted in the CRM", lane.now());
  // A record that is gone is nobody's colleague and nobody's duplicate.
  await deleteAccountSignals(tx, lane.installation.id, [lead]);
  await deletePersonKeys(tx, lane.installation.id, [lead]);
  await saveReviews(tx, lane.installation.id, [lead], [], lane.now());
}

/**
 * What the last of deletion, restoration and erasure says; an erasure is final. A deletion counts for the lead it names: that
 * of an id which was merged into another lead says nothing about the survivor.
 */
function endingOf({ lead, events }: LeadWork): "lead-deleted" | "lead-erased" | undefined {
  if (events.some(({ event }) => event.kind === "lead-erased")) return "lead-erased";
  const last = events
    .map(({ event }) => event)
    .filter((event) => event.kind === "lead-deleted" || event.kind === "lead-restored")
    .filter((event) => event.lead.id === lead)
    .toSorted((a, b) => a.occurredAt - b.occurredAt)
    .at(-1);
  return last?.kind === "lead-deleted" ? "lead-deleted" : undefined;
}

/** What Baton wrote comes back to it. An owner of before, whom a person has given the lead again, is news. */
function isEcho(
  event: CrmEvent,
  lead: string,
  echoes: ReadonlySet<string>,
  ownerId: string | undefined,
): boolean {
  if (event.kind !== "lead-changed" || event.value === undefined) return false;
  if (event.field !== "owner" && event.field !== "stage") return false;
  if (event.field === "owner" && ownerId !== undefined && event.value !== ownerId) return false;
  return echoes.has(echoKey(lead, event.field, event.value));
}

/** The instant the work began: the earliest happening that asks for it, and when Baton heard of that one. */
export function beganAt(work: LeadWork): { readonly occurredAt: Instant; readonly receivedAt: Instant } {
  const first = work.events.reduce((a, b) => (b.event.occurredAt < a.event.occurredAt ? b : a));
  return { occurredAt: first.event.occurredAt, receivedAt: first.receivedAt };
}

/** The explicit request among the events; a claim takes one at a time. */
export function requestOf(work: LeadWork): HandoffRequest | undefined {
  return work.events
    .flatMap(({ event }) => (event.kind === "handoff-requested" ? [event.request] : []))
    .at(-1);
}

export function seqsOf(events: readonly WaitingEvent[]): readonly number[] {
  return events.map((one) => one.seq);
}

function leadOf(event: CrmEvent): string | undefined {
  return event.kind === "activity-changed" ? undefined : event.lead?.id;
}

function partition<T>(
  items: readonly T[],
  test: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter((item) => test(item)), items.filter((item) => !test(item))];
}
