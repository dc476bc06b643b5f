/** Looking whether a write whose answer was lost is there: in each CRM that got a part of it. */
import type { Sighting, Write } from "../model/effect.ts";
import type { LeadRef } from "../model/lead.ts";
import type { Colleagues } from "./owners.ts";
import type { PairParts } from "./parts.ts";
import { partsOf } from "./writing.ts";

/** @see Connector.look */
export async function lookInPairs(
  parts: PairParts,
  colleagues: Colleagues,
  writes: readonly Write[],
): Promise<readonly Sighting[]> {
  if (writes.length === 0) return [];
  const where = await whereTheyAre(parts, writes);
  const [here, there]: [Write[], Write[]] = [[], []];
  const absent = new Set<string>();
  for (const write of writes) {
    const parted = await partsOf(parts, colleagues, write, where);
    if ("outcome" in parted) absent.add(write.key);
    else {
      if (parted.marketing !== undefined) here.push(parted.marketing);
      if (parted.sales !== undefined) there.push(parted.sales);
    }
  }
  const seen = Map.groupBy(
    (await Promise.all([parts.marketing.look(here), parts.sales.look(there)])).flat(),
    ({ key }) => key,
  );
  return writes.map((write) =>
    absent.has(write.key) ? { key: write.key, seen: "no" } : whole(write, seen.get(write.key) ?? []),
  );
}

/** A lead that was being made when the answer was lost may be there: the record carries its id. */
async function whereTheyAre(
  { links, sales }: PairParts,
  writes: readonly Write[],
): Promise<ReadonlyMap<string, LeadRef>> {
  const leads = new Map(writes.map(({ lead }) => [lead.id, lead]));
  const known = await links.of([...leads.keys()]);
  const strangers = [...leads.values()].filter(({ id }) => !known.has(id));
  const carried =
    strangers.length === 0 || sales.counterpartsOf === undefined
      ? new Map<string, LeadRef>()
      : await sales.counterpartsOf(strangers);
  const fresh = [...carried].map(([lead, { id }]) => ({ lead, counterpart: id, by: "carried" as const }));
  const own = fresh.length === 0 ? new Set<string>() : await links.save(fresh);
  return new Map([
    ...[...known].map(([lead, { counterpart }]) => [lead, { crm: sales.crm, id: counterpart }] as const),
    ...[...carried].filter(([lead]) => own.has(lead)),
  ]);
}

/** There if every part is; not there if one certainly is not. */
function whole({ key, lead }: Write, sightings: readonly Sighting[]): Sighting {
  const missing = sightings.find(({ seen }) => seen === "no");
  const unsure = sightings.find(({ seen }) => seen === "unsure");
  return missing ?? unsure ?? sightings.at(-1) ?? { key, seen: "yes", id: lead.id };
}
