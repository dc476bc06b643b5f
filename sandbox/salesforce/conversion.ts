/**
 * Converting a Lead: it becomes a Contact at an Account, with an Opportunity unless that is declined, and can only be read
 * from then on. What hung on the Lead hangs on the Contact. Of custom fields it takes over those that the admin has mapped.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api.meta/object_ref/sforce_api_calls_convertlead.htm
 */
import { atomically } from "./journal.ts";
import type { OrgState } from "./org.ts";
import { refusal } from "./refusal.ts";
import { assign, insertRow, patchRow } from "./rows.ts";
import { isBinned, textOf } from "./table.ts";
import { dateOf, stamp } from "./stamp.ts";
import type { Row, Value, Values } from "./table.ts";
import type { WriteContext } from "./write-context.ts";

/** What is asked for. Ids name what is to be used instead of made. */
export interface Conversion {
  readonly leadId: string;
  readonly convertedStatus: string;
  readonly accountId?: string;
  readonly contactId?: string;
  readonly opportunityId?: string;
  readonly opportunityName?: string;
  readonly doNotCreateOpportunity?: boolean;
  readonly ownerId?: string;
  readonly overwriteLeadSource?: boolean;
}

/** What it came to. */
export interface Converted {
  readonly accountId: string;
  readonly contactId: string;
  readonly opportunityId: string | undefined;
}

/** Converts one Lead. @throws Refusal with what Salesforce holds against it. */
export function convertLead(state: OrgState, asked: Conversion, context: WriteContext): Converted {
  return atomically(state, () => {
    const lead = convertible(state, asked);
    const ownerId = asked.ownerId ?? textOf(lead.values["OwnerId"]);
    if (!ownerId.startsWith("005"))
      throw refusal("REQUIRED_FIELD_MISSING", "ownerId is required: the lead belongs to a queue", {
        fields: ["ownerId"],
      });
    const account = accountOf(state, lead, asked, ownerId, context);
    const contact = contactOf(state, lead, account, asked, ownerId, context);
    const opportunity = opportunityOf(state, lead, account, contact, asked, ownerId, context);
    patchRow(
      state,
      lead,
      {
        IsConverted: true,
        Status: asked.convertedStatus,
        ConvertedDate: dateOf(state.hooks.now()),
        ConvertedAccountId: account.id,
        ConvertedContactId: contact.id,
        ConvertedOpportunityId: opportunity?.id ?? null,
      },
      context,
      "convert",
    );
    rehang(state, lead, contact, opportunity ?? account);
    return { accountId: account.id, contactId: contact.id, opportunityId: opportunity?.id };
  });
}

/** The first status of a Lead that is converted, in the admin's order. @throws RangeError when there is none. */
export function convertedStatus(state: OrgState): string {
  const first = wordsOf(state, "LeadStatus").find((row) => row.values["IsConverted"] === true);
  if (!first) throw new RangeError("the org has no LeadStatus for converted leads");
  return textOf(first.values["ApiName"]);
}

/** The words of an admin's list in their order. */
export function wordsOf(state: OrgState, object: string): Row[] {
  return [...state.table(object).rows.values()].toSorted(
    (a, b) => Number(a.values["SortOrder"]) - Number(b.values["SortOrder"]),
  );
}

function convertible(state: OrgState, { leadId, convertedStatus: status }: Conversion): Row {
  const lead = state.row(leadId);
  if (lead?.type !== "Lead") throw refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  if (isBinned(lead)) throw refusal("ENTITY_IS_DELETED", "entity is deleted");
  if (lead.values["IsConverted"] === true)
    throw refusal("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");
  const isGood = wordsOf(state, "LeadStatus").some(
    ({ values }) => values["ApiName"] === status && values["IsConverted"] === true,
  );
  if (!isGood) throw refusal("INVALID_STATUS", `invalid convertedStatus: ${status}`);
  return lead;
}

function accountOf(
  state: OrgState,
  lead: Row,
  { accountId }: Conversion,
  ownerId: string,
  context: WriteContext,
): Row {
  const { Company, Street, City, State, PostalCode, Country, ...rest } = lead.values;
  const given = {
    Name: Company ?? null,
    BillingStreet: Street ?? null,
    BillingCity: City ?? null,
    BillingState: State ?? null,
    BillingPostalCode: PostalCode ?? null,
    BillingCountry: Country ?? null,
    ...picked(rest, ["Phone", "Website", "Industry", "NumberOfEmployees", "AnnualRevenue", "Rating"]),
  };
  return usedOrMade(state, "Account", accountId, given, ownerId, context);
}

