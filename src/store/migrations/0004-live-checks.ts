/** What the nightly check of each installation found. Column meanings stand in ../schema-*.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The steps for one dialect. SQLite's `integer` is already 64 bits wide. */
export function liveChecks(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql
        .raw(
          `create table "live_checks" ("installation" text not null primary key, "due_at" ${instant} not null, ` +
            `"checked_at" ${instant}, "errors" integer not null, "warnings" integer not null, "code" text)`,
        )
        .execute(db);
      await sql.raw("create index live_checks_due on live_checks (due_at)").execute(db);
    },
  };
}
