/** Campaigns are Baton's lists: who is on which. Somebody may be on one as the Lead they were and as the Contact they are. */
import type { Ask, Found, SfRecord } from "./queries.ts";
import { recordsOf } from "./queries.ts";
import { idsOf } from "./person.ts";
import type { Person } from "./person.ts";
import { soql } from "./soql.ts";
import { idIn } from "./values.ts";

/** Ids of campaigns by the id of the Lead or Contact; who is on none is absent. */
export type Memberships = ReadonlyMap<string, readonly string[]>;

const REF = "members";

/** The query for these people. @param campaigns Only of these; left out, of all. Throws nothing. */
export function asksForMemberships(people: readonly Person[], campaigns?: readonly string[]): readonly Ask[] {
  const who = {
    any: [
      { field: "LeadId", in: idsOf("Lead", people) },
      { field: "ContactId", in: idsOf("Contact", people) },
    ],
  };
  const where = campaigns === undefined ? [who] : [who, { field: "CampaignId", in: campaigns }];
  return [
    {
      ref: REF,
      text: soql({ select: ["CampaignId", "LeadId", "ContactId"], from: "CampaignMember", where }),
    },
  ];
}

/** What was found. @throws BatonError `crm.*` where Salesforce refused the query. */
export function readMemberships(rounds: readonly ReadonlyMap<string, Found>[]): Memberships {
  const pairs = rounds.flatMap((found) => recordsOf(found, REF)).flatMap(pairsIn);
  const byPerson = Map.groupBy(pairs, ({ person }) => person);
  return new Map(
    [...byPerson].map(([person, some]) => [person, [...new Set(some.map(({ campaign }) => campaign))]]),
  );
}

function pairsIn(record: SfRecord): { readonly person: string; readonly campaign: string }[] {
  const campaign = idIn(record, "CampaignId");
  if (campaign === undefined) return [];
  return ["LeadId", "ContactId"].flatMap((field) => {
    const person = idIn(record, field);
    return person === undefined ? [] : [{ person, campaign }];
  });
}
