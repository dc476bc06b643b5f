/**
 * What changed since an instant, asked instead of told: for what events have dropped.
 *
 * First, which Leads and Contacts were modified. It walks by id and not by time: an id never changes, and what was modified since
 * then stays so, so nothing slips from one page to another while people go on working, and an import that stamps thousands with one
 * instant is paged like anything else. Transactions are stamped before they are committed; the caller begins early enough.
 *
 * Then, of some of them, what changed: the histories of fields the org tracks. Of what it does not track, nobody can say when it
 * changed: that the record was modified is told instead, so that somebody looks at it, unless it was Baton who did it last.
 */
import { BatonError } from "../../src/errors.ts";
import type { LeadChange, ModifiedLead, ModifiedPage } from "../../src/model/change.ts";
import type { ChangedField } from "../../src/model/event.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { asksForHistory, trackedChanges } from "./history.ts";
import type { Me } from "./me.ts";
import { DISPOSITION_FIELD, REASON_FIELD } from "./package-fields.ts";
import { findPeople } from "./people.ts";
import { leadRef, personOf, personWith } from "./person.ts";
import type { Person, PersonObject } from "./person.ts";
import { cutText } from "./plain-text.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { SfRecord } from "./queries.ts";
import { soql } from "./soql.ts";
import { idIn, instantOf } from "./values.ts";

const PAGE_SIZE = 500;
/** As in events: values are kept for explanations only. Characters. */
const MAX_VALUE_LENGTH = 1_000;

/** What the fields that tell something mean; every other one is `other`. */
export const FIELD_OF_NAME: ReadonlyMap<string, ChangedField> = new Map<string, ChangedField>([
  ["OwnerId", "owner"],
  ["Status", "stage"],
  ["HasOptedOutOfEmail", "consent"],
  [DISPOSITION_FIELD, "disposition"],
  [REASON_FIELD, "disposition"],
]);

/** Fields whose changes are worth a look at the lead, where the org tracks them. */
const WATCHED_FIELDS: readonly string[] = [
  ...FIELD_OF_NAME.keys(),
  "Title",
  "Email",
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
 * Reads one page of the Leads and Contacts modified at `since` or later, in the order of their ids, in one call.
 *
 * @param after  The `next` of the page before; left out, the list begins.
 * A row that makes no sense is left out; one whose instant cannot be read counts as modified at `since`.
 * @throws BatonError `crm.*` when Salesforce cannot be read; `crm.bad-answer` when a full page does not lead on.
 */
export async function readModified(
  { gateway }: Pick<Tools, "gateway">,
  since: Instant,
  after?: string,
): Promise<ModifiedPage> {
  const start = personWith(after ?? "");
  // Ids of Contacts (003) come before those of Leads (00Q).
  const left: readonly PersonObject[] = start?.object === "Lead" ? ["Lead"] : ["Contact", "Lead"];
  const asks = left.map((object) => ({ ref: object, text: pageOf(object, since, start) }));
  const found = await findAll(gateway, asks);
  const leads: ModifiedLead[] = [];
  for (const object of left) {
    const records = recordsOf(found, object);
    leads.push(...records.flatMap((record) => describe(record, since)));
    if (records.length >= PAGE_SIZE) return { leads, next: furthest(leads, after) };
  }
  return { leads };
}

function pageOf(object: PersonObject, since: Instant, start: Person | undefined): string | undefined {
  const where = [
    { field: "SystemModstamp", from: { at: since } },
    ...(start?.object === object ? [{ field: "Id", after: { text: start.id } }] : []),
  ];
  const select = ["Id", "SystemModstamp"];
  return soql({ select, from: object, where, orderBy: ["Id"], limit: PAGE_SIZE });
}

function describe(record: SfRecord, since: Instant): ModifiedLead[] {
  const person = personWith(idIn(record, "Id") ?? "");
  if (person === undefined) return [];
  return [{ lead: leadRef(person.id), modifiedAt: instantOf(record["SystemModstamp"]) ?? since }];
}

/** @throws BatonError `crm.bad-answer` where a full page leads nowhere: the page after it would be the same. */
function furthest(leads: readonly ModifiedLead[], after: string | undefined): string {
  const last = leads.at(-1)?.lead.id;
  if (last !== undefined && last !== after) return last;
  throw new BatonError("crm.bad-answer", "Salesforce's list of modified leads does not lead on.");
}

/**
 * Reads what events would have told of these leads: every tracked change of a watched field at `since` or later, oldest first; of who
 * was modified without one, that they were. Who is gone is absent; who was converted or merged is told of under the id they have now.
 * @throws BatonError `crm.*` when Salesforce cannot be read.
 */
export async function readChanges(
  { gateway, schema, me }: Tools,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly LeadChange[]> {
  const own = leads.length === 0 ? undefined : await me.id();
  const people = leads.flatMap((lead) => personOf(lead) ?? []);
  const { byId, rounds } = await findPeople(
    { gateway, schema },
    {
      people,
      fields: ["SystemModstamp", "LastModifiedById"],
      accountFields: [],
      beside: (some) => asksForHistory(schema, some, WATCHED_FIELDS, since),
    },
  );
  const now = new Map(
    [...byId].flatMap(([id, one]) => (typeof one === "string" ? [] : [[id, one] as const])),
  );
  const tracked = trackedChanges(rounds).flatMap(({ person, field, value, at }) => {
    const id = now.get(person)?.id ?? person;
    return at < since ? [] : [changeOf(id, field, value, at)];
  });
  const told = new Set(tracked.map(({ lead }) => lead.id));
  const untold = [...new Map([...now.values()].map((person) => [person.id, person])).values()].flatMap(
    ({ id, record }) => {
      const at = instantOf(record["SystemModstamp"]) ?? since;
      const isOwn = own !== undefined && idIn(record, "LastModifiedById") === own;
      return told.has(id) || isOwn || at < since ? [] : [changeOf(id, "SystemModstamp", "", at)];
    },
  );
  return [...tracked, ...untold].toSorted((a, b) => a.at - b.at);
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
