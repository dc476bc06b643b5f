/** Channels, notices and their deliveries. Column meanings stand in ../schema-notices.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect: they differ in what an instant is called. */
export function notices(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statements: readonly string[] = [
    `create table channels (installation text not null, id text not null, kind text not null, sealed text not null,
       kinds text, created_at ${instant} not null, primary key (installation, id))`,
    "create unique index channels_id on channels (id)",
    `create table notices (installation text not null, key text not null, lead text, handoff text, kind text not null,
       recipient text not null, body text not null, at ${instant} not null, primary key (installation, key))`,
    "create index notices_lead on notices (installation, lead)",
    "create index notices_at on notices (at)",
    `create table deliveries (installation text not null, channel text not null, notice text not null, lead text,
       kind text not null, recipient text not null, role text not null, state text not null, sent_as text,
       attempts integer not null, next_at ${instant} not null, claim text, claimed_until ${instant}, code text,
       planned_at ${instant} not null, first_at ${instant}, attempted_at ${instant}, settled_at ${instant},
       primary key (installation, channel, notice))`,
    "create index deliveries_due on deliveries (next_at) where settled_at is null",
    "create index deliveries_waiting on deliveries (installation, channel, next_at) where settled_at is null",
    "create index deliveries_claimed on deliveries (claimed_until) where claimed_until is not null",
    "create index deliveries_message on deliveries (installation, channel, sent_as)",
    "create index deliveries_recent on deliveries (installation, channel, recipient, role, attempted_at)",
    "create index deliveries_notice on deliveries (installation, notice)",
    "create index deliveries_lead on deliveries (installation, lead)",
    "create index deliveries_stuck on deliveries (installation) where state in ('parked', 'refused')",
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
