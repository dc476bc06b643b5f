/** Reading any number of leads, by as many as a connector takes at once. */
import type { LeadRef } from "../model/lead.ts";
import type { CrmRecord, Wanted } from "../model/record.ts";
import { chunksOf } from "../store/chunks.ts";
import type { Lane } from "./lane.ts";

/** The most of `Connector.read`. */
const MOST_READ = 100;

/** Answers and throws as `Connector.read`. */
export async function readBatches(
  { connector }: Pick<Lane, "connector">,
  leads: readonly LeadRef[],
  wanted: Wanted,
  hints?: ReadonlyMap<string, string>,
): Promise<readonly CrmRecord[]> {
  const batches = [...chunksOf(leads, MOST_READ)];
  const records = await Promise.all(batches.map((some) => connector.read(some, wanted, hints)));
  return records.flat();
}
