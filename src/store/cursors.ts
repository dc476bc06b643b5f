/**
 * How far polls have come: `at` is the instant up to which everything was seen, `due_at` when to look again, `page` where a poll
 * of several pages stands.
 */
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

export async function loadCursor(
  db: Db,
  installation: string,
  name: string,
): Promise<{ at: Instant; dueAt: Instant; page?: string } | undefined> {
  const row = await db
    .selectFrom("cursors")
    .select(["at", "due_at", "page"])
    .where("installation", "=", installation)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && { at: row.at, dueAt: row.due_at, ...(row.page === null ? {} : { page: row.page }) };
}

/** Never moves `at` backwards. Without `page`, the poll is between two rounds. */
export async function saveCursor(
  db: Db,
  installation: string,
  name: string,
  at: Instant,
  dueAt: Instant,
  page?: string,
): Promise<void> {
  await db
    .insertInto("cursors")
    .values({ installation, name, at, due_at: dueAt, page: page ?? null })
    .onConflict((oc) =>
      oc.columns(["installation", "name"]).doUpdateSet((eb) => ({
        at: eb.case().when("cursors.at", ">", at).then(eb.ref("cursors.at")).else(at).end(),
        due_at: dueAt,
        page: page ?? null,
      })),
    )
    .execute();
}

export async function deleteCursor(db: Db, installation: string, name: string): Promise<void> {
  await db.deleteFrom("cursors").where("installation", "=", installation).where("name", "=", name).execute();
}
