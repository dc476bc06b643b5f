/** Signals that waited under an address until its lead was looked at. They are the lead's once its decision is stored. */
import { addressOf } from "../model/event.ts";
import type { CrmRecord } from "../model/record.ts";
import { loadWaitingSignals } from "../store/signals.ts";
import type { Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";

/** The same leads, each with what waits under the addresses it is known by. */
export async function withWaiting(lane: Lane, read: readonly ReadLead[]): Promise<readonly ReadLead[]> {
  const found = read.map((one) => ({ one, emails: addressesOf(lane, one) }));
  const waiting = await loadWaitingSignals(
    lane.store.db,
    lane.installation.id,
    found.flatMap(({ emails }) => emails),
  );
  if (waiting.size === 0) return read;
  return found.map(({ one, emails }) => ({
    ...one,
    fresh: [...one.fresh, ...emails.flatMap((email) => waiting.get(email) ?? [])],
  }));
}

/** What the record says, and the addresses the CRM found it by: it may know more than one of a lead. */
function addressesOf(lane: Lane, { work, record }: ReadLead): readonly string[] {
  if (record.found !== true) return [];
  const asked = work.events.flatMap(({ event }) => addressOf(event) ?? []);
  return [...new Set([...asked, ...addressesIn(lane, record)].map((email) => email.trim().toLowerCase()))];
}

function addressesIn(lane: Lane, record: Extract<CrmRecord, { found: true }>): readonly string[] {
  const readings = lane.playbook().fields.reads.filter(({ fact }) => fact === "lead.email");
  return readings.flatMap(({ from }) => from).flatMap((property) => record.values[property] ?? []);
}
