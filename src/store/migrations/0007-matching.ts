/** Accounts as the CRM lists them, keys to find accounts and people by, and what a person must look at. Meanings stand in ../schema-*.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect: they differ in what an instant is called, and SQLite keeps keys in the index alone. */
export function matching(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const indexOnly = dialect === "sqlite" ? " without rowid" : "";
  const statements: readonly string[] = [
    `create table accounts (installation text not null, account text not null, body text not null,
       seen_at ${instant} not null, primary key (installation, account))`,
    "create index accounts_seen on accounts (installation, seen_at)",
    `create table account_keys (installation text not null, key text not null, account text not null,
       primary key (installation, key, account))${indexOnly}`,
    "create index account_keys_account on account_keys (installation, account)",
    `create table person_keys (installation text not null, key text not null, lead text not null,
       primary key (installation, key, lead))${indexOnly}`,
    "create index person_keys_lead on person_keys (installation, lead)",
    `create table reviews (installation text not null, kind text not null, lead text not null, other text not null,
       evidence text not null, seen_at ${instant} not null, settled_at ${instant}, settled_as text,
       primary key (installation, kind, lead, other))`,
    "create index reviews_lead on reviews (installation, lead)",
    "create index reviews_other on reviews (installation, other)",
    "create index reviews_open on reviews (installation, seen_at) where settled_at is null",
    "alter table cursors add column page text",
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
