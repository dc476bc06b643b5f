/** Two records of the CRM that became one: what Baton keeps of both is joined, and a turn that was a duplicate is none. */
import { joinLeads } from "../store/merge.ts";
import type { Tx } from "../store/schema.ts";
import type { Lane } from "./lane.ts";
import { giveTurnBack } from "./turn-back.ts";

/** The reason of agreement.yaml under which `credit_back` gives such a turn back. */
const DUPLICATE = "duplicate";

/** Joins `lead` into `survivor`, any number of times. */
export async function joinRecords(lane: Lane, tx: Tx, lead: string, survivor: string): Promise<void> {
  const ended = await joinLeads(tx, lane.installation.id, lead, survivor, lane.now());
  if (ended !== undefined) await giveTurnBack(lane, tx, ended.turn, DUPLICATE);
}
