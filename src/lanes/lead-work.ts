/** The work on one lead: its waiting events, which are one piece of work. */
import type { HandoffRequest } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import type { WaitingEvent } from "../store/events.ts";

/** The events of one lead, oldest first. */
export interface LeadWork {
  readonly lead: string;
  readonly events: readonly WaitingEvent[];
}

/**
 * The instant the work began: the earliest happening that asks for it, and when Baton heard of that one. What only waited to be looked at
 * with the next such happening, a page that was viewed, asks for nothing.
 */
export function beganAt(work: LeadWork): { readonly occurredAt: Instant; readonly receivedAt: Instant } {
  const live = work.events.filter(({ event }) => event.urgency === "live");
  const asking = live.length > 0 ? live : work.events;
  const first = asking.reduce((a, b) => (b.event.occurredAt < a.event.occurredAt ? b : a));
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
