/** People by the keys two records of one person share: digests and lead ids, nothing else. */
import type { Snapshot } from "../model/lead.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
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
  await inChunks(rows, (chunk) => db.insertInto("person_keys").values(chunk).execute());
}

/** These leads are found no more. */
export async function deletePersonKeys(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<void> {
  await inChunks(leads, (chunk) =>
    db
      .deleteFrom("person_keys")
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .execute(),
  );
}

/** Lead id to what its latest decision saw. Leads that were never decided are absent. */
export async function loadSnapshots(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, Snapshot>> {
  const found = await loadInChunks([...new Set(leads)], async (chunk) => {
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
    // Parsed here, so that others get their turn between two parts (give-way.ts).
    return rows.map(({ lead, snapshot }) => [lead, ownJson<Snapshot>(snapshot)] as const);
  });
  return new Map(found);
}
