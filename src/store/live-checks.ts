/** What the nightly check of each installation found: counts only, because what was found names people and properties. */
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

/** The last nightly check. `checkedAt` is absent until one came through; `code` says why the latest try did not. */
export interface LiveCheck {
  readonly dueAt: Instant;
  readonly checkedAt?: Instant;
  readonly errors: number;
  readonly warnings: number;
  readonly code?: string;
}

export async function loadLiveCheck(db: Db, installation: string): Promise<LiveCheck | undefined> {
  const row = await db
    .selectFrom("live_checks")
    .selectAll()
    .where("installation", "=", installation)
    .executeTakeFirst();
  return (
    row && {
      dueAt: row.due_at,
      errors: row.errors,
      warnings: row.warnings,
      ...(row.checked_at === null ? {} : { checkedAt: row.checked_at }),
      ...(row.code === null ? {} : { code: row.code }),
    }
  );
}

export async function saveLiveCheck(db: Db, installation: string, check: LiveCheck): Promise<void> {
  const row = {
    due_at: check.dueAt,
    checked_at: check.checkedAt ?? null,
    errors: check.errors,
    warnings: check.warnings,
    code: check.code ?? null,
  };
  await db
    .insertInto("live_checks")
    .values({ installation, ...row })
    .onConflict((oc) => oc.column("installation").doUpdateSet(row))
    .execute();
}

/** What the latest checks of all active installations found together. */
export async function countLiveProblems(db: Db): Promise<Readonly<Record<"error" | "warning", number>>> {
  const { errors, warnings } = await db
    .selectFrom("live_checks")
    .innerJoin("installations", "installations.id", "live_checks.installation")
    .where("installations.state", "=", "active")
    .select(({ fn }) => [
      fn.sum<number | null>("errors").as("errors"),
      fn.sum<number | null>("warnings").as("warnings"),
    ])
    .executeTakeFirstOrThrow();
  return { error: errors ?? 0, warning: warnings ?? 0 };
}
