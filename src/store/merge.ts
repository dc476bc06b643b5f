/** Joining leads that became one record: what belonged to the old id belongs to the survivor. */
import type { Instant } from "../model/instant.ts";
import { dropPlanned } from "./effects.ts";
import { endHandoff } from "./erase.ts";
import { loadOpenHandoffs } from "./handoffs.ts";
import { saveMerge } from "./leads.ts";
import type { Db } from "./schema.ts";

/** Joins `lead` into `survivor`, in any order of a chain and any number of times; the older open handoff stays. */
export async function joinLeads(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
  now: Instant,
): Promise<void> {
  const end = await saveMerge(db, installation, lead, survivor, now);
  if (end === lead) return;

  const open = await loadOpenHandoffs(db, installation, [lead, end]);
  const [theirs, ours] = [open.get(lead), open.get(end)];
  if (theirs !== undefined && ours !== undefined) {
    const isOursOlder = ours.startedAt <= theirs.startedAt;
    await endHandoff(
      db,
      installation,
      isOursOlder ? theirs.id : ours.id,
      "merged into another lead's handoff",
      now,
    );
    await dropPlanned(db, installation, isOursOlder ? lead : end, "the lead was merged", now);
  }

  const known = db
    .selectFrom("signals")
    .select("key")
    .where("installation", "=", installation)
    .where("lead", "=", end);
  await db
    .deleteFrom("signals")
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("key", "in", known)
    .execute();
  await db.deleteFrom("leads").where("installation", "=", installation).where("lead", "=", lead).execute();
  for (const table of ["signals", "handoffs", "decisions", "effects", "clocks"] as const) {
    await db
      .updateTable(table)
      .set({ lead: end })
      .where("installation", "=", installation)
      .where("lead", "=", lead)
      .execute();
  }
}
