/**
 * Which version of the playbook is live, and who signed it. One playbook serves all installations of a server, so neither table
 * knows one. Column meanings stand in ../schema-*.ts.
 */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect. SQLite's `integer` is already 64 bits wide. */
export function versions(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statements: readonly string[] = [
    `create table "publications" ("seq" integer not null primary key, "version" text not null, "at" ${instant} not null,
       "by" text not null, "because" text not null)`,
    `create table "approvals" ("version" text not null, "side" text not null, "by" text not null, "at" ${instant} not null,
       primary key ("version", "side", "by"))`,
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
