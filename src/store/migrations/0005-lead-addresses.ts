/** Leads by address: what comes with an e-mail only finds its lead without asking the CRM. Meanings stand in ../schema-*.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const leadAddresses: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(`alter table "leads" add column "email" text`).execute(db);
    await sql
      .raw(`create index leads_email on leads (installation, email) where email is not null`)
      .execute(db);
  },
};
