/** Accounts: who of a lead's colleagues did what, and which handoffs of theirs are open. Meanings stand in ../schema-*.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect: they differ in what an instant is called. */
export function accounts(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statements: readonly string[] = [
    "alter table leads add column name text",
    "alter table leads add column role text",
    "alter table handoffs add column account text",
    "alter table handoffs add column scope text not null default 'lead'",
    "create index handoffs_open_account on handoffs (installation, account) where closed_at is null and account is not null",
    `create table account_signals (installation text not null, lead text not null, key text not null, account text not null,
       at ${instant} not null, body text not null, primary key (installation, lead, key))`,
    "create index account_signals_account on account_signals (installation, account, at)",
    "create index account_signals_at on account_signals (at)",
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
