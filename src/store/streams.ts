/**
 * What is kept of the connections on which a CRM tells what changes: who holds one open, and where each channel was left. Both are
 * cursors that no lane ever has to look at:
 *
 *     stream             at: until when its holder keeps it, by the database's clock    page: the holder
 *     stream:<channel>   at: when it was heard last                                     page: where to go on
 *
 * A lease is not a lock. Two processes may listen for a moment; then both hear the same events, which are stored once, and whoever has
 * lost the lease can move no channel's place any more.
 */
import { BatonError } from "../errors.ts";
import { type Instant, NEVER } from "../model/instant.ts";
import { saveCursor } from "./cursors.ts";
import { databaseNow, type DialectName } from "./open.ts";
import type { Db } from "./schema.ts";

const HELD = "stream";
const CHANNEL = "stream:";
/** How long a connection is held without a word of its holder, in milliseconds. */
const LEASE_MS = 30_000;

/**
 * Takes the connection of an installation, or keeps it, if nobody else holds it. On SQLite there is one process, so what its predecessor
 * held when it died is free. @returns Whether it is ours.
 */
export async function holdStream(
  db: Db,
  dialect: DialectName,
  installation: string,
  holder: string,
): Promise<boolean> {
  const now = await databaseNow(db, dialect);
  const lease = { at: now + LEASE_MS, page: holder };
  const row = await db
    .insertInto("cursors")
    .values({ installation, name: HELD, due_at: NEVER, ...lease })
    .onConflict((oc) =>
      oc
        .columns(["installation", "name"])
        .doUpdateSet(lease)
        .where((eb) =>
          eb.or([eb("cursors.page", "=", holder), eb("cursors.at", "<=", now), eb.lit(dialect === "sqlite")]),
        ),
    )
    .returning("page")
    .executeTakeFirst();
  return row !== undefined;
}

/** Lets the connection go; somebody else's stays. */
export async function releaseStream(db: Db, installation: string, holder: string): Promise<void> {
  await db
    .deleteFrom("cursors")
    .where("installation", "=", installation)
    .where("name", "=", HELD)
    .where("page", "=", holder)
    .execute();
}

/** By channel where to go on. */
export async function loadPlaces(db: Db, installation: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("cursors")
    .select(["name", "page"])
    .where("installation", "=", installation)
    .where("name", "like", `${CHANNEL}%`)
    .execute();
  return new Map(
    rows.flatMap(({ name, page }) => (page === null ? [] : [[name.slice(CHANNEL.length), page] as const])),
  );
}

/**
 * Keeps where a channel is to go on, in the transaction that stores what was heard on it.
 * Throws `deliver.lost-lane` when another process holds the connection by now.
 */
export async function savePlace(
  db: Db,
  installation: string,
  holder: string,
  place: { readonly channel: string; readonly replay: string },
  now: Instant,
): Promise<void> {
  const held = await db
    .updateTable("cursors")
    .set({ page: holder })
    .where("installation", "=", installation)
    .where("name", "=", HELD)
    .where("page", "=", holder)
    .executeTakeFirst();
  if (held.numUpdatedRows !== 1n)
    throw new BatonError(
      "deliver.lost-lane",
      `Another process listens for installation ${installation} by now. Nothing was stored; it goes on there.`,
    );
  await saveCursor(db, installation, `${CHANNEL}${place.channel}`, now, NEVER, place.replay);
}
