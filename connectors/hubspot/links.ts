/** Which records a record is associated with: the only list HubSpot keeps up to date at once. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import { itemError, paging, parseAnswer } from "./answer.ts";
import { chunks } from "../http/chunks.ts";
import type { ObjectName } from "./batch-read.ts";
import type { Gateway } from "../http/gateway.ts";
import { ASSOCIATIONS_VERSION } from "./version.ts";

const id = z.union([z.string(), z.number()]).transform(String);
const linked = z.object({
  results: z.array(
    z.object({
      from: z.object({ id }),
      to: z.array(z.object({ toObjectId: id })).catch([]),
      paging,
    }),
  ),
  errors: z.array(itemError).catch([]).default([]),
});

/** HubSpot's most inputs for one read of associations. */
const LINKS_BATCH = 1_000;
/** Rounds of paging after which a record has absurdly many records, or paging goes in circles. */
const MOST_ROUNDS = 40;

/**
 * Reads which records of one type the records of another, contacts unless said otherwise, are associated with.
 *
 * @returns id to the other's ids, in HubSpot's order; those with none (or that do not exist) are absent.
 * @throws  BatonError `crm.*`; `crm.bad-answer` when paging does not end.
 */
export async function readLinks(
  gateway: Gateway,
  ids: readonly string[],
  to: ObjectName,
  from: ObjectName = "contacts",
): Promise<Map<string, string[]>> {
  const links = new Map<string, string[]>();
  const seen = new Set<string>();
  let inputs: { id: string; after?: string }[] = [...new Set(ids)].map((each) => ({ id: each }));
  for (let round = 0; inputs.length > 0; round += 1) {
    if (round >= MOST_ROUNDS) throw endless(to);
    const next: typeof inputs = [];
    for (const part of chunks(inputs, LINKS_BATCH)) {
      const path = `/crm/associations/${ASSOCIATIONS_VERSION}/${from}/${to}/batch/read`;
      const body = await gateway.read({ method: "POST", path, body: { inputs: part } });
      const answer = parseAnswer(linked, body, `a read of associated ${to}`);
      if (answer.errors.some((error) => error.category !== "OBJECT_NOT_FOUND")) {
        // Silence about a record would then not mean that it has none.
        throw new BatonError("crm.server-error", `HubSpot could not read some of the associated ${to}.`);
      }
      for (const result of answer.results) {
        const others = result.to.map((each) => each.toObjectId);
        links.set(result.from.id, [...(links.get(result.from.id) ?? []), ...others]);
        const after = result.paging?.next?.after;
        if (after === undefined) continue;
        const cursor = `${result.from.id}:${after}`;
        if (seen.has(cursor)) throw endless(to);
        seen.add(cursor);
        next.push({ id: result.from.id, after });
      }
    }
    inputs = next;
  }
  return links;
}

function endless(to: string): BatonError {
  return new BatonError("crm.bad-answer", `HubSpot's paging of associated ${to} does not end.`);
}
