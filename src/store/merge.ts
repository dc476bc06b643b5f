/** Joining leads that became one record: what belonged to the old id belongs to the survivor. */
import type { Instant } from "../model/instant.ts";
import { deleteAccountSignals } from "./account-signals.ts";
import { dropPlanned } from "./effects.ts";
import { moveAsked } from "./enrichments.ts";
import { endHandoff } from "./erase.ts";
import { loadOpenHandoffs } from "./handoffs.ts";
import { deletePersonKeys } from "./identities.ts";
import { saveMerge } from "./leads.ts";
import { moveReviews } from "./reviews.ts";
import type { Db } from "./schema.ts";

/**
 * Joins `lead` into `survivor`, in any order of a chain and any number of times. Of two open handoffs the one that sales has
 * stays, else the older.
 * @returns The other one, which this ended, and the lead that has its rows now.
 */
export async function joinLeads(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
  now: Instant,
): Promise<{ readonly id: string; readonly lead: string } | undefined> {
  const end = await saveMerge(db, installation, lead, survivor, now);
  if (end === lead) return undefined;

  const ended = await endSecond(db, installation, lead, end, now);

  // The survivor's next decision writes its keys anew.
  await deletePersonKeys(db, installation, [lead]);
  await moveReviews(db, installation, lead, end);
  await moveAsked(db, installation, lead, end);
  // The survivor's next decision writes their deeds anew.
  await deleteAccountSignals(db, installation, [lead]);
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
  return ended === undefined ? undefined : { id: ended, lead: end };
}

/** Ends one of two open handoffs that are one lead's now. @returns Its id. */
async function endSecond(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
  now: Instant,
): Promise<string | undefined> {
  const open = await loadOpenHandoffs(db, installation, [lead, survivor]);
  const [theirs, ours] = [open.get(lead), open.get(survivor)];
  if (theirs === undefined || ours === undefined) return undefined;
  // A lead that waits for somebody waits no longer: its other record has somebody.
  const staysOurs =
    ours.state === theirs.state ? ours.startedAt <= theirs.startedAt : ours.state === "with-sales";
  const { id } = staysOurs ? theirs : ours;
  await endHandoff(db, installation, id, "merged into another lead's handoff", now);
  await dropPlanned(db, installation, staysOurs ? lead : survivor, "the lead was merged", now);
  return id;
}
