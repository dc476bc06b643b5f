/** Who of the other CRM is here already: by the id that records carry, not by search. */
import type { LeadRef } from "../../src/model/lead.ts";
import type { Tools } from "./org.ts";
import { COUNTERPART_FIELD } from "./package-fields.ts";
import { leadRef, PEOPLE, personWith } from "./person.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, Found } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn, textOf } from "./values.ts";

/**
 * Reads them, by the id there. A Lead that was converted is its Contact; where both a Lead and a Contact carry an id, it is the
 * Contact's. Nobody where the org has no field for it.
 * @throws BatonError `crm.*`.
 */
export async function findCounterparts(
  tools: Pick<Tools, "gateway" | "schema">,
  leads: readonly LeadRef[],
): Promise<ReadonlyMap<string, LeadRef>> {
  const asks = await counterpartAsks(tools.schema, leads);
  return readCounterparts(asks, await findAll(tools.gateway, asks, true));
}

/** The queries by which `readCounterparts` knows them; none where the org has no field for it. @throws BatonError `crm.*`. */
export async function counterpartAsks(
  schema: Tools["schema"],
  leads: readonly LeadRef[],
): Promise<readonly Ask[]> {
  const wanted = [...new Set(leads.map(({ id }) => id))];
  const asks: Ask[] = [];
  for (const object of PEOPLE) {
    if ((await schema.visible(object, [COUNTERPART_FIELD])).length === 0) continue;
    const select = ["Id", COUNTERPART_FIELD, ...(object === "Lead" ? ["ConvertedContactId"] : [])];
    const where = [{ field: COUNTERPART_FIELD, in: wanted }];
    asks.push({ ref: `known${object}`, text: soqlInParts({ select, from: object, where }) });
  }
  return asks;
}

/** What these queries came to, as `findCounterparts` gives it. @throws BatonError `crm.*` for one that failed. */
export function readCounterparts(
  asks: readonly Ask[],
  found: ReadonlyMap<string, Found>,
): ReadonlyMap<string, LeadRef> {
  const known = new Map<string, LeadRef>();
  // Contacts come last, and so win over the Lead they were.
  for (const { ref } of asks) {
    for (const record of recordsOf(found, ref)) {
      const counterpart = textOf(record[COUNTERPART_FIELD]);
      const person = personWith(idIn(record, "ConvertedContactId") ?? idIn(record, "Id") ?? "");
      if (counterpart !== undefined && person !== undefined) known.set(counterpart, leadRef(person.id));
    }
  }
  return known;
}
