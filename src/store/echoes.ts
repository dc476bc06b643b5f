/** What Baton itself wrote, and when, to tell the echoes of it from news. */
import { type DurationMs, type Instant, MINUTE_MS } from "../model/instant.ts";
import { loadInChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

/** A change of a lead in the CRM, as an event or a history tells it. */
export interface Change {
  readonly lead: string;
  readonly field: string;
  readonly value?: string | undefined;
  readonly at: Instant;
}

/** By how much the CRM's clock and ours may differ. */
const SKEW_MS: DurationMs = 5 * MINUTE_MS;

/**
 * Loads what Baton wrote to owner and stage of these leads.
 * @returns Whether a change is the echo of such a write: the same value, at a time at which that write can have reached the CRM. The same
 * value at another time is somebody else's doing: a lead that was recycled becomes qualified once more.
 */
export async function ownWrites(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<(change: Change) => boolean> {
  const rows = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("effects")
      .select(["lead", "owner_to", "stage_to", "planned_at", "settled_at"])
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .where("kind", "=", "update-lead")
      .where("state", "in", ["attempting", "ambiguous", "confirmed"])
      .execute(),
  );
  const byLead = Map.groupBy(rows, ({ lead }) => lead);
  return ({ lead, field, value, at }) =>
    value !== undefined &&
    (byLead.get(lead) ?? []).some(
      ({ owner_to, stage_to, planned_at, settled_at }) =>
        value === (field === "owner" ? owner_to : field === "stage" ? stage_to : null) &&
        at >= planned_at - SKEW_MS &&
        (settled_at === null || at <= settled_at + SKEW_MS),
    );
}
