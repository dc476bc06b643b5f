/** That a database was restored from a backup, and since when its history has a hole. Column meanings stand in ../schema-*.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

/** The step for one dialect: they differ in what an instant is called. */
export function restores(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const statement = `create table restores (installation text not null primary key, known_until ${instant} not null,
    restored_at ${instant} not null)`;
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql.raw(statement).execute(db);
    },
  };
}
