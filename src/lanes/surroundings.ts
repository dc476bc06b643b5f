/**
 * What a lead that sales has is surrounded by: its account, its deals and the lists it is on. Following a handoff changes none of it, so
 * it is remembered from the last time the whole lead was read, and only the lead itself is read again.
 *
 *     whole reading ─▶ surroundings, stored with the lead ─▶ glimpse: the lead itself, completed from them
 *                                                                └─ to be passed on or ended, or out of step ─▶ whole reading
 *
 * By a glimpse handoffs are followed: nobody is routed, and nothing kept in step, by what is remembered. Where a lead is in two CRMs, a glimpse
 * sees what both keep of it, and where they differ the whole lead is read. Source: docs/decisions/0031-surroundings.md.
 */
import type { CrmEvent } from "../model/event.ts";
import type { CrmRecord, Wanted } from "../model/record.ts";
import { isOfAccount } from "../playbook/crm.ts";
import type { Outcome } from "./commit.ts";
import type { LeadWork } from "./lead-work.ts";

type Found = Extract<CrmRecord, { found: true }>;

/** As they were read at `readAt`; values and history are those of the account's properties. */
export type Surroundings = Pick<
  Found,
  "accountId" | "accountOwnerId" | "deals" | "lists" | "values" | "history" | "readAt"
>;

/** What is to be remembered of a record. One that was completed from memory gives what it was completed from. Throws nothing. */
export function surroundingsOf(record: Found): Surroundings {
  const { accountId, accountOwnerId, deals, lists, values, history, surroundedAt } = record;
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(accountOwnerId === undefined ? {} : { accountOwnerId }),
    ...(lists === undefined ? {} : { lists }),
    deals,
    values: ofAccount(values),
    history: ofAccount(history),
    readAt: surroundedAt ?? record.readAt,
  };
}

function ofAccount<T>(byPath: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byPath).filter(([path]) => isOfAccount(path)));
}

/**
 * Whether these events ask only what became of handoffs: what reps did, what they answered, which clocks rang. Throws nothing.
 */
export function asksForHandoffs(works: readonly Pick<LeadWork, "events">[]): boolean {
  return works.every(({ events }) => events.every(({ event }) => isOfHandoff(event)));
}

function isOfHandoff(event: CrmEvent): boolean {
  return OF_HANDOFFS.has(event.kind) || (event.kind === "lead-changed" && event.field === "disposition");
}
const OF_HANDOFFS: ReadonlySet<CrmEvent["kind"]> = new Set<CrmEvent["kind"]>([
  "activity-changed",
  "clock-due",
  "disposition-given",
]);

/** What a glimpse reads of all that is wanted: deals only where one of them has changed. Throws nothing. */
export function glimpseOf(wanted: Wanted, works: readonly LeadWork[]): Wanted {
  const isDeal = ({ event }: LeadWork["events"][number]): boolean =>
    event.kind === "activity-changed" && event.activity.kind === "deal";
  const deals = wanted.deals && works.some(({ events }) => events.some(isDeal));
  return { ...wanted, deals, lists: false, account: false };
}

/**
 * The record of a glimpse, completed with what is remembered; undefined where that is of another record or account by now. Throws nothing.
 */
export function completed(
  record: Found,
  remembered: Surroundings | undefined,
  glimpsed: Wanted,
): Found | undefined {
  if (remembered === undefined || record.lead.id !== record.asked.id) return undefined;
  if (record.accountId !== remembered.accountId) return undefined;
  const { deals, values, history, readAt, ...rest } = remembered;
  return {
    ...rest,
    ...record,
    deals: glimpsed.deals ? record.deals : deals,
    values: { ...values, ...record.values },
    history: { ...history, ...record.history },
    surroundedAt: readAt,
  };
}

/** Whether a decision from memory goes beyond following: then the whole lead is read before anything is done. Throws nothing. */
export function goesBeyond(outcome: Outcome): boolean {
  if (outcome.kind !== "decided" || outcome.snapshot.surroundedAt === undefined) return false;
  const { verdict, assignment, progress } = outcome.decision;
  return verdict.outcome !== "with-sales" || assignment !== undefined || progress?.ending !== undefined;
}
