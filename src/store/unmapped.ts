/** CRM values no mapping covers, for an admin to map: one row for each field and value, whatever the number of leads. */
import type { Instant } from "../model/instant.ts";
import type { UnmappedValue } from "../model/lead.ts";
import { chunksOf } from "./chunks.ts";
import type { Db } from "./schema.ts";

export async function saveUnmapped(
  db: Db,
  installation: string,
  values: readonly UnmappedValue[],
  now: Instant,
): Promise<void> {
  const distinct = [...new Map(values.map((value) => [`${value.field} ${value.value}`, value])).values()];
  for (const chunk of chunksOf(distinct, 500)) {
    await db
      .insertInto("unmapped")
      .values(
        chunk.map(({ field, value, from, suggestion }) => ({
          installation,
          field,
          value,
          origin: from,
          suggestion,
          seen_at: now,
        })),
      )
      .onConflict((oc) => oc.columns(["installation", "field", "value"]).doUpdateSet({ seen_at: now }))
      .execute();
  }
}

export async function listUnmapped(db: Db, installation: string): Promise<readonly UnmappedValue[]> {
  const rows = await db
    .selectFrom("unmapped")
    .selectAll()
    .where("installation", "=", installation)
    .orderBy("field")
    .orderBy("value")
    .execute();
  return rows.map(({ field, value, origin, suggestion }) => ({ field, value, from: origin, suggestion }));
}
