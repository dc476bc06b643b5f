/**
 * SQLite statements that are prepared once and used again. Kysely prepares a statement for every query, and those of a turn have
 * hundreds of parameters each: preparing them takes half as long as running them. SQLite prepares one again by itself when the
 * schema has changed.
 */
import type Database from "better-sqlite3";
import type { SqliteDatabase, SqliteStatement } from "kysely";

/** More than a turn has; the texts vary with the number of leads. Most take some kilobytes, the largest a hundred. */
const KEPT = 200;

/** The database as Kysely uses it. Statements used longest ago are let go. Throws nothing of its own. */
export function preparedOnce(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(text) {
      const statement = statements.get(text) ?? database.prepare(text);
      statements.delete(text);
      statements.set(text, statement);
      const [oldest] = statements.keys();
      if (oldest !== undefined && statements.size > KEPT) statements.delete(oldest);
      return statement;
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}
