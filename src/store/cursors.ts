/**
 * How far polls have come: `at` is the instant up to which everything was seen, `due_at` when to look again, `page` where a poll
 * of several pages stands.
 */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

/**
 * Due while a tenant is to be made ready. Its `at` is `NEVER_READY` until that has been done once since the tenant was connected; later
 * it is when somebody asked for it anew.
 */
export const PREPARATION = "preparation";
export const NEVER_READY: Instant = 0;

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

/** Every active installation is to be made ready at `dueAt`, also one that is being made ready right now. */
export async function prepareEverywhere(db: Db, dueAt: Instant): Promise<void> {
  await db
    .insertInto("cursors")
    .columns(["installation", "name", "at", "due_at", "page"])
    .expression((eb) =>
      eb
        .selectFrom("installations")
        .select((row) => [
          row.ref("id").as("installation"),
          row.val(PREPARATION).as("name"),
          sql<number>`cast(${dueAt} as bigint)`.as("at"),
          sql<number>`cast(${dueAt} as bigint)`.as("due_at"),
          row.lit(null).as("page"),
        ])
        .where("state", "=", "active"),
    )
    .onConflict((oc) => oc.columns(["installation", "name"]).doUpdateSet({ due_at: dueAt }))
    .execute();
}

/** @param dueAt  Given, the cursor goes only if it is still due then: somebody may have moved it meanwhile. */
export async function deleteCursor(
  db: Db,
  installation: string,
  name: string,
  dueAt?: Instant,
): Promise<void> {
  const one = db.deleteFrom("cursors").where("installation", "=", installation).where("name", "=", name);
  await (dueAt === undefined ? one : one.where("due_at", "=", dueAt)).execute();
}

/** Ends every poll of an installation; that it is made ready is none. */
export async function deletePolls(db: Db, installation: string): Promise<void> {
  await db
    .deleteFrom("cursors")
    .where("installation", "=", installation)
    .where("name", "!=", PREPARATION)
    .execute();
}
