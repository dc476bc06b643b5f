/** Up to when Baton knows of leads: the measure for whether something a CRM says now is news. */
import type { Instant } from "../model/instant.ts";
import { loadInChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

/** Each by a clock of its own; absent where there is nothing. */
export interface KnownUntil {
  /** The CRM's clock: the latest happening of which an event tells that led, or will lead, to a look at the lead. */
  readonly heardAt?: Instant;
  /** Our clock: when the lead was decided last, some moments after it was read. */
  readonly decidedAt?: Instant;
}

/**
 * Lead id to what is known; leads nobody has heard of are absent. Echoes and form submissions do not count as heard: they may
 * have been settled without a look at the lead.
 */
export async function knownUntil(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, KnownUntil>> {
  const decided = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("leads")
      .select(["lead", "seen_at"])
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .execute(),
  );
  const heard = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("events")
      .select(({ fn }) => ["lead", fn.max("occurred_at").as("at")])
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .where("state", "!=", "echo")
      .where("kind", "!=", "form-submitted")
      .groupBy("lead")
      .execute(),
  );
  const known = new Map<string, KnownUntil>(
    decided.map(({ lead, seen_at }) => [lead, { decidedAt: seen_at }]),
  );
  for (const { lead, at } of heard) if (lead !== null) known.set(lead, { ...known.get(lead), heardAt: at });
  return known;
}
