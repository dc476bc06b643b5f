/** Migrations in order. They only append: a released one is never edited. */
import type { Migration, MigrationProvider } from "kysely/migration";
import type { DialectName } from "../open.ts";
import { first } from "./0001-first.ts";
import { indexes } from "./0002-indexes.ts";
import { signals } from "./0003-signals.ts";
import { liveChecks } from "./0004-live-checks.ts";
import { leadAddresses } from "./0005-lead-addresses.ts";

/** The same steps for both databases; the dialect only chooses the words where SQL differs. */
export function migrationsFor(dialect: DialectName): MigrationProvider {
  const migrations: Record<string, Migration> = {
    "0001-first": first(dialect),
    "0002-indexes": indexes,
    "0003-signals": signals(dialect),
    "0004-live-checks": liveChecks(dialect),
    "0005-lead-addresses": leadAddresses,
  };
  return { getMigrations: () => Promise.resolve(migrations) };
}
