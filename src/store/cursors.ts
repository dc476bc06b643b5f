/** How far polls have come: `at` is the instant up to which everything was seen, `due_at` when to look again. */
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

export async function loadCursor(
  db: Db,
  installation: string,
  name: string,
): Promise<{ at: Instant; dueAt: Instant } | undefined> {
  const row = await db
    .selectFrom("cursors")
    .select(["at", "due_at"])
    .where("installation", "=", installation)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && { at: row.at, dueAt: row.due_at };
}

/** Never moves `at` backwards. */
export async function saveCursor(
  db: Db,
  installation: string,
  name: string,
  at: Instant,
  dueAt: Instant,
): Promise<void> {
  await db
    .insertInto("cursors")
    .values({ installation, name, at, due_at: dueAt })
    .onConflict((oc) =>
      oc.columns(["installation", "name"]).doUpdateSet((eb) => ({
        at: eb.case().when("cursors.at", ">", at).then(eb.ref("cursors.at")).else(at).end(),
        due_at: dueAt,
      })),
    )
    .execute();
}

export async function deleteCursor(db: Db, installation: string, name: string): Promise<void> {
  await db.deleteFrom("cursors").where("installation", "=", installation).where("name", "=", name).execute();
}
