/**
 * The leads that activities and deals belong to. Which object an id is of shows in the id; what it was called on the way here does
 * not matter. A deal in which nobody has a role belongs to all Contacts of its account, as it does when they are read.
 */
import type { LeadRef } from "../../src/model/lead.ts";
import type { ActivityRef } from "../../src/model/touch.ts";
import { objectOf, toId } from "./ids.ts";
import type { KnownObject } from "./ids.ts";
import type { Tools } from "./org.ts";
import { leadRef, personWith } from "./person.ts";
import { findAll, findRecords, recordsOf } from "./queries.ts";
import type { Ask } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn } from "./values.ts";

/** Contacts of accounts whose deals nobody has a role in: of an account with more, it would say nothing of anybody. */
const MOST_COLLEAGUES = 2_000;

/** An activity by the id it has in Salesforce, and one of its leads. */
interface Pair {
  readonly id: string;
  readonly lead: string;
}

/** Reads which leads activities belong to, each pair once, in one call or two. @throws BatonError `crm.*`. */
export async function readLeadsOf(
  { gateway, capabilities }: Pick<Tools, "gateway" | "capabilities">,
  activities: readonly ActivityRef[],
): Promise<readonly { readonly activity: ActivityRef; readonly lead: LeadRef }[]> {
  const asked = activities.flatMap((activity) => {
    const id = toId(activity.id);
    return id === undefined ? [] : [{ id, activity }];
  });
  const idsOf = (object: KnownObject): readonly string[] =>
    asked.map(({ id }) => id).filter((id) => objectOf(id) === object);
  const deals = capabilities.deals ? idsOf("Opportunity") : [];
  const asking = (
    ref: string,
    from: string,
    select: readonly [string, string],
    ids: readonly string[],
  ): Ask => ({
    ref,
    text: soqlInParts({ select, from, where: [{ field: select[0], in: ids }] }),
  });
  const asks = [
    asking("Task", "Task", ["Id", "WhoId"], idsOf("Task")),
    asking("Event", "Event", ["Id", "WhoId"], idsOf("Event")),
    asking("roles", "OpportunityContactRole", ["OpportunityId", "ContactId"], deals),
    asking("deals", "Opportunity", ["Id", "AccountId"], deals),
  ];
  const found = await findAll(gateway, asks, true);
  const pairsIn = (ref: string, id: string, lead: string): readonly Pair[] =>
    recordsOf(found, ref).flatMap((record) => {
      const [one, other] = [idIn(record, id), personWith(idIn(record, lead) ?? "")?.id];
      return one === undefined || other === undefined ? [] : [{ id: one, lead: other }];
    });
  const roles = pairsIn("roles", "OpportunityId", "ContactId");
  const taken = new Set(roles.map(({ id }) => id));
  const free = recordsOf(found, "deals").flatMap((record) => {
    const [id, account] = [idIn(record, "Id"), idIn(record, "AccountId")];
    return id === undefined || account === undefined || taken.has(id) ? [] : [{ id, account }];
  });
  const pairs = [
    ...pairsIn("Task", "Id", "WhoId"),
    ...pairsIn("Event", "Id", "WhoId"),
    ...roles,
    ...(await colleagues(gateway, free)),
  ];
  return inTheirWords(asked, pairs);
}

async function colleagues(
  gateway: Tools["gateway"],
  deals: readonly { readonly id: string; readonly account: string }[],
): Promise<readonly Pair[]> {
  const where = [{ field: "AccountId", in: deals.map(({ account }) => account) }];
  const select = ["Id", "AccountId"];
  const text = soqlInParts({ select, from: "Contact", where, orderBy: ["Id"], limit: MOST_COLLEAGUES });
  const records = await findRecords(gateway, text, { firstPageOnly: true, isEssential: true });
  return records.flatMap((record) => {
    const [lead, account] = [idIn(record, "Id"), idIn(record, "AccountId")];
    if (lead === undefined) return [];
    return deals.filter((deal) => deal.account === account).map(({ id }) => ({ id, lead }));
  });
}

/** The pairs with the activities as they were asked for, each once. */
function inTheirWords(
  asked: readonly { readonly id: string; readonly activity: ActivityRef }[],
  pairs: readonly Pair[],
): readonly { readonly activity: ActivityRef; readonly lead: LeadRef }[] {
  const byId = Map.groupBy(pairs, ({ id }) => id);
  const activities = new Map(asked.map(({ id, activity }) => [`${activity.kind} ${id}`, { id, activity }]));
  return [...activities.values()].flatMap(({ id, activity }) =>
    [...new Set((byId.get(id) ?? []).map(({ lead }) => lead))].map((lead) => ({
      activity,
      lead: leadRef(lead),
    })),
  );
}
