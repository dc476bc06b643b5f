/** Which effects nobody waits for, so that others go before them. The meaning stands in ../effects.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const bulkEffects: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table effects add column urgency text not null default 'live'`.execute(db);
  },
};
