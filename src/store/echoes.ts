/** What Baton itself wrote, to tell the echoes of it from news. */
import type { Db } from "./schema.ts";

/** Leads and values Baton itself wrote to owner or stage: what comes back as an event with the same value is an echo. */
export async function ownWrites(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlySet<string>> {
  if (leads.length === 0) return new Set();
  const rows = await db
    .selectFrom("effects")
    .select(["lead", "owner_to", "stage_to"])
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .where("kind", "=", "update-lead")
    .where("state", "in", ["attempting", "ambiguous", "confirmed"])
    .execute();
  const keys = new Set<string>();
  for (const row of rows) {
    if (row.owner_to !== null) keys.add(echoKey(row.lead, "owner", row.owner_to));
    if (row.stage_to !== null) keys.add(echoKey(row.lead, "stage", row.stage_to));
  }
  return keys;
}

export function echoKey(lead: string, field: "owner" | "stage", value: string): string {
  return JSON.stringify([lead, field, value]);
}
