/** Whose handoff it is, asked by somebody outside: within one installation only. */
import type { Db } from "./schema.ts";

/** @returns The lead's id as of now, after merges; undefined when this installation has no such handoff. */
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
