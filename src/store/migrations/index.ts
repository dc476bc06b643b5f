/** Migrations in order. They only append: a released one is never edited. */
import type { Migration, MigrationProvider } from "kysely/migration";
import type { DialectName } from "../open.ts";
import { first } from "./0001-first.ts";
import { indexes } from "./0002-indexes.ts";
import { signals } from "./0003-signals.ts";
import { liveChecks } from "./0004-live-checks.ts";
import { accounts } from "./0006-accounts.ts";
import { leadAddresses } from "./0005-lead-addresses.ts";
import { matching } from "./0007-matching.ts";
import { enrichment } from "./0008-enrichment.ts";
import { versions } from "./0009-versions.ts";
import { unmappedTimes } from "./0010-unmapped-times.ts";
import { renewals } from "./0011-renewals.ts";

/** The same steps for both databases; the dialect only chooses the words where SQL differs. */
export function migrationsFor(dialect: DialectName): MigrationProvider {
  const migrations: Record<string, Migration> = {
    "0001-first": first(dialect),
    "0002-indexes": indexes,
    "0003-signals": signals(dialect),
    "0004-live-checks": liveChecks(dialect),
    "0005-lead-addresses": leadAddresses,
    "0006-accounts": accounts(dialect),
    "0007-matching": matching(dialect),
    "0008-enrichment": enrichment(dialect),
    "0009-versions": versions(dialect),
    "0010-unmapped-times": unmappedTimes,
    "0011-renewals": renewals,
  };
  return { getMigrations: () => Promise.resolve(migrations) };
}
