/** When others than Baton changed the owner of a handoff. The meaning stands in ../schema-following.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const flips: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table handoffs add column flips text`.execute(db);
  },
};
