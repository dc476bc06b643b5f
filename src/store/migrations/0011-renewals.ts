/** Who renews a connection's tokens, and how long the others leave it to them. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Nobody renews when this runs. */
export const renewals: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(`alter table "connections" add column "renewer" text`).execute(db);
    await sql.raw(`alter table "connections" add column "renewing_until" bigint`).execute(db);
  },
};
