/**
 * Which lists ("segments") contacts are on.
 *
 * Who is on no list and whom HubSpot does not tell about are two things: a list of people never to be contacted must
 * not lose somebody to a failed call. So a contact is in the answer only when HubSpot spoke of the call as a whole.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/lists/memberships/get-memberships-batch
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import { itemError, parseAnswer } from "./answer.ts";
import { chunks } from "../http/chunks.ts";
import { BATCH_SIZE } from "./batch-read.ts";
import { itemTrouble } from "./errors.ts";
import type { Gateway } from "../http/gateway.ts";
import { LISTS_VERSION } from "./version.ts";

/** Contact id to the ids of the lists it is on, empty for none. Whoever is absent is unknown, not on no list. */
export type Memberships = ReadonlyMap<string, readonly string[]>;

/** HubSpot's id of the object type contact. */
export const CONTACT_TYPE_ID = "0-1";

const id = z.union([z.string().min(1), z.number()]).transform(String);
const memberships = z.object({
  results: z.array(z.object({ recordId: id, recordListMemberships: z.array(z.object({ listId: id })) })),
  errors: z.array(itemError).nullish(),
  numErrors: z.number().catch(0).default(0),
  /** `COMPLETE`; anything else says that there is more to come, or never will be. */
  status: z.string().catch("COMPLETE").default("COMPLETE"),
});

/**
 * Reads which lists the contacts are on, a hundred contacts a call.
 *
 * @returns Contacts HubSpot does not know, or refuses to speak of, are absent; undefined where it does not permit to
 *          read lists at all.
 * @throws  BatonError `crm.*` for every other failure, single contacts included.
 */
export async function readMemberships(
  gateway: Gateway,
  contactIds: readonly string[],
): Promise<Memberships | undefined> {
  const all = new Map<string, readonly string[]>();
  for (const ids of chunks([...new Set(contactIds)], BATCH_SIZE)) {
    try {
      for (const [contact, lists] of await readBatch(gateway, ids)) all.set(contact, lists);
    } catch (error) {
      const code = error instanceof BatonError ? error.code : undefined;
      if (code === "crm.forbidden") return undefined;
      if (code === undefined || !REFUSALS.has(code)) throw error;
    }
  }
  return all;
}

/** What HubSpot says to a batch it will not take, whenever it is asked: a contact in it may be gone. */
const REFUSALS: ReadonlySet<string> = new Set(["crm.invalid", "crm.not-found"]);

async function readBatch(gateway: Gateway, ids: readonly string[]): Promise<Memberships> {
  const path = `/crm/lists/${LISTS_VERSION}/records/memberships/batch/read`;
  const body = { inputs: ids.map((recordId) => ({ objectTypeId: CONTACT_TYPE_ID, recordId })) };
  const answer = await gateway.read({ method: "POST", path, body });
  const { results, numErrors, status, ...rest } = parseAnswer(
    memberships,
    answer,
    "a read of list memberships",
  );
  const errors = rest.errors ?? [];
  // Whether HubSpot counts entries or contacts is not documented: some against none is certain.
  const isUntold = numErrors > 0 && errors.length === 0;
  if (status !== "COMPLETE" || isUntold) throw failed("crm.server-error", ids);
  const gone = new Set<string>();
  for (const { category, message, context } of errors) {
    const { code } = itemTrouble(category, message);
    // Silence about the others would then not mean that they are on no list.
    if (code !== "crm.not-found") throw failed(code === "crm.forbidden" ? code : "crm.server-error", ids);
    for (const each of [...context.ids, ...context.id]) gone.add(each);
  }
  if (errors.length > 0 && gone.size === 0) throw failed("crm.not-found", ids);
  const found = new Map(ids.filter((each) => !gone.has(each)).map((each) => [each, new Set<string>()]));
  for (const { recordId, recordListMemberships } of results) {
    for (const { listId } of recordListMemberships) found.get(recordId)?.add(listId);
  }
  return new Map([...found].map(([contact, lists]) => [contact, [...lists]]));
}

function failed(
  code: "crm.forbidden" | "crm.not-found" | "crm.server-error",
  ids: readonly string[],
): BatonError {
  return new BatonError(code, `HubSpot could not read the lists of some of ${ids.length} contacts.`);
}
