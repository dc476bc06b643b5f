/**
 * Opportunities of Contacts: those they have a role in, and those of their account in which nobody has one, which is how most orgs
 * keep them. An opportunity in which somebody else has a role is theirs. A Lead that was not converted has none.
 */
import { DAY_MS } from "../../src/model/instant.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { CrmDeal } from "../../src/model/record.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import type { FoundPerson } from "./people.ts";
import { idsOf } from "./person.ts";
import type { Person } from "./person.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, Found, SfRecord } from "./queries.ts";
import { soql } from "./soql.ts";
import { idIn, instantOf, parentOf, textOf } from "./values.ts";

/** By Contact id; who has no deal is absent. */
export type Deals = ReadonlyMap<string, readonly CrmDeal[]>;

/** Deals of one lead that are kept: of more than that, nobody asks what came of a lead. */
const MOST_OF_ONE = 20;

const FIELDS = [
  "Name",
  "Amount",
  "CurrencyIsoCode",
  "OwnerId",
  "IsClosed",
  "IsWon",
  "CloseDate",
  "CreatedDate",
  "LastModifiedDate",
  "LastStageChangeDate",
];

interface Tools {
  readonly gateway: Gateway;
  readonly schema: Schema;
}

/** Reading deals beside the leads. */
export interface DealReading {
  /** Queries for these people and the accounts they probably belong to. @throws BatonError `crm.*`. */
  asks(people: readonly Person[], accounts: readonly string[]): Promise<readonly Ask[]>;
  /** What came of them, and of accounts nobody guessed: open ones first, of those the one that moved last. @throws BatonError `crm.*`. */
  read(rounds: readonly ReadonlyMap<string, Found>[], people: readonly FoundPerson[]): Promise<Deals>;
}

/** One opportunity and whose it is. */
interface Opportunity {
  readonly deal: CrmDeal;
  readonly movedAt: Instant;
  readonly accountId?: string;
}

/** @param isWanted  Whether deals are wanted and may be read; if not, nothing is asked and nothing found. */
export function createDeals({ gateway, schema }: Tools, isWanted: boolean): DealReading {
  const guessed = new Set<string>();
  const asksForAccounts = async (accounts: readonly string[]): Promise<readonly Ask[]> => {
    const fields = await schema.visible("Opportunity", FIELDS);
    const where = [{ field: "AccountId", in: accounts }];
    const select = ["Id", "AccountId", ...fields];
    const ofAccount = { field: "Opportunity.AccountId", in: accounts };
    return [
      { ref: "deals", text: soql({ select, from: "Opportunity", where }) },
      {
        ref: "dealRoles",
        text: soql({ select: ["OpportunityId"], from: "OpportunityContactRole", where: [ofAccount] }),
      },
    ];
  };
  return {
    async asks(people, accounts) {
      const contacts = idsOf("Contact", people);
      if (!isWanted || contacts.length === 0) return [];
      for (const account of accounts) guessed.add(account);
      const fields = await schema.visible("Opportunity", FIELDS);
      const select = ["ContactId", "OpportunityId", ...fields.map((name) => `Opportunity.${name}`)];
      const where = [{ field: "ContactId", in: contacts }];
      return [
        { ref: "roles", text: soql({ select, from: "OpportunityContactRole", where }) },
        ...(await asksForAccounts(accounts)),
      ];
    },
    async read(rounds, people) {
      if (!isWanted) return new Map();
      const accounts = people.flatMap(({ record }) => idIn(record, "AccountId") ?? []);
      const missing = [...new Set(accounts)].filter((account) => !guessed.has(account));
      const late = missing.length === 0 ? [] : [await findAll(gateway, await asksForAccounts(missing), true)];
      return dealsOf([...rounds, ...late], people);
    },
  };
}

function dealsOf(rounds: readonly ReadonlyMap<string, Found>[], people: readonly FoundPerson[]): Deals {
  const records = (ref: string): readonly SfRecord[] => rounds.flatMap((found) => recordsOf(found, ref));
  const taken = new Set(records("dealRoles").flatMap((record) => idIn(record, "OpportunityId") ?? []));
  const roles = records("roles").flatMap((record) => {
    const contact = idIn(record, "ContactId");
    const opportunity = describe(idIn(record, "OpportunityId"), parentOf(record, "Opportunity"));
    return contact === undefined || opportunity === undefined ? [] : [{ contact, opportunity }];
  });
  const free = records("deals")
    .flatMap((record) => describe(idIn(record, "Id"), record) ?? [])
    .filter(({ deal }) => !taken.has(deal.id));
  const [byContact, byAccount] = [
    Map.groupBy(roles, ({ contact }) => contact),
    Map.groupBy(free, ({ accountId }) => accountId),
  ];
  return new Map(
    people.map(({ id, record }) => {
      const own = (byContact.get(id) ?? []).map(({ opportunity }) => opportunity);
      const account = idIn(record, "AccountId");
      return [id, inOrder([...own, ...(account === undefined ? [] : (byAccount.get(account) ?? []))])];
    }),
  );
}

function inOrder(opportunities: readonly Opportunity[]): readonly CrmDeal[] {
  const each = [...new Map(opportunities.map((one) => [one.deal.id, one])).values()];
  const isOpen = ({ deal }: Opportunity): number => Number(deal.state === "open");
  return each
    .toSorted((a, b) => isOpen(b) - isOpen(a) || b.movedAt - a.movedAt)
    .slice(0, MOST_OF_ONE)
    .map(({ deal }) => deal);
}

/** The close date of an open deal is somebody's expectation, so it is left out. */
function describe(id: string | undefined, record: SfRecord): Opportunity | undefined {
  if (id === undefined || typeof record["IsClosed"] !== "boolean") return undefined;
  const isClosed = record["IsClosed"];
  const [name, amount] = [textOf(record["Name"]), textOf(record["Amount"])];
  const [ownerId, accountId] = [idIn(record, "OwnerId"), idIn(record, "AccountId")];
  const currency = textOf(record["CurrencyIsoCode"]);
  const createdAt = instantOf(record["CreatedDate"]);
  const closedAt = isClosed ? closedAtOf(record) : undefined;
  const deal: CrmDeal = {
    id,
    state: !isClosed ? "open" : record["IsWon"] === true ? "won" : "lost",
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(name === undefined ? {} : { name }),
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(closedAt === undefined ? {} : { closedAt }),
  };
  const movedAt = closedAt ?? instantOf(record["LastStageChangeDate"]) ?? createdAt ?? 0;
  return { deal, movedAt, ...(accountId === undefined ? {} : { accountId }) };
}

/** The close date is a day. On that day, it was closed no later than when the record was changed last. */
function closedAtOf(record: SfRecord): Instant | undefined {
  const day = Date.parse(textOf(record["CloseDate"]) ?? "");
  if (Number.isNaN(day)) return instantOf(record["LastStageChangeDate"]);
  return Math.min(day + DAY_MS - 1, instantOf(record["LastModifiedDate"]) ?? Number.POSITIVE_INFINITY);
}
