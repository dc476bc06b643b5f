/** How often a value without a mapping was met, so that an admin sees what matters first. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Rows from before were met once at least. */
export const unmappedTimes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(`alter table "unmapped" add column "times" integer not null default 1`).execute(db);
  },
};
