/**
 * After a restore: before a lead is handed off, the CRM is asked whether Baton did it already in the time its database does not
 * know. Nothing is asked where the database was never restored. Source: docs/decisions/0021-restore.md.
 */
import { DAY_MS, type DurationMs, MINUTE_MS } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { LostHandoff, OwnRecord } from "../model/lost.ts";
import { loadRestore, notInLedger } from "../store/restored.ts";
import type { Outcome } from "./commit.ts";
import type { Lane } from "./lane.ts";

/** By lead id. Leads of which nothing was lost are absent. */
export type Lost = ReadonlyMap<string, LostHandoff>;

/** After this long a lead that is ready is a new conversation, and not the one that was lost. */
const LOOK_FOR_MS: DurationMs = 90 * DAY_MS;
/** The CRM's clock and ours may differ; what the ledger knows is left out anyway. */
const CLOCKS_DIFFER_MS: DurationMs = 10 * MINUTE_MS;

/**
 * What the CRM shows, and the ledger does not know, of the leads that these outcomes would hand off.
 * Throws `crm.*` when the CRM cannot be asked: nothing is written then, and the turn is taken again.
 */
export async function lookBack(lane: Lane, outcomes: readonly Outcome[]): Promise<Lost> {
  const ready = outcomes.flatMap(toHandOff);
  if (ready.length === 0) return new Map();
  const { id } = lane.installation;
  const restore = await loadRestore(lane.store.db, id);
  if (restore === undefined || lane.now() > restore.restoredAt + LOOK_FOR_MS) return new Map();

  const since = restore.knownUntil - CLOCKS_DIFFER_MS;
  const until = restore.restoredAt + CLOCKS_DIFFER_MS;
  const answeredAt = new Map(ready.map(({ lead, former }) => [lead.id, former?.answeredAt ?? 0]));
  const records = await lane.connector.ownRecords(
    ready.map(({ lead }) => lead),
    since,
  );
  const lost = await notInLedger(
    lane.store.db,
    id,
    // What sales has answered since is over. Not until when Baton ended it: it may have heard of the answer after the handoff that was lost.
    records.filter(({ lead, at }) => at <= until && at > (answeredAt.get(lead.id) ?? 0)),
  );
  if (lost.length > 0) {
    const count = new Set(lost.map(({ lead }) => lead.id)).size;
    lane.log.info({ installation: id, leads: count }, "handoffs from before a restore were found in the CRM");
  }
  return new Map([...Map.groupBy(lost, ({ lead }) => lead.id)].map(([lead, own]) => [lead, together(own)]));
}

function toHandOff(outcome: Outcome): readonly Snapshot[] {
  const isReady = outcome.kind === "decided" && outcome.decision.verdict.outcome === "ready";
  return isReady ? [outcome.snapshot] : [];
}

/** The newest task and note: an earlier handoff of the same lead may have been lost as well. */
function together(records: readonly OwnRecord[]): LostHandoff {
  const newest = (kind: OwnRecord["kind"]): OwnRecord | undefined =>
    records.filter((record) => record.kind === kind).toSorted((a, b) => b.at - a.at)[0];
  const [task, note] = [newest("task"), newest("note")];
  return {
    at: Math.min(task?.at ?? Infinity, note?.at ?? Infinity),
    ...(task && { task: withoutLead(task) }),
    ...(note && { note: withoutLead(note) }),
  };
}

function withoutLead({ id, ownerId }: OwnRecord): Pick<OwnRecord, "id" | "ownerId"> {
  return { id, ...(ownerId === undefined ? {} : { ownerId }) };
}
