/** What leads did, as far as Baton was told directly rather than reading it from the CRM's record. */
import type { LeadRef } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import { chunksOf } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** Keeps signals; one already known (same lead, same key) is left as it is. */
export async function saveSignals(
  db: Db,
  installation: string,
  signals: readonly { lead: LeadRef; signal: Signal }[],
): Promise<void> {
  for (const chunk of chunksOf(signals, 500)) {
    await db
      .insertInto("signals")
      .values(
        chunk.map(({ lead, signal }) => ({
          installation,
          lead: lead.id,
          key: signal.key,
          at: signal.at,
          body: JSON.stringify(signal),
        })),
      )
      .onConflict((oc) => oc.columns(["installation", "lead", "key"]).doNothing())
      .execute();
  }
}

/** Lead id to its signals, newest first. Leads without any are absent. */
export async function loadSignals(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, readonly Signal[]>> {
  if (leads.length === 0) return new Map();
  const rows = await db
    .selectFrom("signals")
    .select(["lead", "body"])
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .orderBy("at", "desc")
    .orderBy("key")
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.lead)].map(([lead, own]) => [
      lead,
      own.map((row) => ownJson<Signal>(row.body)),
    ]),
  );
}
