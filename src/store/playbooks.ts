/** Every playbook version that ever decided something or was signed, text and all. */
import type { Instant } from "../model/instant.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** Keeps a version's texts; a version that is kept already stays as it is. */
export async function savePlaybook(
  db: Db,
  version: string,
  files: Readonly<Record<string, string>>,
  now: Instant,
): Promise<void> {
  await db
    .insertInto("playbooks")
    .values({ version, files: JSON.stringify(files), loaded_at: now })
    .onConflict((oc) => oc.column("version").doNothing())
    .execute();
}

/** File name to text; undefined for a version that was never kept. */
export async function loadPlaybookFiles(
  db: Db,
  version: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const row = await db
    .selectFrom("playbooks")
    .select("files")
    .where("version", "=", version)
    .executeTakeFirst();
  return row && ownJson<Record<string, string>>(row.files);
}

/** The versions that are kept and begin like this: hex digits only. Sorted. */
export async function versionsLike(db: Db, start: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("playbooks")
    .select("version")
    .where("version", "like", `${start}%`)
    .orderBy("version")
    .execute();
  return rows.map(({ version }) => version);
}

/** Version to how many handoffs it decided, over all installations. Looks at every handoff. */
export async function countHandoffs(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("handoffs")
    .select((eb) => ["playbook", eb.fn.countAll<number>().as("count")])
    .groupBy("playbook")
    .execute();
  return new Map(rows.map(({ playbook, count }) => [playbook, count]));
}
