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
import { restores } from "./0012-restores.ts";
import { notices } from "./0013-notices.ts";
import { following } from "./0014-following.ts";
import { reports } from "./0015-reports.ts";
import { flips } from "./0016-flips.ts";
import { links } from "./0017-links.ts";
import { reportDays } from "./0018-report-days.ts";
import { surroundings } from "./0019-surroundings.ts";
import { bulkEffects } from "./0020-bulk-effects.ts";

/** The same steps for both databases; the dialect only chooses the words where SQL differs. */
export function migrationsFor(dialect: DialectName): MigrationProvider {
  return { getMigrations: () => Promise.resolve(stepsFor(dialect)) };
}

function stepsFor(dialect: DialectName): Record<string, Migration> {
  return {
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
    "0012-restores": restores(dialect),
    "0013-notices": notices(dialect),
    "0014-following": following(dialect),
    "0015-reports": reports(dialect),
    "0016-flips": flips,
    "0017-links": links(dialect),
    "0018-report-days": reportDays(dialect),
    "0019-surroundings": surroundings,
    "0020-bulk-effects": bulkEffects,
  };
}

/** The names of all steps this version knows. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(stepsFor("sqlite"));
