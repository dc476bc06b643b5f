/** Leads linked with the same person in sales' CRM, and which org serves which portal. Meanings stand in ../schema-links.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect: they differ in what an instant is called. */
export function links(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statements: readonly string[] = [
    "alter table installations add column serves text",
    "create index installations_serves on installations (serves) where serves is not null",
    `create table links (installation text not null, lead text not null, counterpart text not null, by text not null,
       agreed text not null, linked_at ${instant} not null, gone_at ${instant}, primary key (installation, lead))`,
    `create table link_names (installation text not null, counterpart text not null, lead text not null,
       primary key (installation, counterpart))`,
    "create index link_names_lead on link_names (installation, lead)",
    `create table resync_samples (installation text not null, lead text not null, field text not null,
       body text not null, primary key (installation, lead, field))`,
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
