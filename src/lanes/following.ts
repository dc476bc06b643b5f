/** Following handoffs: what rang is turned into events, and what passed between sales and their leads is read when asked for. */
import type { CrmEvent } from "../model/event.ts";
import type { Disposition } from "../model/disposition.ts";
import type { ClockKind, FormerHandoff, OpenHandoff } from "../model/handoff.ts";
import type { Touch } from "../model/touch.ts";
import { takeDueClocks } from "../store/clocks.ts";
import { ownTasks } from "../store/effects.ts";
import { nameLead, settleEvents, type WaitingEvent } from "../store/events.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import type { ClockRow } from "../store/schema-following.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { mayLook } from "./gathering.ts";
import { inLane, type Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";

/** Events after which it is worth asking what passed between sales and the lead. */
const ASKS: ReadonlySet<CrmEvent["kind"]> = new Set<CrmEvent["kind"]>([
  "activity-changed",
  "clock-due",
  "disposition-given",
  "handoff-requested",
]);
/** The CRM's clock may be a little behind ours, and a call may be logged as of when it began. */
const LOOK_BACK_MS = 60_000;

/** Turns clocks that have come due into events, each once. */
export async function raiseClocks(lane: Lane): Promise<void> {
  const { id } = lane.installation;
  await inLane(lane, async (tx) => {
    const due = await takeDueClocks(tx, id, lane.now());
    if (due.length === 0) return;
    const byLead = Map.groupBy(due, ({ lead, kind }) => `${eventKindOf(kind)} ${lead}`);
    const events = [...byLead.values()].flatMap(([first]) =>
      first === undefined ? [] : [eventOf(lane, first)],
    );
    await insertOwnEvents(tx, id, events, lane.now());
  });
}

function eventOf(lane: Lane, { handoff, kind, lead, due_at: dueAt }: ClockRow): CrmEvent {
  const { tenant, crm } = lane.installation;
  const now = lane.now();
  return {
    // A clock rings again after each of its steps, so the instant is part of its name.
    key: `${kind}:${handoff}:${kind === "routing" ? dueAt : now}`,
    tenant,
    occurredAt: Math.min(dueAt, now),
    urgency: "live",
    kind: eventKindOf(kind),
    lead: { crm, id: lead },
  };
}

function eventKindOf(kind: ClockKind): "routing-due" | "wake-due" | "clock-due" {
  if (kind === "routing") return "routing-due";
  return kind === "wake" ? "wake-due" : "clock-due";
}

/** By lead id. Leads of which nothing was asked are absent: what is stored of them is all there is. */
export type ReadTouches = ReadonlyMap<string, readonly Touch[]>;

/**
 * Asks the CRM what passed between sales and those leads that sales has and something points at. Throws `crm.*` when it cannot be
 * asked: then the turn is taken again, because nobody is to be escalated for a call that could not be seen.
 */
export async function readTouches(
  lane: Lane,
  read: readonly ReadLead[],
  handoffs: ReadonlyMap<string, OpenHandoff>,
): Promise<ReadTouches> {
  if (!lane.connector.capabilities.touches) return new Map();
  const asked = read.flatMap(({ work, record }) => {
    if (record.found !== true || !isAsking(work)) return [];
    const handoff = handoffs.get(record.lead.id);
    return handoff?.state === "with-sales" ? [{ lead: record.lead, startedAt: handoff.startedAt }] : [];
  });
  if (asked.length === 0) return new Map();
  const since = Math.min(...asked.map(({ startedAt }) => startedAt)) - LOOK_BACK_MS;
  const leads = asked.map(({ lead }) => lead);
  const own = await ownTasks(
    lane.store.db,
    lane.installation.id,
    leads.map(({ id }) => id),
  );
  const touches = await lane.connector.touches(leads, since, own);
  const byLead = Map.groupBy(touches, ({ lead }) => lead.id);
  return new Map(
    asked.map(({ lead }) => [lead.id, (byLead.get(lead.id) ?? []).map(({ lead: _lead, ...touch }) => touch)]),
  );
}

/** A change of owner or of an answer asks, too: whoever gave the answer has mostly called just before. */
function isAsking({ events }: LeadWork): boolean {
  return events.some(
    ({ event }) =>
      ASKS.has(event.kind) ||
      (event.kind === "lead-changed" && (event.field === "owner" || event.field === "disposition")),
  );
}

/** The handoff before, with whether a person moved the lead's stage since it ended. */
export function formerOf({ events }: LeadWork, former: FormerHandoff | undefined): FormerHandoff | undefined {
  if (former === undefined) return undefined;
  const isRestaged = events.some(
    ({ event }) =>
      event.kind === "lead-changed" && event.field === "stage" && event.occurredAt > former.endedAt,
  );
  return { ...former, isRestaged };
}

/** Answers given outside the CRM on the handoff the lead is in, oldest first. */
export function givenIn({ events }: LeadWork, handoff: OpenHandoff | undefined): readonly Disposition[] {
  return events.flatMap(({ event }) =>
    event.kind === "disposition-given" && event.handoff === handoff?.id
      ? [{ ...event.given, key: event.key, at: event.occurredAt }]
      : [],
  );
}

/**
 * The leads that waiting activities belong to, as far as sales has them: those of others end here, because nobody waits for them.
 * @returns The work to add, by lead.
 */
export async function leadsOfActivities(
  lane: Lane,
  waiting: readonly WaitingEvent[],
): Promise<readonly LeadWork[]> {
  const refs = waiting.flatMap(({ event }) => (event.kind === "activity-changed" ? [event.activity] : []));
  if (refs.length === 0 || !(await mayLook(lane, "activities", lane.gatherMs, waiting))) return [];
  const pairs = await lane.connector.leadsOf(refs);
  const { id } = lane.installation;
  const leads = [...new Set(pairs.map(({ lead }) => lead.id))];
  const open = await loadOpenHandoffs(lane.store.db, id, leads);
  const ours = pairs.filter(({ lead }) => open.get(lead.id)?.state === "with-sales");
  const leadsByActivity = Map.groupBy(ours, ({ activity }) => `${activity.kind}:${activity.id}`);
  const works = new Map<string, WaitingEvent[]>();
  const nobodys: WaitingEvent[] = [];
  for (const one of waiting) {
    if (one.event.kind !== "activity-changed") continue;
    const { activity } = one.event;
    const belonging = leadsByActivity.get(`${activity.kind}:${activity.id}`) ?? [];
    if (belonging.length === 0) nobodys.push(one);
    for (const { lead } of belonging) works.set(lead.id, [...(works.get(lead.id) ?? []), one]);
  }
  await inLane(lane, async (tx) => {
    await settleEvents(tx, seqsOf(nobodys), "done", "of no lead that sales has");
    for (const [lead, events] of works) await nameLead(tx, seqsOf(events), lead);
  });
  return [...works].map(([lead, events]) => ({ lead, events }));
}
