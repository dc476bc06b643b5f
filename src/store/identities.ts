/** People by the keys two records of one person share: digests and lead ids, nothing else. */
import type { Snapshot } from "../model/lead.ts";
import { chunksOf } from "./chunks.ts";
import { ownJson } from "./json.ts";
import { digestOf } from "./match-keys.ts";
import type { Db } from "./schema.ts";

/** Stores under which keys each lead is found from now on, instead of those before. */
export async function savePersonKeys(
  db: Db,
  installation: string,
  people: readonly { readonly lead: string; readonly keys: readonly string[] }[],
): Promise<void> {
  await deletePersonKeys(
    db,
    installation,
    people.map(({ lead }) => lead),
  );
  const rows = people.flatMap(({ lead, keys }) =>
    [...new Set(keys.map(digestOf))].map((key) => ({ installation, key, lead })),
  );
  for (const chunk of chunksOf(rows, 500))
    await db
      .insertInto("person_keys")
      .values([...chunk])
      .execute();
}

/** These leads are found no more. */
export async function deletePersonKeys(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<void> {
  for (const chunk of chunksOf(leads, 500))
    await db
      .deleteFrom("person_keys")
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .execute();
}

/** Lead id to what its latest decision saw. Leads that were never decided are absent. */
export async function loadSnapshots(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, Snapshot>> {
  const found = new Map<string, Snapshot>();
  for (const chunk of chunksOf([...new Set(leads)], 500)) {
    const rows = await db
      .selectFrom("leads")
      .innerJoin("decisions", (join) =>
        join
          .onRef("decisions.id", "=", "leads.decision")
          .onRef("decisions.installation", "=", "leads.installation"),
      )
      .select(["leads.lead", "decisions.snapshot"])
      .where("leads.installation", "=", installation)
      .where("leads.lead", "in", chunk)
      .execute();
    for (const { lead, snapshot } of rows) found.set(lead, ownJson<Snapshot>(snapshot));
  }
  return found;
}
