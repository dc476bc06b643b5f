/** The fairness ledger, kept between turns. */
import type { Standings } from "../model/rep.ts";
import { inChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

export async function loadStandings(db: Db, installation: string): Promise<Standings> {
  const rows = await db
    .selectFrom("standings")
    .selectAll()
    .where("installation", "=", installation)
    .orderBy("rep")
    .execute();
  return new Map(
    rows.map(({ rep, credits, open, day, today, last_at: lastAt }) => [
      rep,
      { credits, open, day, today, lastAt },
    ]),
  );
}

/**
 * Saves changed entries. `open` is stored as the difference to `before`: handoffs end in the same transaction, or elsewhere
 * since the ledger was read, and their ends must not be overwritten.
 */
export async function saveStandings(
  db: Db,
  installation: string,
  standings: Standings,
  before: Standings,
): Promise<void> {
  await inChunks([...standings], (chunk) =>
    db
      .insertInto("standings")
      .values(
        chunk.map(([rep, { credits, open, day, today, lastAt }]) => ({
          installation,
          rep,
          credits,
          open: open - (before.get(rep)?.open ?? 0),
          day,
          today,
          last_at: lastAt,
        })),
      )
      .onConflict((oc) =>
        oc.columns(["installation", "rep"]).doUpdateSet((eb) => ({
          credits: eb.ref("excluded.credits"),
          open: eb("standings.open", "+", eb.ref("excluded.open")),
          day: eb.ref("excluded.day"),
          today: eb.ref("excluded.today"),
          last_at: eb.ref("excluded.last_at"),
        })),
      )
      .execute(),
  );
}

/** One handoff of this rep has ended. */
export async function releaseOpen(db: Db, installation: string, rep: string): Promise<void> {
  await db
    .updateTable("standings")
    .set((eb) => ({ open: eb("open", "-", 1) }))
    .where("installation", "=", installation)
    .where("rep", "=", rep)
    .where("open", ">", 0)
    .execute();
}

/** A person gave this rep a lead: it is open with them, and no turn. Somebody without an entry has not joined the ledger. */
export async function takeOpen(db: Db, installation: string, rep: string): Promise<void> {
  await db
    .updateTable("standings")
    .set((eb) => ({ open: eb("open", "+", 1) }))
    .where("installation", "=", installation)
    .where("rep", "=", rep)
    .execute();
}