function contactOf(
  state: OrgState,
  lead: Row,
  account: Row,
  { contactId, overwriteLeadSource }: Conversion,
  ownerId: string,
  context: WriteContext,
): Row {
  const { Street, City, State, PostalCode, Country, ...rest } = lead.values;
  const custom = state.rules.mapped.filter((name) =>
    state.table("Contact").definition.fields.has(name.toLowerCase()),
  );
  const given = {
    AccountId: account.id,
    MailingStreet: Street ?? null,
    MailingCity: City ?? null,
    MailingState: State ?? null,
    MailingPostalCode: PostalCode ?? null,
    MailingCountry: Country ?? null,
    ...picked(rest, [...contactFields, ...custom]),
  };
  const contact = usedOrMade(state, "Contact", contactId, given, ownerId, context);
  if (overwriteLeadSource === true) patchRow(state, contact, picked(rest, ["LeadSource"]), context);
  return contact;
}

const contactFields = [
  "Salutation",
  "FirstName",
  "LastName",
  "Title",
  "Email",
  "Phone",
  "MobilePhone",
  "Fax",
  "LeadSource",
  "Description",
  "HasOptedOutOfEmail",
  "DoNotCall",
] as const;

function opportunityOf(
  state: OrgState,
  lead: Row,
  account: Row,
  contact: Row,
  { opportunityId, opportunityName, doNotCreateOpportunity }: Conversion,
  ownerId: string,
  context: WriteContext,
): Row | undefined {
  if (doNotCreateOpportunity === true) return undefined;
  const used = opportunityId === undefined ? undefined : known(state, "Opportunity", opportunityId);
  const firstStage = wordsOf(state, "OpportunityStage").find((row) => row.values["IsClosed"] === false);
  const given: Values = {
    Name: opportunityName ?? `${textOf(lead.values["Company"])}-`,
    StageName: firstStage?.values["ApiName"] ?? null,
    CloseDate: endOfQuarter(state.hooks.now()),
    AccountId: account.id,
    OwnerId: ownerId,
    LeadSource: lead.values["LeadSource"] ?? null,
  };
  const opportunity = used ?? insertRow(state, "Opportunity", given, context);
  const role = { OpportunityId: opportunity.id, ContactId: contact.id, IsPrimary: used === undefined };
  insertRow(state, "OpportunityContactRole", role, context);
  return opportunity;
}

/** What is there is only filled where it is empty. */
function usedOrMade(
  state: OrgState,
  object: string,
  id: string | undefined,
  given: Values,
  ownerId: string,
  context: WriteContext,
): Row {
  if (id === undefined) return insertRow(state, object, { ...given, OwnerId: ownerId }, context);
  const used = known(state, object, id);
  const gaps = Object.entries(given).filter(
    ([name, value]) => value !== null && (used.values[name] ?? null) === null,
  );
  patchRow(state, used, Object.fromEntries(gaps), context);
  return used;
}

function known(state: OrgState, object: string, id: string): Row {
  const row = state.row(id);
  if (row?.type !== object || isBinned(row))
    throw refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  return row;
}

function picked(values: Values, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}

/** Activities, notes and memberships follow without a change of their own that anybody is told of. */
function rehang(state: OrgState, lead: Row, contact: Row, what: Row): void {
  const SystemModstamp = stamp(state.hooks.now());
  for (const object of ["Task", "Event"]) {
    for (const row of state.table(object).having("WhoId", lead.id) ?? []) {
      const AccountId = contact.values["AccountId"] ?? null;
      assign(state, row, { WhoId: contact.id, WhatId: what.id, AccountId, SystemModstamp });
    }
  }
  for (const row of state.table("Note").having("ParentId", lead.id) ?? [])
    assign(state, row, { ParentId: contact.id, SystemModstamp });
  for (const row of state.table("CampaignMember").having("LeadId", lead.id) ?? [])
    assign(state, row, { ContactId: contact.id, LeadOrContactId: contact.id, SystemModstamp });
}

/** The date Salesforce proposes for closing: the last day of the quarter. */
function endOfQuarter(ms: number): string {
  const date = new Date(ms);
  const nextQuarter = (Math.floor(date.getUTCMonth() / 3) + 1) * 3;
  return dateOf(Date.UTC(date.getUTCFullYear(), nextQuarter, 0));
}
