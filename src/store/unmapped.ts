/** CRM values no mapping covers, for an admin to map: one row for each field and value, whatever the number of leads. */
import type { Instant } from "../model/instant.ts";
import type { UnmappedValue } from "../model/lead.ts";
import { inChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

/** A value with how often, and when last, a decision met it. */
export interface MetValue extends UnmappedValue {
  readonly times: number;
  readonly seenAt: Instant;
}

/** Counts values that decisions met. The same value of several leads counts for each. */
export async function saveUnmapped(
  db: Db,
  installation: string,
  values: readonly UnmappedValue[],
  now: Instant,
): Promise<void> {
  const met = [...Map.groupBy(values, ({ field, value }) => JSON.stringify([field, value])).values()];
  const rows = met.flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, times: same.length }];
  });
  await inChunks(rows, (chunk) =>
    db
      .insertInto("unmapped")
      .values(
        chunk.map(({ from, field, value, suggestion, times }) => ({
          installation,
          field,
          value,
          origin: from,
          suggestion,
          seen_at: now,
          times,
        })),
      )
      .onConflict((oc) =>
        oc.columns(["installation", "field", "value"]).doUpdateSet((eb) => ({
          origin: eb.ref("excluded.origin"),
          suggestion: eb.ref("excluded.suggestion"),
          seen_at: now,
          times: eb("unmapped.times", "+", eb.ref("excluded.times")),
        })),
      )
      .execute(),
  );
}

/** Every value of an installation, by field, those met most often first. */
export async function listUnmapped(db: Db, installation: string): Promise<readonly MetValue[]> {
  const rows = await db
    .selectFrom("unmapped")
    .selectAll()
    .where("installation", "=", installation)
    .orderBy("field")
    .orderBy("times", "desc")
    .orderBy("value")
    .execute();
  return rows.map(({ field, value, origin, suggestion, times, seen_at: seenAt }) => ({
    field,
    value,
    from: origin,
    suggestion,
    times,
    seenAt,
  }));
}

/** Takes values off the list; one that is met again comes back. */
export async function forgetUnmapped(
  db: Db,
  installation: string,
  values: readonly Pick<UnmappedValue, "field" | "value">[],
): Promise<void> {
  for (const { field, value } of values) {
    await db
      .deleteFrom("unmapped")
      .where("installation", "=", installation)
      .where("field", "=", field)
      .where("value", "=", value)
      .execute();
  }
}
