/**
 * Reading leads: Leads and Contacts with their account, deals, campaigns and histories, in one call for up to a hundred while the
 * accounts are those of last time. A second one where somebody was converted or merged, or has moved to another account.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { CrmRecord, HistoryEntry, Wanted } from "../../src/model/record.ts";
import type { Gateway } from "../http/gateway.ts";
import { createDeals } from "./deals.ts";
import type { Deals } from "./deals.ts";
import type { Schema } from "./describe.ts";
import { asksForHistory, readHistories } from "./history.ts";
import type { Histories } from "./history.ts";
import { toIdOf } from "./ids.ts";
import { withKnownNames } from "./known-names.ts";
import { asksForLosers, readLosers } from "./losers.ts";
import { asksForMemberships, readMemberships } from "./memberships.ts";
import type { Memberships } from "./memberships.ts";
import { COUNTERPART_FIELD, DISPOSITION_FIELD, REASON_FIELD } from "./package-fields.ts";
import { findPeople } from "./people.ts";
import type { FoundPerson, Whereabouts } from "./people.ts";
import { fieldsUnder, leadRef, personOf } from "./person.ts";
import type { Person } from "./person.ts";
import { idIn, instantOf, parentOf, textOf } from "./values.ts";

interface Tools {
  readonly gateway: Gateway;
  readonly schema: Schema;
  readonly now: () => Instant;
}

/** What was read beside the people themselves. */
interface Surroundings {
  readonly deals: Deals;
  readonly lists: Memberships | undefined;
  readonly histories: Histories;
  /** Who was merged into them. */
  readonly losers: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads leads in the order asked; one asked for twice is answered twice. The answer to a converted Lead is its Contact, to a merged
 * record its winner. Fields the user cannot see are absent and were never asked for.
 * @throws BatonError `crm.*` when Salesforce cannot be read.
 */
export async function readRecords(
  tools: Tools,
  leads: readonly LeadRef[],
  wanted: Wanted,
  hints: ReadonlyMap<string, string> = new Map(),
): Promise<readonly CrmRecord[]> {
  const people = leads.flatMap((lead) => personOf(lead) ?? []);
  const { byId, surroundings } = await withKnownNames(tools.schema, () =>
    readAll(tools, people, wanted, hints),
  );
  const readAt = tools.now();
  return leads.map((asked): CrmRecord => {
    const now = whereaboutsOf(asked, byId);
    if (typeof now === "string") return missing(asked, now);
    return { ...describePerson(now, wanted), asked, ...about(now, wanted, surroundings), readAt };
  });
}

/**
 * Reads what leads hold in these properties of theirs and nothing else, two thousand in a call, in the order asked.
 * Throws as `readRecords`.
 */
export async function glanceAt(
  { gateway, schema, now }: Tools,
  leads: readonly LeadRef[],
  properties: readonly string[],
): Promise<readonly CrmRecord[]> {
  const people = leads.flatMap((lead) => personOf(lead) ?? []);
  const [fields, accountFields] = [fieldsUnder("lead", properties), fieldsUnder("account", properties)];
  const { byId } = await withKnownNames(schema, () =>
    findPeople({ gateway, schema }, { people, fields, accountFields }),
  );
  const readAt = now();
  return leads.map((asked) => {
    const whereabouts = whereaboutsOf(asked, byId);
    if (typeof whereabouts === "string") return missing(asked, whereabouts);
    const { id, record } = whereabouts;
    const account = parentOf(record, "Account");
    const values = { ...valuesOf("lead", record, fields), ...valuesOf("account", account, accountFields) };
    const unreadable = unreadableOf(record, fields);
    return { found: true, asked, lead: leadRef(id), deals: [], values, unreadable, history: {}, readAt };
  });
}

function whereaboutsOf(asked: LeadRef, byId: ReadonlyMap<string, Whereabouts>): Whereabouts {
  const person = personOf(asked);
  return person === undefined ? "gone" : (byId.get(person.id) ?? "unsure");
}

function missing(asked: LeadRef, is: Extract<Whereabouts, string>): CrmRecord {
  return is === "gone" ? { found: false, asked } : { found: "unsure", asked, code: "crm.bad-answer" };
}

async function readAll(
  { gateway, schema }: Tools,
  people: readonly Person[],
  wanted: Wanted,
  hints: ReadonlyMap<string, string>,
): Promise<{ readonly byId: ReadonlyMap<string, Whereabouts>; readonly surroundings: Surroundings }> {
  const deals = createDeals({ gateway, schema }, wanted.deals);
  const { byId, rounds } = await findPeople(
    { gateway, schema },
    {
      people,
      fields: fieldsUnder("lead", [...wanted.properties, ...wanted.history]),
      accountFields: fieldsUnder("account", wanted.properties),
      isEssential: true,
      beside: async (some) => [
        ...(wanted.lists ? asksForMemberships(some) : []),
        ...(await asksForHistory(schema, some, fieldsUnder("lead", wanted.history))),
        ...(await deals.asks(some, guesses(some, hints))),
        ...asksForLosers(some),
      ],
    },
  );
  const found = [...byId.values()].flatMap((one) => (typeof one === "string" ? [] : [one]));
  const surroundings = {
    deals: await deals.read(rounds, found),
    lists: wanted.lists ? readMemberships(rounds) : undefined,
    histories: readHistories(rounds),
    losers: readLosers(rounds),
  };
  return { byId, surroundings };
}

/** The accounts these people belonged to last time. */
function guesses(people: readonly Person[], hints: ReadonlyMap<string, string>): readonly string[] {
  return people.flatMap(({ id }) => toIdOf("Account", hints.get(id) ?? "") ?? []);
}

/** An account the user cannot see is none: nothing may be said of it, and nothing linked with it. */
function describePerson(
  { id, object, record }: FoundPerson,
  wanted: Wanted,
): Omit<Extract<CrmRecord, { found: true }>, "asked" | "deals" | "lists" | "history" | "readAt"> {
  const account = parentOf(record, "Account");
  const [accountId, ownerId] = [idIn(account, "Id"), idIn(record, "OwnerId")];
  const accountOwnerId = idIn(account, "OwnerId");
  const stage = object === "Lead" ? textOf(record["Status"]) : undefined;
  const modifiedAt = instantOf(record["LastModifiedDate"]);
  const counterpart = textOf(record[COUNTERPART_FIELD]);
  return {
    found: true,
    lead: leadRef(id),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(stage === undefined ? {} : { stage }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(accountOwnerId === undefined ? {} : { accountOwnerId }),
    values: {
      ...valuesOf("lead", record, fieldsUnder("lead", wanted.properties)),
      ...valuesOf("account", account, fieldsUnder("account", wanted.properties)),
    },
    unreadable: unreadableOf(record, fieldsUnder("lead", wanted.properties)),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(counterpart === undefined ? {} : { counterpart }),
  };
}

/** A record's values by property path; what is empty is absent. Throws nothing. */
export function valuesOf(
  prefix: "lead" | "account",
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((name) => {
      const value = textOf(record[name]);
      return value === undefined ? [] : [[`${prefix}.${name}`, value] as const];
    }),
  );
}

/** What the answer says nothing of, not even that it is empty: a field the user may not see, or that this kind of record has not. */
function unreadableOf(
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): readonly string[] {
  return fields.filter((name) => record[name] === undefined).map((name) => `lead.${name}`);
}

function about(
  { id, record }: FoundPerson,
  wanted: Wanted,
  { deals, lists, histories, losers }: Surroundings,
): Pick<Extract<CrmRecord, { found: true }>, "formerly" | "deals" | "lists" | "history"> {
  const formerly = losers.get(id);
  return {
    ...(formerly === undefined ? {} : { formerly }),
    deals: deals.get(id) ?? [],
    ...(lists === undefined ? {} : { lists: lists.get(id) ?? [] }),
    history: { ...standingAnswers(record, wanted), ...histories.get(id) },
  };
}

/**
 * What stands in the fields sales answers in, dated by the record's last change: for orgs that keep no history of them, where an answer
 * would never be heard. Later than it was given is better than never.
 */
function standingAnswers(
  record: Readonly<Record<string, unknown>>,
  wanted: Wanted,
): Readonly<Record<string, readonly HistoryEntry[]>> {
  const at = instantOf(record["LastModifiedDate"]);
  const asked = fieldsUnder("lead", wanted.history).filter((name) => ANSWER_FIELDS.has(name));
  return Object.fromEntries(
    asked.flatMap((name) => {
      const value = textOf(record[name]);
      return value === undefined || at === undefined ? [] : [[`lead.${name}`, [{ value, at }]] as const];
    }),
  );
}
const ANSWER_FIELDS: ReadonlySet<string> = new Set([DISPOSITION_FIELD, REASON_FIELD]);
