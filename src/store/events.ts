/** Events of a lane: taken in order, settled in the transaction that stores what came of them. */
import { sql } from "kysely";
import { ADDRESSED, type CrmEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { EventState } from "./schema-incoming.ts";
import type { Db } from "./schema.ts";

/** One waiting event. `seq` is the order of arrival. */
export interface WaitingEvent {
  readonly seq: number;
  readonly event: CrmEvent;
  readonly receivedAt: Instant;
  /** Which try this is, counted from 1. */
  readonly attempts: number;
  /** What the last try came to, if it was put back. */
  readonly outcome?: string;
}

/** The next events of a lane: live ones first, each in order of arrival. */
export async function waitingEvents(
  db: Db,
  installation: string,
  now: Instant,
  most: number,
): Promise<readonly WaitingEvent[]> {
  const rows = await db
    .selectFrom("events")
    .select(["seq", "body", "received_at", "attempts", "outcome"])
    .where("installation", "=", installation)
    // Literally, or SQLite does not use the index over what is pending.
    .where("state", "=", sql.lit("pending" as const))
    .where("not_before", "<=", now)
    .orderBy("urgency")
    .orderBy("seq")
    .limit(most)
    .execute();
  return rows.map(waitingEvent);
}

/** More of one lead are left to the next turn: a turn must not grow with the queue. */
const MOST_OF_A_LEAD = 25;
/** Leads asked for in one statement: some milliseconds of SQLite at most, in which nothing else moves. */
const LEADS_AT_ONCE = 25;

/**
 * What else is pending of these leads: what is due, and bulk events that still gather, because whoever looks at the lead now has
 * seen what they tell of. Requests are left out, since a turn answers one. In order of arrival, the first 25 of each lead.
 */
export async function pendingEventsOf(
  db: Db,
  installation: string,
  leads: readonly string[],
  now: Instant,
): Promise<readonly WaitingEvent[]> {
  const oldest = await oldestPending(db, installation);
  if (oldest === undefined) return [];
  const load = async (chunk: readonly string[]): Promise<readonly WaitingRow[]> => {
    const parts = chunk.map(
      // The state as a parameter, or SQLite looks through all that is pending instead of by lead.
      (lead) => sql`select * from (
        select seq, body, received_at, attempts, outcome from events
        where installation = ${installation} and lead = ${lead} and seq >= ${oldest}
          and state = ${"pending" satisfies EventState} and kind <> 'handoff-requested'
          and (not_before <= ${now} or (urgency = 1 and attempts = 0))
        order by seq limit ${sql.lit(MOST_OF_A_LEAD)}) as one`,
    );
    const { rows } = await sql<WaitingRow>`${sql.join(parts, sql` union all `)}`.execute(db);
    return rows;
  };
  const found = await loadInChunks([...new Set(leads)], load, LEADS_AT_ONCE);
  return found.toSorted((a, b) => a.seq - b.seq).map(waitingEvent);
}

/** No event before it is pending: a lead's history need not be looked through. One step in an index for each urgency. */
async function oldestPending(db: Db, installation: string): Promise<number | undefined> {
  const firsts = await Promise.all(
    [0, 1].map((urgency) =>
      db
        .selectFrom("events")
        .select("seq")
        .where("installation", "=", installation)
        .where("state", "=", sql.lit("pending" as const))
        .where("urgency", "=", urgency)
        .orderBy("seq")
        .limit(1)
        .executeTakeFirst(),
    ),
  );
  const seqs = firsts.flatMap((first) => first?.seq ?? []);
  return seqs.length === 0 ? undefined : Math.min(...seqs);
}

/** What is read of an event that waits. */
interface WaitingRow {
  readonly seq: number;
  readonly body: string;
  readonly received_at: Instant;
  readonly attempts: number;
  readonly outcome: string | null;
}

function waitingEvent(row: WaitingRow): WaitingEvent {
  return {
    seq: row.seq,
    event: ownJson<CrmEvent>(row.body),
    receivedAt: row.received_at,
    attempts: row.attempts + 1,
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
  };
}

/** Counts a try before anything is done, so that an event which kills the process is not tried for ever. */
export async function countTries(db: Db, seqs: readonly number[]): Promise<void> {
  await inChunks(seqs, (chunk) =>
    db
      .updateTable("events")
      .set({ attempts: sql`attempts + 1` })
      .where("seq", "in", chunk)
      .execute(),
  );
}

/** Gives tries back that said nothing about the events. */
export async function uncountTries(db: Db, seqs: readonly number[]): Promise<void> {
  await inChunks(seqs, (chunk) =>
    db
      .updateTable("events")
      .set({ attempts: sql`attempts - 1` })
      .where("seq", "in", chunk)
      .where("attempts", ">", 0)
      .execute(),
  );
}

/** Says whose events these are that came with an e-mail address only, so that an erasure of the lead finds them. */
export async function nameLead(db: Db, seqs: readonly number[], lead: string): Promise<void> {
  await inChunks(seqs, (chunk) => db.updateTable("events").set({ lead }).where("seq", "in", chunk).execute());
}

/**
 * The body of an event that is over. Of one that came with an address and was found to be no lead's nothing stays but its key, by which it
 * is known when it comes again: an erasure finds a lead's events, and these are nobody's.
 */
const BODY_AT_END = sql<string>`case when lead is null and kind in (${sql.join(ADDRESSED.map((kind) => sql.lit(kind)))}) then '{}' else body end`;

/** Ends events: they are never taken again, unless a person has a parked one tried again. `outcome` is a code or a word for people. */
export async function settleEvents(
  db: Db,
  seqs: readonly number[],
  state: Exclude<EventState, "pending">,
  outcome: string,
): Promise<void> {
  await inChunks(seqs, (chunk) =>
    db
      .updateTable("events")
      .set({ state, outcome, ...(state === "parked" ? {} : { body: BODY_AT_END }) })
      .where("seq", "in", chunk)
      .execute(),
  );
}

/** Ends all that waits in an installation. `outcome` is a word for people. */
export async function endPending(db: Db, installation: string, outcome: string): Promise<void> {
  await db
    .updateTable("events")
    .set({ state: "done", outcome, body: BODY_AT_END })
    .where("installation", "=", installation)
    .where("state", "=", "pending")
    .execute();
}

/** One less, where there is one: what was put back is put back again where the work that did it is done a second time. */
const ONE_LESS = sql<number>`case when attempts > 0 then attempts - 1 else 0 end`;

/** Puts events back, to be taken again at `notBefore`. `counts` false gives the try back: the event was not at fault. */
export async function postponeEvents(
  db: Db,
  seqs: readonly number[],
  notBefore: Instant,
  outcome: string,
  counts: boolean,
): Promise<void> {
  await inChunks(seqs, (chunk) =>
    db
      .updateTable("events")
      .set({ not_before: notBefore, outcome, ...(counts ? {} : { attempts: ONE_LESS }) })
      .where("seq", "in", chunk)
      .execute(),
  );
}

/** Ends waiting events of these keys, if there are any, as this lead's. */
export async function endEventsByKey(
  db: Db,
  installation: string,
  lead: string,
  keys: readonly string[],
  outcome: string,
): Promise<void> {
  if (keys.length === 0) return;
  await db
    .updateTable("events")
    .set({ state: "done", lead, outcome })
    .where("installation", "=", installation)
    .where("key", "in", keys)
    .where("state", "=", "pending")
    .execute();
}

/** An event that waits for a person. */
export interface ParkedEvent {
  readonly seq: number;
  readonly kind: string;
  readonly lead: string | null;
  readonly outcome: string | null;
  readonly attempts: number;
  readonly receivedAt: Instant;
}

/** Parked events of an installation, oldest first, for people. */
export async function parkedEvents(db: Db, installation: string): Promise<readonly ParkedEvent[]> {
  const rows = await db
    .selectFrom("events")
    .select(["seq", "kind", "lead", "outcome", "attempts", "received_at"])
    .where("installation", "=", installation)
    .where("state", "=", "parked")
    .orderBy("seq")
    .execute();
  return rows.map(({ received_at, ...row }) => ({ ...row, receivedAt: received_at }));
}

/** How many events of a lead are in each state; states that none is in are absent. */
export async function eventStates(
  db: Db,
  installation: string,
  lead: string,
): Promise<readonly { readonly state: EventState; readonly count: number }[]> {
  return await db
    .selectFrom("events")
    .select(["state", (eb) => eb.fn.countAll<number>().as("count")])
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .groupBy("state")
    .orderBy("state")
    .execute();
}

/** Sends parked events round again, or ends them. @returns How many. */
export async function releaseEvent(
  db: Db,
  installation: string,
  seq: number,
  to: "pending" | "done",
  now: Instant,
): Promise<number> {
  const result = await db
    .updateTable("events")
    .set({
      state: to,
      attempts: 0,
      not_before: now,
      ...(to === "done" ? { outcome: "dropped by a person", body: BODY_AT_END } : { outcome: null }),
    })
    .where("installation", "=", installation)
    .where("seq", "=", seq)
    .where("state", "=", "parked")
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
