/**
 * Reading leads: contact, company, deals and lists in as few calls as HubSpot allows.
 *
 * First round, in parallel: the contacts, their associated deals, the lists they are on, and the companies they belonged
 * to last time. Second round, only for what is still missing: companies not guessed, the deals themselves, and the lists
 * of those who turned out to have another id. So a lone lead whose company is as before and who has no deal costs one
 * round trip, and a hundred leads cost four calls, five with their lists, while the guesses hold; one call where nothing but the
 * contacts themselves is wanted.
 */
import { BatonError } from "../../src/errors.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { CrmRecord, Wanted } from "../../src/model/record.ts";
import type { Gateway } from "../http/gateway.ts";
import type { CrmObject } from "./answer.ts";
import { BATCH_SIZE, isRecordId, readItems } from "./batch-read.ts";
import type { BatchRead, ReadItems, Unread } from "./batch-read.ts";
import {
  ALWAYS_OF_COMPANY,
  ALWAYS_OF_CONTACT,
  companyOf,
  describeLead,
  indexContacts,
  namesOf,
} from "./contact.ts";
import { readDeals } from "./deals.ts";
import type { Deals } from "./deals.ts";
import { readLinks } from "./links.ts";
import { readMemberships } from "./memberships.ts";
import type { Memberships } from "./memberships.ts";

/** The batch size some accounts hold histories to; reported by users and nowhere documented. */
const HISTORY_BATCH_SIZE = 50;

interface Companies {
  readonly byId: ReadonlyMap<string, CrmObject>;
  readonly unreadable: ReadItems["unreadable"];
}

export interface RecordReader {
  /**
   * Reads leads in the order asked; a lead asked for twice is answered twice. The answer to a merged id is the survivor. A
   * contact, company or deal that is no record, or that HubSpot failed over, leaves only the leads unsure that it is part of, and so
   * does a contact of which HubSpot says nothing at all.
   * @throws BatonError `crm.*` when HubSpot cannot be read.
   */
  read(
    leads: readonly LeadRef[],
    wanted: Wanted,
    accountHints?: ReadonlyMap<string, string>,
  ): Promise<readonly CrmRecord[]>;
  /** Reads contacts alone, a hundred a call, and their companies as well where a property of theirs is asked for. Answers and throws as `read`. */
  glance(leads: readonly LeadRef[], properties: readonly string[]): Promise<readonly CrmRecord[]>;
}

