/** Which reasons reps gave, and how often. */
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

/** The most frequent first. */
export type GivenReasons = readonly { readonly reason: string; readonly count: number }[];

/** Rep to the reasons of the answers that count on their handoffs, answered at `since` or later. */
export async function reasonsGivenSince(
  db: Db,
  installation: string,
  since: Instant,
): Promise<ReadonlyMap<string, GivenReasons>> {
  const rows = await db
    .selectFrom("handoffs")
    .select((eb) => ["rep", "answer_reason as reason", eb.fn.countAll<number>().as("count")])
    .where("installation", "=", installation)
    .where("answered_at", ">=", since)
    .where("rep", "is not", null)
    .where("answer_reason", "is not", null)
    .groupBy(["rep", "answer_reason"])
    .orderBy("count", "desc")
    .orderBy("reason")
    .execute();
  const byRep = Map.groupBy(rows, ({ rep }) => rep ?? "");
  return new Map(
    [...byRep].map(([rep, own]) => [rep, own.map(({ reason, count }) => ({ reason: reason ?? "", count }))]),
  );
}
