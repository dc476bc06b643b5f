/** Account, deals and lists of leads that sales has, as they were read last. The meaning stands in ../../lanes/surroundings.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const surroundings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table leads add column surroundings text`.execute(db);
  },
};
