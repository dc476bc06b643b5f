/**
 * The same figures counted a second time: plainly, from what stands in the sandbox's portal, without a line of what Baton counts
 * with. A contact with a task of Baton's was handed off when the first such task was made.
 */
import type { Portal } from "../../sandbox/index.ts";
import type { StoredRecord } from "../../sandbox/hubspot/record.ts";

/** One handoff as the portal shows it. Instants are those of the portal's own records. */
export interface Recounted {
  readonly contact: string;
  readonly handedOffAt: number;
  readonly firstAttemptAt: number | undefined;
  readonly meaningfulAt: number | undefined;
  readonly attempts: number;
  readonly meetingsHeld: number;
  readonly meetingsMissed: number;
  /** When the first answer that counts was given, and when one ended the handoff. */
  readonly answeredAt: number | undefined;
  readonly endedAt: number | undefined;
  /** The last answer that counts, with its reason. */
  readonly answer: string | undefined;
  readonly reason: string | undefined;
  readonly opportunities: number;
  readonly amount: number;
  readonly won: number;
}

const REASONED = new Set(["rejected", "recycled"]);
const ENDING = new Set(["rejected", "recycled", "no-response", "converted"]);
const CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7";

/** Counts every handoff of the portal at `now`, by contact. */
export function recount(portal: Portal, now: number): ReadonlyMap<string, Recounted> {
  const counted = new Map<string, Recounted>();
  for (const contact of portal.state.records.contact.values()) {
    const tasks = linked(portal, contact.id, "task").filter(isBatons);
    const first = Math.min(...tasks.map(({ createdAt }) => createdAt));
    if (tasks.length > 0) counted.set(contact.id, recountOne(portal, contact, first, now));
  }
  return counted;
}

function recountOne(portal: Portal, contact: StoredRecord, from: number, now: number): Recounted {
  const answer = answerOf(contact, from);
  const until = answer.endedAt ?? now;
  const within = (at: number): boolean => at >= from && at <= until;
  const calls = linked(portal, contact.id, "call").filter((call) => within(timeOf(call)));
  const mails = linked(portal, contact.id, "email").filter((mail) => within(timeOf(mail)));
  const sent = mails.filter((mail) => value(mail, "hs_email_direction") === "EMAIL");
  const replies = mails.filter((mail) => value(mail, "hs_email_direction") === "INCOMING_EMAIL");
  const meetings = linked(portal, contact.id, "meeting").filter((meeting) => within(timeOf(meeting)));
  const held = meetings.filter((meeting) => value(meeting, "hs_meeting_outcome") === "COMPLETED");
  const missed = meetings.filter((meeting) => value(meeting, "hs_meeting_outcome") === "NO_SHOW");
  const attempts = [...calls, ...sent, ...held, ...missed].map(timeOf);
  const reached = [
    ...calls.filter((call) => value(call, "hs_call_disposition") === CONNECTED),
    ...replies,
    ...held,
  ].map(timeOf);
  const deals = linked(portal, contact.id, "deal").filter(({ createdAt }) => within(createdAt));
  const amountOf = (deal: StoredRecord): number => Number(value(deal, "amount") ?? 0);
  const meaningfulAt = least(reached);
  return {
    contact: contact.id,
    handedOffAt: from,
    firstAttemptAt: least([...attempts, ...reached]),
    meaningfulAt,
    attempts: attempts.length,
    meetingsHeld: held.length,
    meetingsMissed: missed.length,
    answeredAt: answer.answeredAt,
    endedAt: answer.endedAt,
    answer: answer.answer,
    reason: answer.reason,
    opportunities: deals.length,
    amount: deals.reduce((sum, deal) => sum + amountOf(deal), 0),
    won: deals.filter((deal) => value(deal, "dealstage") === "closedwon").length,
  };
}

function answerOf(
  contact: StoredRecord,
  from: number,
): {
  readonly answer?: string;
  readonly reason?: string;
  readonly answeredAt?: number;
  readonly endedAt?: number;
} {
  const given = (contact.history.get("baton_owner_disposition") ?? []).filter(
    (change) => change.timestamp >= from && change.value !== "",
  );
  const reasons = (contact.history.get("baton_disposition_reason") ?? []).filter(
    (change) => change.timestamp >= from && change.value !== "",
  );
  let last: ReturnType<typeof answerOf> = {};
  for (const { value: answer, timestamp } of given) {
    if (last.endedAt !== undefined) break;
    const reason = reasons.findLast((change) => change.timestamp <= timestamp)?.value;
    if (REASONED.has(answer) && reason === undefined) continue;
    last = {
      answer,
      answeredAt: last.answeredAt ?? timestamp,
      ...(REASONED.has(answer) && reason !== undefined ? { reason } : {}),
      ...(ENDING.has(answer) ? { endedAt: timestamp } : {}),
    };
  }
  return last;
}

/** What is linked to a contact and was not deleted. */
export function linked(
  portal: Portal,
  contact: string,
  type: "task" | "note" | "call" | "email" | "meeting" | "deal",
): StoredRecord[] {
  return portal
    .linked("contact", contact, type)
    .flatMap((id) => portal.state.records[type].get(id) ?? [])
    .filter(({ archivedAt }) => archivedAt === undefined);
}

/** By its key, or by the mark in its text. */
export function isBatons(task: StoredRecord): boolean {
  return (value(task, "baton_key") ?? "") !== "" || (value(task, "hs_task_body") ?? "").includes("BTN-");
}

/** The value a property has now. */
export function value(record: StoredRecord, name: string): string | undefined {
  return record.history.get(name)?.at(-1)?.value;
}

/** When it took place or is due, as it says of itself. */
export function timeOf(record: StoredRecord): number {
  const text = value(record, "hs_meeting_start_time") ?? value(record, "hs_timestamp") ?? "";
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(at) ? record.createdAt : at;
}

function least(instants: readonly number[]): number | undefined {
  return instants.length === 0 ? undefined : Math.min(...instants);
}
