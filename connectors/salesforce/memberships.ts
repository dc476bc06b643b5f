/** Campaigns are Baton's lists: who is on which. Somebody may be on one as the Lead they were and as the Contact they are. */
import type { Instant } from "../../src/model/instant.ts";
import { chunks } from "../http/chunks.ts";
import type { Schema } from "./describe.ts";
import type { Ask, Found, SfRecord } from "./queries.ts";
import { recordsOf, recordsUnlessRefused } from "./queries.ts";
import { idsOf } from "./person.ts";
import type { Person } from "./person.ts";
import { IDS_A_QUERY, soqlInParts } from "./soql.ts";
import type { Condition } from "./soql.ts";
import { idIn, instantOf } from "./values.ts";

/** Ids of campaigns by the id of the Lead or Contact; who is on none is absent. */
export type Memberships = ReadonlyMap<string, readonly string[]>;

/** That somebody was put on a campaign, or that what the campaign says of them changed. */
export interface Joining {
  readonly person: string;
  readonly campaign: string;
  /** Absent where Salesforce says no time that can be read. */
  readonly at?: Instant;
  readonly by?: string;
}

const REF = "members";
const JOININGS_REF = "joinings";

/** The query for these people. @param campaigns Only of these; left out, of all. Throws nothing. */
export function asksForMemberships(people: readonly Person[], campaigns?: readonly string[]): readonly Ask[] {
  const which = campaigns === undefined ? [] : [{ field: "CampaignId", in: campaigns }];
  return [{ ref: REF, text: membersText(people, ["CampaignId", "LeadId", "ContactId"], which) }];
}

/** Who is a member stands in one of two fields, so the people are shared out here, and not their ids in one list. */
function membersText(
  people: readonly Person[],
  select: readonly string[],
  which: readonly Condition[],
): readonly string[] {
  return chunks(people, IDS_A_QUERY).flatMap((some) => {
    const any = [
      { field: "LeadId", in: idsOf("Lead", some) },
      { field: "ContactId", in: idsOf("Contact", some) },
    ];
    return soqlInParts({ select, from: "CampaignMember", where: [{ any }, ...which] });
  });
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

/** The query for what became of these people's memberships at `since` or later. @throws BatonError `crm.*` when the org cannot be described. */
export async function asksForJoinings(
  schema: Schema,
  people: readonly Person[],
  since: Instant,
): Promise<readonly Ask[]> {
  if ((await schema.of("CampaignMember")) === undefined) return [];
  const select = ["CampaignId", "LeadId", "ContactId", "SystemModstamp", "LastModifiedById"];
  const which = [{ field: "SystemModstamp", from: { at: since } }];
  return [{ ref: JOININGS_REF, text: membersText(people, select, which) }];
}

/** What was found; nothing where Salesforce refuses the query for good. @throws BatonError `crm.*` where it could not be asked. */
export function readJoinings(rounds: readonly ReadonlyMap<string, Found>[]): readonly Joining[] {
  return rounds
    .flatMap((found) => recordsUnlessRefused(found, JOININGS_REF))
    .flatMap((record) => {
      const [at, by] = [instantOf(record["SystemModstamp"]), idIn(record, "LastModifiedById")];
      const when = { ...(at === undefined ? {} : { at }), ...(by === undefined ? {} : { by }) };
      return pairsIn(record).map((pair) => ({ ...pair, ...when }));
    });
}