/** Makes the reader of one installation. It remembers the batch size that histories turned out to need. */
export function createRecordReader(gateway: Gateway, now: () => Instant): RecordReader {
  let historyBatch = BATCH_SIZE;

  const readSome = async (query: BatchRead): Promise<ReadItems> => {
    if ((query.history ?? []).length === 0) return readItems(gateway, query);
    const size = historyBatch;
    try {
      return await readItems(gateway, { ...query, size });
    } catch (error) {
      const mayBeTooMany = Math.min(query.ids.length, size) > HISTORY_BATCH_SIZE && isInvalid(error);
      if (!mayBeTooMany) throw error;
      const records = await readItems(gateway, { ...query, size: HISTORY_BATCH_SIZE });
      historyBatch = HISTORY_BATCH_SIZE;
      return records;
    }
  };
  const readContacts = (ids: readonly string[], wanted: Wanted): Promise<ReadItems> =>
    readSome({
      type: "contacts",
      ids,
      properties: [...new Set([...ALWAYS_OF_CONTACT, ...namesOf(wanted.properties, "contact")])],
      history: namesOf(wanted.history, "contact"),
    });
  const readCompanies = async (ids: readonly string[], wanted: Wanted): Promise<Companies> => {
    const { found, unreadable } = await readSome({
      type: "companies",
      ids,
      properties: [...new Set([...ALWAYS_OF_COMPANY, ...namesOf(wanted.properties, "company")])],
      history: namesOf(wanted.history, "company"),
    });
    return { byId: new Map(found.map((company) => [company.id, company])), unreadable };
  };
  const readAllDeals = async (
    links: ReadonlyMap<string, readonly string[]>,
    survivors: readonly string[],
  ): Promise<Deals> => {
    // A merged id may answer without the survivor's associations, so those are asked for by its own id.
    const late = await readLinks(gateway, survivors, "deals");
    return readDeals(gateway, new Map([...links, ...late]));
  };
  /** A merged id may answer without the survivor's lists, and one that is gone may spoil a batch: asked for by their own id. */
  const readMissingLists = async (
    early: Memberships | undefined,
    contactIds: readonly string[],
  ): Promise<Memberships | undefined> => {
    if (early === undefined) return undefined;
    const late = await readMemberships(
      gateway,
      contactIds.filter((id) => !early.has(id)),
    );
    return new Map([...early, ...(late ?? [])]);
  };

  return {
    async read(leads, wanted, accountHints = new Map()) {
      const ids = leads.filter(isContact).map((lead) => lead.id);
      const isAccountWanted = wanted.account ?? true;
      const [first, guessed, links, early] = await Promise.all([
        readContacts(ids, wanted),
        readCompanies(isAccountWanted ? guesses(ids, accountHints) : [], wanted),
        wanted.deals ? readLinks(gateway, ids, "deals") : new Map<string, string[]>(),
        wanted.lists ? readMemberships(gateway, ids) : undefined,
      ]);
      const contacts = indexContacts(first.found);
      const known = new Set(ids);
      const survivors = contacts.records.map((contact) => contact.id).filter((id) => !known.has(id));
      const missing = (isAccountWanted ? contacts.records : [])
        .flatMap((contact) => companyOf(contact) ?? [])
        .filter((id) => !guessed.byId.has(id));
      const [found, dealsOf, lists] = await Promise.all([
        readCompanies(missing, wanted),
        wanted.deals ? readAllDeals(links, survivors) : new Map<string, never>(),
        readMissingLists(
          early,
          contacts.records.map((contact) => contact.id),
        ),
      ]);
      const readAt = now();
      return leads.map((asked): CrmRecord => {
        const contact = isContact(asked) ? contacts.byId.get(asked.id) : undefined;
        if (!contact) return unread(asked, first);
        const companyId = companyOf(contact) ?? "";
        const deals = dealsOf.get(contact.id) ?? [];
        if (typeof deals === "string") return unsure(asked, deals);
        if (found.unreadable.has(companyId)) return unsure(asked, found.unreadable.get(companyId));
        const described = describeLead(contact, guessed.byId.get(companyId) ?? found.byId.get(companyId));
        const on = lists?.get(contact.id);
        return {
          ...described,
          ...(isAccountWanted || companyId === "" ? {} : { accountId: companyId }),
          asked,
          deals,
          ...(on === undefined ? {} : { lists: on }),
          readAt,
        };
      });
    },
    async glance(leads, properties) {
      const ids = leads.filter(isContact).map((lead) => lead.id);
      const wanted = { properties, history: [], deals: false, lists: false };
      const read = await readContacts(ids, wanted);
      const { byId, records } = indexContacts(read.found);
      const isWanted = properties.some((path) => path.startsWith("company."));
      const companies = isWanted ? records.flatMap((contact) => companyOf(contact) ?? []) : [];
      const found = await readCompanies(companies, wanted);
      const readAt = now();
      const unreadable = properties.filter((path) => !/^(contact|company)\./.test(path));
      return leads.map((asked): CrmRecord => {
        const contact = isContact(asked) ? byId.get(asked.id) : undefined;
        if (contact === undefined) return unread(asked, read);
        const companyId = companyOf(contact) ?? "";
        if (found.unreadable.has(companyId)) return unsure(asked, found.unreadable.get(companyId));
        return { ...describeLead(contact, found.byId.get(companyId)), asked, unreadable, deals: [], readAt };
      });
    },
  };
}

/** Where one guess is missing a second round is likely anyway, and one call for all companies is cheaper than two. */
function guesses(ids: readonly string[], hints: ReadonlyMap<string, string>): string[] {
  const guessed = ids.map((id) => hints.get(id) ?? "");
  return guessed.every(isRecordId) ? guessed : [];
}

/** Only what HubSpot says it does not have is gone. One it is merely silent about may be anywhere. */
function unread(asked: LeadRef, { gone, unreadable }: ReadItems): CrmRecord {
  const isGone = !isContact(asked) || (gone.has(asked.id) && !unreadable.has(asked.id));
  return isGone ? { found: false, asked } : unsure(asked, unreadable.get(asked.id));
}

function unsure(asked: LeadRef, code: Unread = "crm.bad-answer"): CrmRecord {
  return { found: "unsure", asked, code };
}

function isContact(lead: LeadRef): boolean {
  return lead.crm === "hubspot" && isRecordId(lead.id);
}

function isInvalid(error: unknown): boolean {
  return error instanceof BatonError && error.code === "crm.invalid";
}
