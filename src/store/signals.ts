/**
 * What leads did, as far as Baton was told directly rather than reading it from the CRM's record. What was sent in waits under
 * its visitor until a lead with that visitor's address is decided; then it is the lead's.
 */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { LeadRef } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { Visitor } from "../model/visitor.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** As many as one decision looks at: more say nothing new. */
const MOST_OF_A_LEAD = 1_000;
/** A visitor whom nobody ever names must cost little: beyond this, the oldest go. */
export const MOST_OF_A_VISITOR = 500;
/** Of all visitors of an installation who are known by ids alone. Anybody can make up ids: they must not fill the disk. */
const MOST_WITHOUT_ADDRESS = 1_000_000;

/** Keeps signals; one already known (same lead, same key) is left as it is. */
export async function saveSignals(
  db: Db,
  installation: string,
  signals: readonly { lead: LeadRef; signal: Signal }[],
): Promise<void> {
  await inChunks(signals, (chunk) =>
    db
      .insertInto("signals")
      .values(
        chunk.map(({ lead, signal }) => ({
          installation,
          lead: lead.id,
          key: signal.key,
          at: signal.at,
          body: JSON.stringify(signal),
        })),
      )
      .onConflict((oc) => oc.columns(["installation", "lead", "key"]).doNothing())
      .execute(),
  );
}

/** Lead id to its newest signals, newest first. Leads without any are absent. */
export async function loadSignals(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, readonly Signal[]>> {
  if (leads.length === 0) return new Map();
  const ranked = db
    .selectFrom("signals")
    .select(["lead", "body", "at", "key"])
    .select(sql<number>`row_number() over (partition by lead order by at desc, key)`.as("place"))
    .where("installation", "=", installation)
    .where("lead", "in", leads);
  const rows = await db
    .selectFrom(ranked.as("ranked"))
    .select(["lead", "body"])
    .where("place", "<=", MOST_OF_A_LEAD)
    .orderBy("at", "desc")
    .orderBy("key")
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.lead)].map(([lead, own]) => [
      lead,
      own.map((row) => ownJson<Signal>(row.body)),
    ]),
  );
}

/** Puts signals under their visitors, to wait there. */
export async function saveWaitingSignals(
  db: Db,
  installation: string,
  signals: readonly { readonly visitor: Visitor; readonly signal: Signal }[],
): Promise<void> {
  await inChunks(signals, (chunk) =>
    db
      .insertInto("waiting_signals")
      .values(
        chunk.map(({ visitor, signal }) => ({
          installation,
          key: signal.key,
          visitor,
          at: signal.at,
          body: JSON.stringify(signal),
        })),
      )
      .onConflict((oc) => oc.columns(["installation", "key"]).doNothing())
      .execute(),
  );
}

/** Those among `visitors` who have more waiting than one of them may. */
async function overfull(
  db: Db,
  installation: string,
  visitors: readonly Visitor[],
): Promise<readonly Visitor[]> {
  const rows = await db
    .selectFrom("waiting_signals")
    .select("visitor")
    .where("installation", "=", installation)
    .where("visitor", "in", visitors)
    .groupBy("visitor")
    .having(sql<number>`count(*)`, ">", MOST_OF_A_VISITOR)
    .execute();
  return rows.map(({ visitor }) => visitor);
}

/** Lets the oldest signals go of visitors who have too many. */
export async function trimVisitors(
  db: Db,
  installation: string,
  visitors: readonly Visitor[],
): Promise<void> {
  await inChunks(visitors, async (chunk) => {
    for (const visitor of await overfull(db, installation, chunk)) {
      const kept = db
        .selectFrom("waiting_signals")
        .select("key")
        .where("installation", "=", installation)
        .where("visitor", "=", visitor)
        .orderBy("at", "desc")
        .orderBy("key")
        .limit(MOST_OF_A_VISITOR);
      await db
        .deleteFrom("waiting_signals")
        .where("installation", "=", installation)
        .where("visitor", "=", visitor)
        .where("key", "not in", kept)
        .execute();
    }
  });
}

/** Gives what waits under one visitor to another. @returns How many signals moved. */
export async function moveWaitingSignals(
  db: Db,
  installation: string,
  from: Visitor,
  to: Visitor,
): Promise<number> {
  const result = await db
    .updateTable("waiting_signals")
    .set({ visitor: to })
    .where("installation", "=", installation)
    .where("visitor", "=", from)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Lower-case e-mail address to what waits under it, newest first. Addresses without any are absent. */
export async function loadWaitingSignals(
  db: Db,
  installation: string,
  emails: readonly string[],
): Promise<ReadonlyMap<string, readonly Signal[]>> {
  const visitors = [...new Set(emails)].map((email): Visitor => `email:${email}`);
  const rows = await loadInChunks(visitors, (chunk) =>
    db
      .selectFrom("waiting_signals")
      .select(["visitor", "body"])
      .where("installation", "=", installation)
      .where("visitor", "in", chunk)
      .orderBy("at", "desc")
      .orderBy("key")
      .execute(),
  );
  return new Map(
    [...Map.groupBy(rows, ({ visitor }) => visitor)].map(([visitor, own]) => [
      visitor.slice("email:".length),
      own.map(({ body }) => ownJson<Signal>(body)),
    ]),
  );
}

/** Ends the waiting of signals that are a lead's now; others are not touched. */
export async function endWaiting(db: Db, installation: string, keys: readonly string[]): Promise<void> {
  await inChunks(keys, (chunk) =>
    db
      .deleteFrom("waiting_signals")
      .where("installation", "=", installation)
      .where("key", "in", chunk)
      .execute(),
  );
}

/**
 * Forgets signals from before `since` with the events that told of them, visitors nobody has spoken of since then, and, where ids alone have piled up beyond
 * any use, the oldest of theirs. Which messages were seen stays known, as digests. @returns How many signals went.
 */
export async function expireSignals(
  db: Db,
  since: Instant,
  mostWithoutAddress = MOST_WITHOUT_ADDRESS,
): Promise<number> {
  let gone = 0;
  for (const table of ["signals", "account_signals", "waiting_signals"] as const) {
    const result = await db.deleteFrom(table).where("at", "<", since).executeTakeFirst();
    gone += Number(result.numDeletedRows);
  }
  await db.deleteFrom("visitors").where("at", "<", since).execute();
  await db
    .deleteFrom("events")
    .where("kind", "=", "signal-received")
    .where("state", "=", "done")
    .where("received_at", "<", since)
    .execute();
  return gone + (await trimInstallations(db, mostWithoutAddress));
}

async function trimInstallations(db: Db, most: number): Promise<number> {
  const full = await db
    .selectFrom("waiting_signals")
    .select("installation")
    .where("visitor", "not like", "email:%")
    .groupBy("installation")
    .having(sql<number>`count(*)`, ">", most)
    .execute();
  let gone = 0;
  for (const { installation } of full) {
    const newest = await db
      .selectFrom("waiting_signals")
      .select("at")
      .where("installation", "=", installation)
      .where("visitor", "not like", "email:%")
      .orderBy("at", "desc")
      .limit(1)
      .offset(most)
      .executeTakeFirst();
    if (newest === undefined) continue;
    const result = await db
      .deleteFrom("waiting_signals")
      .where("installation", "=", installation)
      .where("visitor", "not like", "email:%")
      .where("at", "<=", newest.at)
      .executeTakeFirst();
    gone += Number(result.numDeletedRows);
  }
  return gone;
}
