/** Touches, answers and running clocks page by page, in the order of their keys, for whoever exports them. */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";
import type { ClockRow, DispositionRow, TouchRow } from "./schema-following.ts";

/** Where a page of touches ended. */
export type TouchKey = Pick<TouchRow, "lead" | "key">;

/** @returns At most `size` touches that took place at `since` or later, after the key `after`. */
export async function touchPage(
  db: Db,
  installation: string,
  since: Instant,
  after: TouchKey | undefined,
  size: number,
): Promise<readonly TouchRow[]> {
  return await db
    .selectFrom("touches")
    .selectAll()
    .where("installation", "=", installation)
    .where("at", ">=", since)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(lead, key) > (${after?.lead ?? ""}, ${after?.key ?? ""})`),
    )
    .orderBy("lead")
    .orderBy("key")
    .limit(size)
    .execute();
}

/** Where a page of answers ended. */
export type DispositionKey = Pick<DispositionRow, "handoff" | "key">;

/** @returns At most `size` answers given at `since` or later, after the key `after`. */
export async function dispositionPage(
  db: Db,
  installation: string,
  since: Instant,
  after: DispositionKey | undefined,
  size: number,
): Promise<readonly DispositionRow[]> {
  return await db
    .selectFrom("dispositions")
    .selectAll()
    .where("installation", "=", installation)
    .where("at", ">=", since)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(handoff, key) > (${after?.handoff ?? ""}, ${after?.key ?? ""})`),
    )
    .orderBy("handoff")
    .orderBy("key")
    .limit(size)
    .execute();
}

/** Where a page of clocks ended. */
export type ClockKey = Pick<ClockRow, "handoff" | "kind">;

/** @returns At most `size` clocks that run now, of handoffs decided at `since` or later, after the key `after`. */
export async function clockPage(
  db: Db,
  installation: string,
  since: Instant,
  after: ClockKey | undefined,
  size: number,
): Promise<readonly ClockRow[]> {
  return await db
    .selectFrom("clocks")
    .selectAll()
    .where("installation", "=", installation)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("handoffs")
          .select("handoffs.id")
          .whereRef("handoffs.installation", "=", "clocks.installation")
          .whereRef("handoffs.id", "=", "clocks.handoff")
          .where("handoffs.decided_at", ">=", since),
      ),
    )
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(handoff, kind) > (${after?.handoff ?? ""}, ${after?.kind ?? ""})`),
    )
    .orderBy("handoff")
    .orderBy("kind")
    .limit(size)
    .execute();
}
