/** What people and Baton did to the installation itself: installs, erasures, retries. Never personal data. */
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

export async function record(
  db: Db,
  entry: { installation?: string; actor: string; action: string; detail: string },
  now: Instant,
): Promise<void> {
  await db
    .insertInto("audit")
    .values({
      installation: entry.installation ?? null,
      at: now,
      actor: entry.actor,
      action: entry.action,
      detail: entry.detail,
    })
    .execute();
}
