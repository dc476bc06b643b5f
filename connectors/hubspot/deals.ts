/** Open deals of contacts, through their associations: the search index lags and must not decide who owns a lead. */
import { readBatch } from "./batch-read.ts";
import type { Gateway } from "./gateway.ts";

/** An open deal as a record shows it. */
export interface OpenDeal {
  readonly id: string;
  readonly ownerId?: string;
  readonly name?: string;
  /** Digits and a point, in the account's or the deal's currency. */
  readonly amount?: string;
}

/**
 * Reads the open deals among these, by contact.
 * @throws BatonError `crm.*`.
 */
export async function readOpenDeals(
  gateway: Gateway,
  links: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, OpenDeal[]>> {
  const deals = await readBatch(gateway, {
    type: "deals",
    ids: [...links.values()].flat(),
    properties: ["dealname", "amount", "hubspot_owner_id", "hs_is_closed"],
  });
  const open = new Map<string, OpenDeal>();
  for (const { id: dealId, properties } of deals) {
    if (properties["hs_is_closed"] === "true") continue;
    open.set(dealId, {
      id: dealId,
      ...(properties["hubspot_owner_id"] ? { ownerId: properties["hubspot_owner_id"] } : {}),
      ...(properties["dealname"] ? { name: properties["dealname"] } : {}),
      ...(properties["amount"] ? { amount: properties["amount"] } : {}),
    });
  }
  return new Map(
    [...links].map(([contactId, ids]) => [
      contactId,
      [...new Set(ids)].flatMap((each) => open.get(each) ?? []),
    ]),
  );
}
