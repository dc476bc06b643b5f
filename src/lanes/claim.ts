/**
 * What a lane takes next: waiting events, sorted by lead. An event is a hint, so those of one lead are one piece of work.
 * Some need no look at the CRM and end here: echoes of our own writes, deletions, erasures, and the joining of merged leads.
 */
import type { CrmEvent, FormSubmission, HandoffRequest } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import { echoKey, dropPlanned, ownWrites } from "../store/effects.ts";
import { endHandoff, eraseLead, findErased, knownEmails, scrub } from "../store/erase.ts";
import { countTries, settleEvents, type WaitingEvent, waitingEvents } from "../store/events.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { loadMerges } from "../store/leads.ts";
import { joinLeads } from "../store/merge.ts";
import type { Tx } from "../store/schema.ts";
import { inLane, type Lane } from "./lane.ts";

/** The events of one lead, oldest first. */
export interface LeadWork {
  readonly lead: string;
  readonly events: readonly WaitingEvent[];
}

export interface Claim {
  /** At most `MOST_LEADS`. */
  readonly leads: readonly LeadWork[];
  /** Form submissions of which only the e-mail address is known yet. */
  readonly strangers: readonly { readonly waiting: WaitingEvent; readonly submission: FormSubmission }[];
  /** Events that were taken, whatever became of them: 0 means that nothing waits. */
  readonly taken: number;
}

/** The size of the CRM's batches. */
const MOST_LEADS = 100;
const MOST_EVENTS = 500;
/** An event that failed this often waits for a person instead of blocking its lead. */
export const MOST_TRIES = 3;

export async function claim(lane: Lane): Promise<Claim> {
  const waiting = await waitingEvents(lane.store.db, lane.installation.id, lane.now(), MOST_EVENTS);
  if (waiting.length === 0) return { leads: [], strangers: [], taken: 0 };

  let erased = false;
  const claimed = await inLane(lane, async (tx) => {
    const byLead = await sortByLead(lane, tx, waiting);
    const strangers = waiting.flatMap((one) =>
      one.event.kind === "form-submitted" && one.event.lead === undefined
        ? [{ waiting: one, submission: one.event.submission }]
        : [],
    );
    const taken = [...byLead].slice(0, MOST_LEADS).map(([lead, events]) => ({ lead, events }));
    await countTries(
      tx,
      [...taken.flatMap(({ events }) => events), ...strangers.map((one) => one.waiting)].map(
        (one) => one.seq,
      ),
    );

    const settled = await settleWithoutLooking(lane, tx, taken);
    erased = settled.erased;
    return { leads: settled.leads, strangers, taken: waiting.length };
  });
  if (erased) await scrub(lane.store);
  return claimed;
}

/** Lead id (the survivor's, where records were merged) to its events. Merges are joined as they are met. */
async function sortByLead(
  lane: Lane,
  tx: Tx,
  waiting: readonly WaitingEvent[],
): Promise<ReadonlyMap<string, readonly WaitingEvent[]>> {
  const { id } = lane.installation;
  for (const { event } of waiting) {
    if (event.kind !== "leads-merged") continue;
    for (const merged of event.merged) await joinLeads(tx, id, merged.id, event.lead.id, lane.now());
  }
  const named = waiting.filter(({ event }) => leadOf(event) !== undefined);
  const survivors = await loadMerges(tx, id, [...new Set(named.map(({ event }) => leadOf(event) ?? ""))]);
  return Map.groupBy(named, ({ event }) => {
    const lead = leadOf(event) ?? "";
    return survivors.get(lead) ?? lead;
  });
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
  const leads: LeadWork[] = [];
  let erased = false;

  for (const work of works) {
    const ending = endingOf(work.events);
    if (tombstones.has(work.lead) || ending === "lead-erased") {
      await eraseLead(tx, lane.keys, id, work.lead, await knownEmails(tx, id, work.lead), lane.now());
      erased = true;
    } else if (ending === "lead-deleted") {
      await endLead(lane, tx, work.lead);
      await settleEvents(tx, seqsOf(work.events), "done", "lead deleted");
    } else {
      const [own, others] = partition(work.events, (one) => isEcho(one.event, work.lead, echoes));
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
}

/** What the last of deletion, restoration and erasure says; an erasure is final. */
function endingOf(events: readonly WaitingEvent[]): "lead-deleted" | "lead-erased" | undefined {
  if (events.some(({ event }) => event.kind === "lead-erased")) return "lead-erased";
  const last = events
    .map(({ event }) => event)
    .filter((event) => event.kind === "lead-deleted" || event.kind === "lead-restored")
    .toSorted((a, b) => a.occurredAt - b.occurredAt)
    .at(-1);
  return last?.kind === "lead-deleted" ? "lead-deleted" : undefined;
}

function isEcho(event: CrmEvent, lead: string, echoes: ReadonlySet<string>): boolean {
  if (event.kind !== "lead-changed" || event.value === undefined) return false;
  if (event.field !== "owner" && event.field !== "stage") return false;
  return echoes.has(echoKey(lead, event.field, event.value));
}

/** The instant the work began: the earliest happening that asks for it, and when Baton heard of that one. */
export function beganAt(work: LeadWork): { readonly occurredAt: Instant; readonly receivedAt: Instant } {
  const first = work.events.reduce((a, b) => (b.event.occurredAt < a.event.occurredAt ? b : a));
  return { occurredAt: first.event.occurredAt, receivedAt: first.receivedAt };
}

/** The newest explicit request among the events. */
export function requestOf(work: LeadWork): HandoffRequest | undefined {
  return work.events
    .flatMap(({ event }) => (event.kind === "handoff-requested" ? [event.request] : []))
    .at(-1);
}

export function seqsOf(events: readonly WaitingEvent[]): readonly number[] {
  return events.map((one) => one.seq);
}

function leadOf(event: CrmEvent): string | undefined {
  return event.lead?.id;
}

function partition<T>(
  items: readonly T[],
  test: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter((item) => test(item)), items.filter((item) => !test(item))];
}
