/**
 * Indexes for the questions that are asked every second and after every write. SQLite uses a partial index only where the
 * query repeats its condition to the letter, without parameters; hence `settled_at is null`, which every effect that still
 * waits fulfils and no other does.
 */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

const STATEMENTS: readonly string[] = [
  "drop index effects_due",
  "create index effects_due on effects (installation, next_at) where settled_at is null",
  "create index effects_handoff on effects (installation, handoff)",
  "create index handoffs_id on handoffs (id)",
  "create index decisions_id on decisions (id)",
];

export const indexes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
