/**
 * The mark of a restored database, which says since when its history is missing, and what the ledger of such a database knows.
 * Source: docs/decisions/0021-restore.md.
 */
import { sql } from "kysely";
import type { OwnRecord } from "../model/lost.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import { loadInChunks } from "./chunks.ts";
import { listInstallations } from "./installations.ts";
import type { Db } from "./schema.ts";
import { parkRestored } from "./stuck-notices.ts";

/** Since when an installation's history is missing, and until when. */
export interface Restore {
  readonly knownUntil: Instant;
  readonly restoredAt: Instant;
}

/**
 * Marks every installation as restored: history is known to the newest instant the database holds, and every effect that had
 * not ended is ambiguous, to be looked for once a call that was still running must be over (`settleMs`). Of two restores the marks
 * become one, over both times.
 * @returns Installation id to its mark.
 */
export async function markRestored(
  db: Db,
  now: Instant,
  settleMs: DurationMs,
): Promise<ReadonlyMap<string, Restore>> {
  const marks = new Map<string, Restore>();
  for (const { id } of await listInstallations(db)) {
    const earlier = await loadRestore(db, id);
    const newest = await newestInstant(db, id);
    const knownUntil = Math.min(newest, earlier?.knownUntil ?? newest);
    await db
      .insertInto("restores")
      .values({ installation: id, known_until: knownUntil, restored_at: now })
      .onConflict((oc) =>
        oc.column("installation").doUpdateSet({ known_until: knownUntil, restored_at: now }),
      )
      .execute();
    await db
      .updateTable("effects")
      .set({ state: "ambiguous", code: "deliver.interrupted", next_at: now + settleMs })
      .where("installation", "=", id)
      .where("settled_at", "is", null)
      .where("state", "in", ["planned", "attempting", "ambiguous"])
      .execute();
    // A person may have sent a refused one round again since: parked, it is looked for before it is written.
    await db
      .updateTable("effects")
      .set({ state: "parked" })
      .where("installation", "=", id)
      .where("state", "=", "refused")
      .execute();
    await parkRestored(db, id, now);
    marks.set(id, { knownUntil, restoredAt: now });
  }
  return marks;
}

/** The mark of an installation; nothing where its database was never restored. */
export async function loadRestore(db: Db, installation: string): Promise<Restore | undefined> {
  const row = await db
    .selectFrom("restores")
    .select(["known_until", "restored_at"])
    .where("installation", "=", installation)
    .executeTakeFirst();
  return row && { knownUntil: row.known_until, restoredAt: row.restored_at };
}

/** Those of these records that no effect of theirs leads is known to have made. */
export async function notInLedger(
  db: Db,
  installation: string,
  records: readonly OwnRecord[],
): Promise<readonly OwnRecord[]> {
  const leads = [...new Set(records.map(({ lead }) => lead.id))];
  const rows = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("effects")
      .select(["kind", "crm_id"])
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .where("crm_id", "is not", null)
      .execute(),
  );
  const known = new Set(rows.map(({ kind, crm_id }) => `${kind} ${crm_id}`));
  return records.filter(({ kind, id }) => !known.has(`create-${kind} ${id}`));
}

/**
 * When Baton last received, decided or settled anything here; 0 for an installation where nothing has happened. Of an event that it
 * raised itself for a question to be asked again, older versions stored when that is due as when it was received.
 */
async function newestInstant(db: Db, installation: string): Promise<Instant> {
  const newest = await sql<{ at: Instant | null }>`
    select max(at) as at from (
      select max(case kind when 'enrichment-due' then occurred_at else received_at end) as at
        from events where installation = ${installation}
      union all select max(decided_at) from turns where installation = ${installation}
      union all select max(settled_at) from effects where installation = ${installation}
      union all select max(attempted_at) from effects where installation = ${installation}
    ) as instants`.execute(db);
  return newest.rows[0]?.at ?? 0;
}
