/** What Baton already knows of the leads of a turn, loaded for all of them at once. */
import type { OpenHandoff } from "../model/handoff.ts";
import type { Standings } from "../model/rep.ts";
import type { Signal } from "../model/signal.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { loadLeads, type SeenLead } from "../store/leads.ts";
import { loadSignals } from "../store/signals.ts";
import { loadStandings } from "../store/standings.ts";
import type { Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";

/** By lead id; the fairness ledger is the lane's as a whole. */
export interface Memory {
  readonly signals: ReadonlyMap<string, readonly Signal[]>;
  readonly handoffs: ReadonlyMap<string, OpenHandoff>;
  readonly seen: ReadonlyMap<string, SeenLead>;
  readonly standings: Standings;
}

export async function recall(lane: Lane, read: readonly ReadLead[]): Promise<Memory> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const leads = read.map(({ work, record }) => (record.found ? record.lead.id : work.lead));
  return {
    signals: await loadSignals(db, id, leads),
    handoffs: await loadOpenHandoffs(db, id, leads),
    seen: await loadLeads(db, id, leads),
    standings: await loadStandings(db, id),
  };
}
