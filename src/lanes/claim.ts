/**
 * What a lane takes next: waiting events, sorted by lead. An event is a hint, so those of one lead are one piece of work. Merges that were
 * told of are joined here, and what needs no look at the CRM ends here (settling.ts).
 */
import { addressOf, type CrmEvent } from "../model/event.ts";
import { scrub } from "../store/erase.ts";
import {
  countTries,
  pendingEventsOf,
  settleEvents,
  uncountTries,
  type WaitingEvent,
  waitingEvents,
} from "../store/events.ts";
import { loadMerges } from "../store/leads.ts";
import type { Db, Tx } from "../store/schema.ts";
import { joinRecords } from "./joining.ts";
import { inLane, type Lane } from "./lane.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { asksForHandoffs } from "./surroundings.ts";
import { ofKnownLeads } from "./pairs.ts";
import { settleWithoutLooking } from "./settling.ts";
import { isExcused, MOST_BREAKS, MOST_TRIES } from "./tries.ts";

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
    const isBroken = ({ attempts }: WaitingEvent): boolean => attempts > MOST_BREAKS;
    const [broken, sound] = [events.filter(isBroken), events.filter((one) => !isBroken(one))];
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

/** Gives the tries back of events that were claimed and not worked on, through no fault of theirs. */
export async function giveBack(lane: Lane, claimed: Claim): Promise<void> {
  await uncountTries(lane.store.db, seqsOf(eventsOf(claimed)));
}

/** All events of a claim. */
export function eventsOf({ leads, strangers, activities }: Claim): readonly WaitingEvent[] {
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

function leadOf(event: CrmEvent): string | undefined {
  return event.kind === "activity-changed" ? undefined : event.lead?.id;
}
