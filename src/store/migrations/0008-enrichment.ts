/** What providers answered about leads, and how often they were asked. Column meanings stand in ../schema-*.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect: they differ in what an instant is called. */
export function enrichment(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statements: readonly string[] = [
    `create table enrichments (installation text not null, subject text not null, lead text not null, body text not null,
       asked_at ${instant} not null, code text, tries integer not null, again_at ${instant},
       primary key (installation, subject, lead))`,
    "create index enrichments_lead on enrichments (installation, lead)",
    "create index enrichments_asked on enrichments (asked_at)",
    `create table enrichment_budget (installation text not null, day text not null, requests integer not null,
       primary key (installation, day))`,
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
