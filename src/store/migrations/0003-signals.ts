/** Signals sent in directly: write keys, visitors, what waits for a lead, and which messages were seen. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect: they differ in what an instant is called. */
export function signals(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statements: readonly string[] = [
    `create table write_keys (installation text not null, id text not null, digest text not null,
       created_at ${instant} not null, revoked_at ${instant}, primary key (installation, id), unique (digest))`,
    `create table visitors (installation text not null, visitor text not null, leads_to text not null,
       at ${instant} not null, primary key (installation, visitor))`,
    "create index visitors_leads_to on visitors (installation, leads_to)",
    "create index visitors_at on visitors (at)",
    `create table waiting_signals (installation text not null, key text not null, visitor text not null,
       at ${instant} not null, body text not null, primary key (installation, key))`,
    "create index waiting_signals_visitor on waiting_signals (installation, visitor, at)",
    "create index waiting_signals_at on waiting_signals (at)",
    `create table signal_messages (installation text not null, key text not null,
       primary key (installation, key))`,
    "create index signals_at on signals (at)",
    "create index events_signals on events (received_at) where kind = 'signal-received'",
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
