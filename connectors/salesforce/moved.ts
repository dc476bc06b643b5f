/**
 * Writes to a lead that is somebody else by now. A Lead that was converted, or lost a merge, between the look and the write refuses
 * it: the write is for its Contact or its winner, so it waits for the next look instead of being given up.
 */
import type { Receipt, Write } from "../../src/model/effect.ts";
import type { Tools } from "./org.ts";
import { findPeople } from "./people.ts";
import { personOf } from "./person.ts";

/** Refusals that a record gives which is gone or read-only. */
const MAY_HAVE_MOVED: ReadonlySet<string> = new Set(["crm.not-found", "crm.conflict", "crm.forbidden"]);

/**
 * The receipts, with those of people who have moved as `not-applied`. Where nobody can say who has, all that may have are.
 * One more call, only where there are such refusals. Throws nothing.
 */
export async function againElsewhere(
  { gateway, schema }: Pick<Tools, "gateway" | "schema">,
  writes: readonly Write[],
  receipts: ReadonlyMap<string, Receipt>,
): Promise<Map<string, Receipt>> {
  const suspects = writes.filter(({ key }) => {
    const receipt = receipts.get(key);
    return receipt?.outcome === "refused" && MAY_HAVE_MOVED.has(receipt.code);
  });
  const people = suspects.flatMap(({ lead }) => personOf(lead) ?? []);
  const settled = new Map(receipts);
  if (people.length === 0) return settled;
  const moved = await whoMoved({ gateway, schema }, people);
  for (const { key, lead } of suspects) {
    const person = personOf(lead);
    if (person !== undefined && (moved === undefined || moved.has(person.id)))
      settled.set(key, { key, outcome: "not-applied", code: "crm.conflict" });
  }
  return settled;
}

/** Undefined when Salesforce cannot be asked. */
async function whoMoved(
  tools: Pick<Tools, "gateway" | "schema">,
  people: Parameters<typeof findPeople>[1]["people"],
): Promise<ReadonlySet<string> | undefined> {
  try {
    const { byId } = await findPeople(tools, { people, fields: [], accountFields: [], isEssential: true });
    return new Set(
      [...byId].flatMap(([id, now]) => (now === "unsure" || (now !== "gone" && now.id !== id) ? [id] : [])),
    );
  } catch {
    return undefined;
  }
}
