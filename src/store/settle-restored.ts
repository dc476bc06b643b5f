/**
 * Making a restored database ready for a server: what was taken away since the backup is taken away again, and the hole in its
 * history is marked. Source: docs/decisions/0021-restore.md.
 */
import { BatonError } from "../errors.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import { record } from "./audit.ts";
import { scrub } from "./erase.ts";
import { type Installation, listInstallations } from "./installations.ts";
import { databaseNow, type Store } from "./open.ts";
import { markRestored, type Restore } from "./restored.ts";
import type { SecretKeys } from "./seal.ts";
import { type Gone, takeAway, type TakenAway } from "./take-over.ts";

/** What became of a restored database. */
export interface Settled {
  readonly marks: readonly (Restore & Pick<Installation, "crm" | "tenant">)[];
  readonly taken: TakenAway;
}

/** What it takes: the keys of the tombstones, the time, and how long a call of the stopped server may still be running. */
interface Means {
  readonly keys: SecretKeys;
  readonly now: Instant;
  readonly settleMs: DurationMs;
}

/**
 * Settles a restored database, all of it or nothing.
 * @param gone  What the database it replaces has no more.
 * Throws `config.invalid` while a server holds a lane in it.
 */
export async function settleRestored(store: Store, gone: Gone, means: Means): Promise<Settled> {
  await refuseHeld(store);
  const { keys, now, settleMs } = means;
  const settled = await store.db.transaction().execute(async (tx): Promise<Settled> => {
    // Marked first: the newest instant may be one of somebody who is erased now.
    const marks = await markRestored(tx, now, settleMs);
    const taken = await takeAway(tx, gone, keys, now);
    const installations = await listInstallations(tx);
    const named = installations.flatMap(({ id, crm, tenant }) => {
      const mark = marks.get(id);
      return mark === undefined ? [] : [{ id, crm, tenant, ...mark }];
    });
    for (const { id: installation, knownUntil } of named) {
      const detail = `known until ${new Date(knownUntil).toISOString()}`;
      await record(tx, { installation, actor: "cli", action: "restored", detail }, now);
    }
    return { marks: named, taken };
  });
  await scrub(store);
  return settled;
}

/** SQLite has a lock for this; on PostgreSQL a running server shows by the lanes it holds. */
async function refuseHeld({ db, dialect }: Store): Promise<void> {
  if (dialect === "sqlite") return;
  const now = await databaseNow(db, dialect);
  const held = await db
    .selectFrom("lanes")
    .select("installation")
    .where("holder", "is not", null)
    .where("held_until", ">", now)
    .limit(1)
    .executeTakeFirst();
  if (held !== undefined) {
    throw new BatonError("config.invalid", "A server works on this database. Stop every server first.");
  }
}
