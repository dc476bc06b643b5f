/**
 * Forgetting. An erased lead leaves a keyed tombstone and nothing else: rows go, SQLite overwrites the pages they stood on
 * (`secure_delete`), and the write-ahead log is emptied. Late events meet the tombstone and go too.
 */
import { sql } from "kysely";
import { ADDRESSED, addressOf, type CrmEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { stopClocks } from "./clocks.ts";
import { eventsNaming } from "./find-lead.ts";
import { closeHandoff } from "./handoffs.ts";
import { holdChannels } from "./deliveries.ts";
import { ownJson } from "./json.ts";
import { namesElsewhere } from "./links.ts";
import { redactNotices } from "./notices.ts";
import { redactMentions } from "./redact.ts";
import { redactReviewNotes } from "./review-notes.ts";
import { forgetReviewsOf } from "./reviews.ts";
import type { Store } from "./open.ts";
import type { Db } from "./schema.ts";
import { keyedDigests, type SecretKeys } from "./seal.ts";
import { releaseOpen } from "./standings.ts";
import { forgetVisitors } from "./visitors.ts";

/** Every table that holds a lead's rows. */
const BY_LEAD = [
  "signals",
  "account_signals",
  "person_keys",
  "reviews",
  "leads",
  "decisions",
  "effects",
  "handoffs",
  "clocks",
  "touches",
  "dispositions",
  "enrichments",
  "deliveries",
  "notices",
  "links",
  "link_names",
  "resync_samples",
] as const;
/** Every table into which requests are stored, whatever a lane does. */
const BY_REQUEST = ["events", "visitors", "waiting_signals", "signal_messages"] as const;
/** Every other table that holds an installation's rows; the lane first, so that a turn under way ends before its rows are wiped. */
const BY_INSTALLATION = [
  "lanes",
  "connections",
  "signals",
  "account_signals",
  "accounts",
  "account_keys",
  "person_keys",
  "reviews",
  "leads",
  "merges",
  "links",
  "link_names",
  "resync_samples",
  "handoffs",
  "turns",
  "rosters",
  "decisions",
  "effects",
  "clocks",
  "touches",
  "dispositions",
  "standings",
  "cursors",
  "tombstones",
  "unmapped",
  "write_keys",
  "live_checks",
  "enrichments",
  "enrichment_budget",
  "restores",
  "channels",
  "deliveries",
  "notices",
  "review_notes",
  // After the handoffs, whose going marks their days.
  "report_days",
] as const;
const TABLES = [...BY_INSTALLATION, ...BY_REQUEST] as const;

/** @returns Those among `subjects` (lead ids or lower-case e-mail addresses) that were erased. */
export async function findErased(
  db: Db,
  keys: SecretKeys,
  installation: string,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  const byDigest = new Map(
    subjects.flatMap((subject) => keyedDigests(keys, subject).map((digest) => [digest, subject] as const)),
  );
  const rows = await loadInChunks([...byDigest.keys()], (digests) =>
    db
      .selectFrom("tombstones")
      .select("digest")
      .where("installation", "=", installation)
      .where("digest", "in", digests)
      .execute(),
  );
  return new Set(rows.map(({ digest }) => byDigest.get(digest) ?? ""));
}

/**
 * E-mail addresses a lead was decided under, was given in the CRM, or sent forms or signals with, as they were told and in lower case: what
 * else in the store could still name it.
 */
export async function knownEmails(db: Db, installation: string, lead: string): Promise<readonly string[]> {
  const ids = [lead, ...(await mergedInto(db, installation, lead))];
  const decided = await db
    .selectFrom("decisions")
    .select("snapshot")
    .where("installation", "=", installation)
    .where("lead", "in", ids)
    .execute();
  const told = await db
    .selectFrom("events")
    .select("body")
    .where("installation", "=", installation)
    .where("lead", "in", [...ids, ...(await namesElsewhere(db, installation, ids))])
    .where("kind", "in", [...ADDRESSED, "lead-changed"])
    .execute();
  const seen = await db
    .selectFrom("leads")
    .select("email")
    .where("installation", "=", installation)
    .where("lead", "in", ids)
    .execute();
  const emails = [
    ...seen.map(({ email }) => email),
    ...decided.map((row) => ownJson<Snapshot>(row.snapshot).facts["lead.email"]?.value),
    ...told.map((row) => addressOf(ownJson<CrmEvent>(row.body))),
  ];
  return [
    ...new Set(emails.flatMap((email) => (typeof email === "string" ? [email, email.toLowerCase()] : []))),
  ];
}

async function mergedInto(db: Db, installation: string, lead: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("merges")
    .select("lead")
    .where("installation", "=", installation)
    .where("survivor", "=", lead)
    .execute();
  return rows.map((row) => row.lead);
}

/**
 * Erases a lead (and the records merged into it), in the caller's transaction; `subjects` are its id and known e-mail
 * addresses. Run `scrub` once the transaction is committed.
 * @returns How many rows went.
 */
export async function eraseLead(
  db: Db,
  keys: SecretKeys,
  installation: string,
  lead: string,
  emails: readonly string[],
  now: Instant,
): Promise<number> {
  // A turn that is storing this lead ends first, and one that comes later meets the tombstone: both hold the lane's row.
  await db
    .updateTable("lanes")
    .set((eb) => ({ fence: eb.ref("fence") }))
    .where("installation", "=", installation)
    .execute();
  const ids = [lead, ...(await mergedInto(db, installation, lead))];
  let rows = 0;

  const open = await db
    .selectFrom("handoffs")
    .select("id")
    .where("installation", "=", installation)
    .where("lead", "in", ids)
    .where("closed_at", "is", null)
    .execute();
  for (const { id } of open) await endHandoff(db, installation, id, "erased", now);

  const elsewhere = await namesElsewhere(db, installation, ids);
  await holdChannels(db, installation);
  rows += await redactNotices(db, installation, ids, emails);
  rows += await redactReviewNotes(db, installation, ids, emails);
  for (const table of BY_LEAD) {
    const result = await db
      .deleteFrom(table)
      .where("installation", "=", installation)
      .where("lead", "in", ids)
      .executeTakeFirst();
    rows += Number(result.numDeletedRows);
  }
  rows += await forgetReviewsOf(db, installation, ids);
  rows += await redactMentions(db, installation, ids);
  const events = await db
    .deleteFrom("events")
    .where("installation", "=", installation)
    .where("lead", "in", [...ids, ...elsewhere])
    .executeTakeFirst();
  rows += Number(events.numDeletedRows);
  const naming = await eventsNaming(db, installation, emails);
  await inChunks(naming, (chunk) =>
    db
      .deleteFrom("events")
      .where(
        "seq",
        "in",
        chunk.map(({ seq }) => seq),
      )
      .execute(),
  );
  rows += naming.length;
  rows += await forgetVisitors(db, installation, emails);
  await db.deleteFrom("merges").where("installation", "=", installation).where("lead", "in", ids).execute();

  for (const subject of [...ids, ...emails]) {
    await db
      .insertInto("tombstones")
      .values({ installation, digest: keyedDigests(keys, subject)[0], erased_at: now })
      .onConflict((oc) => oc.columns(["installation", "digest"]).doNothing())
      .execute();
  }
  return rows;
}

/** Closes a handoff with all that hangs on it: clocks stop, and the rep's open count goes down. */
export async function endHandoff(
  db: Db,
  installation: string,
  id: string,
  because: string,
  now: Instant,
): Promise<void> {
  const closed = await closeHandoff(db, installation, id, because, now);
  await stopClocks(db, installation, id);
  if (closed?.rep !== null && closed?.rep !== undefined) await releaseOpen(db, installation, closed.rep);
}

/**
 * Wipes everything of an installation but the row that says it was removed, in the caller's transaction. That row is written before the
 * tables of requests are wiped: one that is being stored ends first, and one that comes later is refused. Not before the other tables,
 * because whoever stores something of it waits meanwhile, and everybody in the same commit.
 */
export async function wipeInstallation(db: Db, installation: string, now: Instant): Promise<number> {
  let rows = 0;
  const wipe = async (tables: readonly (typeof TABLES)[number][]): Promise<void> => {
    for (const table of tables) {
      const result = await db.deleteFrom(table).where("installation", "=", installation).executeTakeFirst();
      rows += Number(result.numDeletedRows);
    }
  };
  await wipe(BY_INSTALLATION);
  await db
    .updateTable("installations")
    .set({ state: "removed", capabilities: "{}", serves: null, updated_at: now })
    .where("id", "=", installation)
    .execute();
  await db
    .updateTable("installations")
    .set({ serves: null, updated_at: now })
    .where("serves", "=", installation)
    .execute();
  await wipe(BY_REQUEST);
  return rows;
}

/** Empties what deleted rows leave behind: free pages and the log on SQLite, dead rows on PostgreSQL. */
export async function scrub(store: Store): Promise<void> {
  if (store.dialect === "sqlite") {
    await store.db.connection().execute(() => {
      store.sqlite?.pragma("wal_checkpoint(TRUNCATE)");
      return Promise.resolve();
    });
    return;
  }
  for (const table of TABLES) await sql`vacuum ${sql.table(table)}`.execute(store.db);
}
