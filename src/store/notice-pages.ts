/** Notices and deliveries page by page, in the order of their keys, for whoever exports them. */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";
import type { DeliveryRow, NoticeRow } from "./schema-notices.ts";

/** @returns At most `size` notices made at `since` or later, after the key `after`. */
export async function noticePage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
  size: number,
): Promise<readonly NoticeRow[]> {
  return await db
    .selectFrom("notices")
    .selectAll()
    .where("installation", "=", installation)
    .where("at", ">=", since)
    .where("key", ">", after)
    .orderBy("key")
    .limit(size)
    .execute();
}

/** Where a page of deliveries ended. */
export type DeliveryKey = Pick<DeliveryRow, "channel" | "notice">;

/** @returns At most `size` deliveries planned at `since` or later, after the key `after`. */
export async function deliveryPage(
  db: Db,
  installation: string,
  since: Instant,
  after: DeliveryKey | undefined,
  size: number,
): Promise<readonly DeliveryRow[]> {
  return await db
    .selectFrom("deliveries")
    .selectAll()
    .where("installation", "=", installation)
    .where("planned_at", ">=", since)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(channel, notice) > (${after?.channel ?? ""}, ${after?.notice ?? ""})`),
    )
    .orderBy("channel")
    .orderBy("notice")
    .limit(size)
    .execute();
}
