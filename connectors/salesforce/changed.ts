/**
 * What changed of Leads and Contacts since an instant, asked instead of told: for what events have dropped. Which of them to ask about,
 * modified.ts finds.
 *
 * It is in the histories of fields the org tracks. Of what it does not track, nobody can say when it changed: that the record was
 * modified is told instead, so that somebody looks at it, unless it was Baton who did it last, or a tracked change of somebody else's that
 * is told is as late. A record that is another one by now, or
 * none, is told of by its own name: reading it finds which. What people were put on is a change of theirs too.
 */
import type { LeadChange } from "../../src/model/change.ts";
import type { ChangedField } from "../../src/model/event.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { asksForHistory, trackedChanges } from "./history.ts";
import type { Me } from "./me.ts";
import { DISPOSITION_FIELD, REASON_FIELD } from "./package-fields.ts";
import { asksForJoinings, readJoinings } from "./memberships.ts";
import { findPeople } from "./people.ts";
import { leadRef, personOf } from "./person.ts";
import { cutText } from "./plain-text.ts";
import type { SfRecord } from "./queries.ts";
import { idIn, instantOf } from "./values.ts";

/** As which property the end of a record is told: src/lanes/pairs.ts believes it at once where reading confirms it. */
export const DELETED = "record deleted";
/** As which property it is told that somebody was put on a campaign, or answered to it. */
const JOINED = "CampaignMember";
/** As in events: values are kept for explanations only. Characters. */
const MAX_VALUE_LENGTH = 1_000;

/** What the fields that tell something mean; every other one is `other`. */
export const FIELD_OF_NAME: ReadonlyMap<string, ChangedField> = new Map<string, ChangedField>([
  ["OwnerId", "owner"],
  ["Status", "stage"],
  ["Email", "email"],
  ["HasOptedOutOfEmail", "consent"],
  [DISPOSITION_FIELD, "disposition"],
  [REASON_FIELD, "disposition"],
]);

/** Fields whose changes are worth a look at the lead, where the org tracks them. */
const WATCHED_FIELDS: readonly string[] = [
  ...FIELD_OF_NAME.keys(),
  "Title",
  "Phone",
  "Company",
  "Country",
  "MailingCountry",
  "AccountId",
];

interface Tools {
  readonly gateway: Gateway;
  readonly schema: Schema;
  readonly me: Me;
}

/**
 * Reads what events would have told of these leads: every tracked change of a watched field at `since` or later, oldest first; of who
 * was modified without one, or after the last one, that they were; that somebody was deleted, lost a merge or was converted, under the id
 * that was asked for; and on which campaigns they were put. What else changed of who was converted or merged is told under the id they
 * have now. Of who is not even in the recycle bin there is nothing.
 * @throws BatonError `crm.*` when Salesforce cannot be read.
 */
export async function readChanges(
  { gateway, schema, me }: Tools,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly LeadChange[]> {
  const own = leads.length === 0 ? undefined : await me.id();
  const people = leads.flatMap((lead) => personOf(lead) ?? []);
  const { byId, records, rounds } = await findPeople(
    { gateway, schema },
    {
      people,
      fields: ["SystemModstamp", "LastModifiedById"],
      accountFields: [],
      beside: async (some) => [
        ...(await asksForHistory(schema, some, WATCHED_FIELDS, since)),
        ...(await asksForJoinings(schema, some, since)),
      ],
    },
  );
  const now = new Map(
    [...byId].flatMap(([id, one]) => (typeof one === "string" ? [] : [[id, one] as const])),
  );
  const idNow = (person: string): string => now.get(person)?.id ?? person;
  const isOwn = (by: string | undefined): boolean => own !== undefined && by === own;
  const history = trackedChanges(rounds);
  const tracked = history.map(({ person, field, value, at }) => changeOf(idNow(person), field, value, at));
  const joined = readJoinings(rounds).flatMap(({ person, campaign, at = since, by }) =>
    isOwn(by) ? [] : [changeOf(idNow(person), JOINED, campaign, at)],
  );
  const ended = people.flatMap(({ id }) => endOf(id, records.get(id), since));
  // The newest is first, so of each the newest is what stays.
  const others = history.filter(({ by }) => !isOwn(by)).toReversed();
  const toldUntil = new Map(others.map(({ person, at }) => [idNow(person), at]));
  const untold = [...new Map([...now.values()].map((person) => [person.id, person])).values()].flatMap(
    ({ id, record }) => {
      const at = instantOf(record["SystemModstamp"]) ?? since;
      const isTold = (toldUntil.get(id) ?? 0) >= at || isOwn(idIn(record, "LastModifiedById"));
      return isTold ? [] : [changeOf(id, "SystemModstamp", "", at)];
    },
  );
  return [...tracked, ...joined, ...ended, ...untold]
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => a.at - b.at);
}

/** What became of a record that nobody will read again by itself. Baton deletes, merges and converts nothing. */
function endOf(id: string, record: SfRecord | undefined, since: Instant): LeadChange[] {
  const isDeleted = record?.["IsDeleted"] === true;
  if (record === undefined || (!isDeleted && record["IsConverted"] !== true)) return [];
  const at = instantOf(record["SystemModstamp"]) ?? since;
  return [isDeleted ? changeOf(id, DELETED, "", at) : changeOf(id, "IsConverted", "true", at)];
}

function changeOf(id: string, property: string, value: string, at: Instant): LeadChange {
  return {
    lead: leadRef(id),
    field: FIELD_OF_NAME.get(property) ?? "other",
    property,
    ...(value === "" ? {} : { value: cutText(value, MAX_VALUE_LENGTH) }),
    at,
  };
}
