/** Spans in which the clocks of a handoff stand still. A lane reads them; only people change them. */
import type { Pause } from "../model/handoff.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** The pauses of a handoff, in the order they began. */
export async function loadPauses(db: Db, installation: string, handoff: string): Promise<readonly Pause[]> {
  const row = await db
    .selectFrom("handoffs")
    .select("pauses")
    .where("installation", "=", installation)
    .where("id", "=", handoff)
    .executeTakeFirst();
  return row?.pauses === null || row === undefined ? [] : ownJson<readonly Pause[]>(row.pauses);
}

export async function savePauses(
  db: Db,
  installation: string,
  handoff: string,
  pauses: readonly Pause[],
): Promise<void> {
  await db
    .updateTable("handoffs")
    .set({ pauses: JSON.stringify(pauses) })
    .where("installation", "=", installation)
    .where("id", "=", handoff)
    .execute();
}
