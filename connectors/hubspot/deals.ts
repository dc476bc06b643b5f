/** Deals of contacts, through their associations: the search index lags and must not decide who owns a lead. */
import type { CrmDeal } from "../../src/model/record.ts";
import type { CrmObject } from "./answer.ts";
import { newestFirst, readItems } from "./batch-read.ts";
import type { Unread } from "./batch-read.ts";
import type { Gateway } from "../http/gateway.ts";
import { instantIn } from "./instant.ts";

/** By contact id; who has no deal is absent. A word instead of deals: why one of them cannot be read. */
export type Deals = ReadonlyMap<string, readonly CrmDeal[] | Unread>;

/** Newest deals that are read of one contact: of more than that, nobody asks what came of a lead. */
const MOST_OF_ONE = 20;

const PROPERTIES = [
  "dealname",
  "amount",
  "deal_currency_code",
  "hubspot_owner_id",
  "hs_is_closed",
  "hs_is_closed_won",
  "createdate",
  "closedate",
  "hs_v2_date_entered_current_stage",
];

/**
 * Reads the newest deals among these, by contact: open ones first, of those the one whose stage was changed last, then the closed
 * ones, the last closed first. Nothing where one of a contact's deals cannot be read, but why.
 * @throws BatonError `crm.*`.
 */
export async function readDeals(
  gateway: Gateway,
  links: ReadonlyMap<string, readonly string[]>,
): Promise<Deals> {
  const newest = new Map(
    [...links].map(
      ([id, all]) => [id, [...new Set(all)].toSorted(newestFirst).slice(0, MOST_OF_ONE)] as const,
    ),
  );
  const ids = [...newest.values()].flat();
  const { found, unreadable } = await readItems(gateway, { type: "deals", ids, properties: PROPERTIES });
  const ordered = found.toSorted((a, b) => movedAt(b) - movedAt(a)).map(describe);
  return new Map(
    [...newest].map(([contactId, own]): readonly [string, readonly CrmDeal[] | Unread] => {
      const [unread] = own.flatMap((each) => unreadable.get(each) ?? []);
      if (unread !== undefined) return [contactId, unread];
      const deals = ordered.filter(({ id }) => own.includes(id));
      const isOpen = ({ state }: CrmDeal): boolean => state === "open";
      return [contactId, [...deals.filter(isOpen), ...deals.filter((deal) => !isOpen(deal))]];
    }),
  );
}

/** When its stage was changed last, or it was closed: people may say so later than it happened. */
function movedAt({ properties }: CrmObject): number {
  const { hs_v2_date_entered_current_stage: entered, closedate, createdate } = properties;
  const closed = properties["hs_is_closed"] === "true" ? instantIn(closedate) : undefined;
  return closed ?? instantIn(entered) ?? instantIn(createdate) ?? 0;
}

/** The close date of an open deal is somebody's expectation, so it is left out. */
function describe({ id, properties }: CrmObject): CrmDeal {
  const { hubspot_owner_id: ownerId, dealname: name, amount, deal_currency_code: currency } = properties;
  const isClosed = properties["hs_is_closed"] === "true";
  const createdAt = instantIn(properties["createdate"]);
  const closedAt = isClosed ? instantIn(properties["closedate"]) : undefined;
  return {
    id,
    state: !isClosed ? "open" : properties["hs_is_closed_won"] === "true" ? "won" : "lost",
    ...(ownerId ? { ownerId } : {}),
    ...(name ? { name } : {}),
    ...(amount ? { amount } : {}),
    ...(currency ? { currency } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(closedAt === undefined ? {} : { closedAt }),
  };
}
