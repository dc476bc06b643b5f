/** Every playbook version that ever decided something, text and all. */
import type { Instant } from "../model/instant.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

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
