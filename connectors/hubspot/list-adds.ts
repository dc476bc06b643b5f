/**
 * Putting contacts on lists ("segments"), a call for each list and hundred contacts. Who is on a list already is not told of, so
 * everybody who is not missing is on it now. Lists with rules of their own take nobody: HubSpot refuses them.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/lists/memberships/add-to-list
 */
import { z } from "zod";
import type { Receipt, Sighting } from "../../src/model/effect.ts";
import { chunks } from "../http/chunks.ts";
import { BATCH_SIZE, isRecordId } from "./batch-read.ts";
import type { WriteOf } from "./compose.ts";
import type { Gateway } from "../http/gateway.ts";
import { notDone } from "../http/outcome.ts";
import type { WriteAnswer } from "../http/outcome.ts";
import { readMemberships } from "./memberships.ts";
import { againAfterConflict } from "./receipts.ts";
import { LISTS_VERSION } from "./version.ts";

/** Optional: without it HubSpot refuses. */
const SCOPE = "crm.lists.write";

type AddToList = WriteOf<"add-to-list">;

const id = z.union([z.string().min(1), z.number()]).transform(String);
const added = z.object({ recordIdsMissing: z.array(id).nullish().catch(undefined) });

/** Puts contacts on lists, one receipt each, in order; its id is the list's. Never throws. */
export async function addToLists(
  gateway: Gateway,
  writes: readonly AddToList[],
): Promise<readonly Receipt[]> {
  const [sayable, unsayable] = [writes.filter(isSayable), writes.filter((write) => !isSayable(write))];
  const calls = [...Map.groupBy(sayable, ({ list }) => list)].flatMap(([list, some]) =>
    chunks(some, BATCH_SIZE).map((part) => addTo(gateway, list, part)),
  );
  const receipts = [...unsayable.map(unspeakable), ...(await Promise.all(calls)).flat()];
  const byKey = new Map(receipts.map((receipt) => [receipt.key, receipt]));
  return writes.flatMap(({ key }) => byKey.get(key) ?? []);
}

/** Looks for them, one sighting each, in order. @throws BatonError `crm.*` when HubSpot cannot be read. */
export async function lookForListed(
  gateway: Gateway,
  writes: readonly AddToList[],
): Promise<readonly Sighting[]> {
  const listed = await readMemberships(gateway, writes.map(({ lead }) => lead.id).filter(isRecordId));
  // Where lists cannot be read, they are said not to be there: being put on a list twice does no harm.
  return writes.map(({ key, lead, list }) =>
    listed?.get(lead.id)?.includes(list) === true ? { key, seen: "yes", id: list } : { key, seen: "no" },
  );
}

function isSayable({ list, lead }: AddToList): boolean {
  return isRecordId(list) && isRecordId(lead.id);
}

function unspeakable({ key, list, lead }: AddToList): Receipt {
  const reason = `List "${list}" or contact "${lead.id}" is not a HubSpot id.`;
  return { key, outcome: "refused", code: "crm.invalid", reason };
}

async function addTo(
  gateway: Gateway,
  list: string,
  writes: readonly AddToList[],
): Promise<readonly Receipt[]> {
  const answer = await gateway.write({
    method: "PUT",
    path: `/crm/lists/${LISTS_VERSION}/${list}/memberships/add`,
    body: [...new Set(writes.map(({ lead }) => lead.id))],
  });
  const { data } = added.safeParse(answer.outcome === "answered" ? answer.body : undefined);
  const missing = new Set(data?.recordIdsMissing);
  return writes.map(({ key, lead }) =>
    againAfterConflict(receiptOf(key, list, answer, missing.has(lead.id))),
  );
}

function receiptOf(key: string, list: string, answer: WriteAnswer, isMissing: boolean): Receipt {
  switch (answer.outcome) {
    case "answered":
      return isMissing
        ? { key, outcome: "refused", code: "crm.not-found", reason: "HubSpot knows no such contact." }
        : { key, outcome: "applied", id: list };
    case "refused": {
      const reason = `${answer.reason} (List ${list}: only lists that people fill take members, and it needs the scope ${SCOPE}.)`;
      return { key, outcome: "refused", code: answer.code, reason };
    }
    case "unknown":
    case "not-applied":
      return { key, ...notDone(answer) };
  }
}
