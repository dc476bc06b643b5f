/** Whose handoffs they are, within one installation only. */
import type { Db } from "./schema.ts";

/** For somebody outside. @returns The lead's id as of now, after merges; undefined when this installation has no such handoff. */
export async function leadOfHandoff(
  db: Db,
  installation: string,
  handoff: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("handoffs")
    .select("lead")
    .where("installation", "=", installation)
    .where("id", "=", handoff)
    .executeTakeFirst();
  return row?.lead;
}

/** The leads that were handed off last, the newest first, but for `others`. */
export async function lastHandedOff(
  db: Db,
  installation: string,
  others: readonly string[],
  most: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("handoffs")
    .select("lead")
    .where("installation", "=", installation)
    .$if(others.length > 0, (query) => query.where("lead", "not in", others))
    .orderBy("decided_at", "desc")
    .limit(most)
    .execute();
  return rows.map(({ lead }) => lead);
}
