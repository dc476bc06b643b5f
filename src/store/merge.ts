/** Joining leads that became one record: what belonged to the old id belongs to the survivor. */
import type { Instant } from "../model/instant.ts";
import { deleteAccountSignals } from "./account-signals.ts";
import { holdChannels } from "./deliveries.ts";
import { dropPlanned } from "./effects.ts";
import { moveAsked } from "./enrichments.ts";
import { endHandoff } from "./erase.ts";
import { loadOpenHandoffs, turnOf } from "./handoffs.ts";
import { deletePersonKeys } from "./identities.ts";
import { saveMerge } from "./leads.ts";
import { moveLinks } from "./links.ts";
import { moveReviews } from "./reviews.ts";
import type { Db } from "./schema.ts";

/** Tables whose rows go on under the survivor's id. */
const MOVED = [
  "signals",
  "handoffs",
  "decisions",
  "effects",
  "clocks",
  "touches",
  "dispositions",
  "notices",
  "deliveries",
] as const;

/** A handoff that a merge ended. */
interface EndedHandoff {
  readonly id: string;
  /** The rep whose turn it was; absent where it was nobody's. */
  readonly turn?: string;
}

/**
 * Joins `lead` into `survivor`, in any order of a chain and any number of times. Of two open handoffs the one that sales has
 * stays, else the older.
 * @returns The other one, which this ended, with the rep whose turn it was.
 */
export async function joinLeads(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
  now: Instant,
): Promise<EndedHandoff | undefined> {
  const end = await saveMerge(db, installation, lead, survivor, now);
  if (end === lead) return undefined;

  const ended = await endSecond(db, installation, lead, end, now);

  // The survivor's next decision writes its keys anew.
  await deletePersonKeys(db, installation, [lead]);
  await moveReviews(db, installation, lead, end);
  await moveAsked(db, installation, lead, end);
  await moveLinks(db, installation, lead, end);
  // The survivor's next decision writes their deeds anew.
  await deleteAccountSignals(db, installation, [lead]);
  for (const table of ["signals", "touches"] as const) await dropShared(db, installation, table, lead, end);
  await db.deleteFrom("leads").where("installation", "=", installation).where("lead", "=", lead).execute();
  await holdChannels(db, installation);
  for (const table of MOVED) {
    await db
      .updateTable(table)
      .set({ lead: end })
      .where("installation", "=", installation)
      .where("lead", "=", lead)
      .execute();
  }
  return ended;
}

/** A deed that both records tell of, and a call with both, is one of the survivor's. */
async function dropShared(
  db: Db,
  installation: string,
  table: "signals" | "touches",
  lead: string,
  survivor: string,
): Promise<void> {
  const known = db
    .selectFrom(table)
    .select("key")
    .where("installation", "=", installation)
    .where("lead", "=", survivor);
  await db
    .deleteFrom(table)
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("key", "in", known)
    .execute();
}

/** Ends one of two open handoffs that are one lead's now. @returns Which. */
async function endSecond(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
  now: Instant,
): Promise<EndedHandoff | undefined> {
  const open = await loadOpenHandoffs(db, installation, [lead, survivor]);
  const [theirs, ours] = [open.get(lead), open.get(survivor)];
  if (theirs === undefined || ours === undefined) return undefined;
  // A lead that waits for somebody waits no longer: its other record has somebody.
  const staysOurs =
    ours.state === theirs.state ? ours.startedAt <= theirs.startedAt : ours.state === "with-sales";
  const { id } = staysOurs ? theirs : ours;
  const turn = await turnOf(db, installation, id);
  await endHandoff(db, installation, id, "merged into another lead's handoff", now);
  await dropPlanned(db, installation, staysOurs ? lead : survivor, "the lead was merged", now);
  return { id, ...(turn === undefined ? {} : { turn }) };
}
