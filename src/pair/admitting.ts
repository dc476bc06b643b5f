/**
 * Letting people in whom only sales' CRM knows: each becomes the lead of marketing's that their record names, or that has their address,
 * or one that is made of what both CRMs are agreed to keep. Two leads of marketing's never have one address, so that a repetition after a
 * lost answer finds the first. Who is linked with whom, whoever asked stores.
 */
import type { LeadRef } from "../model/lead.ts";
import type { Admission, NewcomerReceipt } from "../model/newcomer.ts";
import type { CrmRecord } from "../model/record.ts";
import type { SideState, SyncField } from "../model/sync.ts";
import { newcomerValues, optOutOf, sideState, withOptOutsOf } from "../sync/index.ts";
import { whomTheyName } from "./carried.ts";
import { NOTHING, type PairParts } from "./parts.ts";

type Found = Extract<CrmRecord, { found: true }>;
/** Who was asked about, with the record of sales' they are meant by. */
interface Person {
  readonly asked: LeadRef;
  readonly record: Found;
}
/** `others`: the records that have the same address. */
type Addressed = Person & {
  readonly email: string;
  readonly others: readonly Found[];
  readonly isUnclear: boolean;
};

const NO_RECORD = "the record is not there";
const NO_ADDRESS = "the record has no e-mail address";
const SEVERAL = "several records of sales' CRM have this e-mail address";
const ERASED = "whoever has this e-mail address was erased";
const NOT_THERE = "the record names a lead that marketing's CRM does not have";
const ANOTHER = "another record of sales' CRM is this lead already";
const OPT_OUT = {
  lost: "opted out in sales' CRM, and no field kept in step takes that to marketing's",
  unseen: "whether they opted out cannot be seen in sales' CRM",
} as const;

/** @see Connector.admit */
export async function admit(
  parts: PairParts,
  people: readonly LeadRef[],
  { mayWrite, isDry = false }: { readonly mayWrite?: () => boolean; readonly isDry?: boolean } = {},
): Promise<readonly Admission[]> {
  const answers = new Map<string, Admission>();
  const leftOf = <P extends Person>(some: readonly P[], told: readonly Admission[]): readonly P[] => {
    for (const one of told) answers.set(one.asked.id, one);
    return some.filter(({ asked }) => !answers.has(asked.id));
  };
  const [persons, unread] = await readThere(parts, people);
  leftOf([], unread);
  const strangers = leftOf(persons, await knownAlready(parts, persons));
  const [addressed, others] = await byAddress(parts, strangers);
  leftOf([], others);
  const better = addressed.filter(({ record }) => !strangers.some((one) => one.record === record));
  const unknown = leftOf(addressed, await knownAlready(parts, better));
  const erased = await parts.links.erased(unknown.map(({ email }) => email));
  const alive = leftOf(unknown, unknown.filter(({ email }) => erased.has(email)).map(nobody(ERASED)));
  const unmet = leftOf(alive, await metHere(parts, alive));
  const makeable = leftOf(unmet, barred(parts, unmet));
  leftOf(
    [],
    isDry ? makeable.map(({ asked }) => ({ asked, is: "expected" })) : await make(parts, makeable, mayWrite),
  );
  const told = people.map((asked): Admission => answers.get(asked.id) ?? nobody(NO_RECORD)({ asked }));
  return await oneRecordEach(parts, told);
}

function nobody(why: string): (one: { readonly asked: LeadRef }) => Admission {
  return ({ asked }) => ({ asked, is: "nobody", why });
}

/** As sales' CRM has them now: converted and merged ones are read as what they became. */
async function readThere(
  parts: PairParts,
  people: readonly LeadRef[],
): Promise<readonly [readonly Person[], readonly Admission[]]> {
  const properties = parts.rules().fields.map(({ sales }) => sales);
  const records = people.length === 0 ? [] : await parts.sales.read(people, { ...NOTHING, properties });
  const persons = records.flatMap((record) =>
    record.found === true ? [{ asked: record.asked, record }] : [],
  );
  const unread = records.flatMap((record): readonly Admission[] => {
    const { asked } = record;
    if (record.found === true) return [];
    return [
      record.found === false ? nobody(NO_RECORD)({ asked }) : { asked, is: "later", code: record.code },
    ];
  });
  return [persons, unread];
}

/** Whose record is linked, under another id than that of the event, or carries the lead's. */
async function knownAlready(
  { links, marketing }: PairParts,
  persons: readonly Person[],
): Promise<readonly Admission[]> {
  if (persons.length === 0) return [];
  const linked = await links.leadsOf(persons.map(({ record }) => record.lead.id));
  const carriers = persons.flatMap((person) => {
    const { counterpart, lead } = person.record;
    return counterpart === undefined || linked.has(lead.id) ? [] : [{ ...person, counterpart }];
  });
  const named = await whomTheyName(
    { marketing },
    carriers.map(({ counterpart }) => counterpart),
  );
  return [
    ...persons.flatMap(({ asked, record }): readonly Admission[] => {
      const id = linked.get(record.lead.id);
      const lead = { crm: marketing.crm, id: id ?? "" };
      return id === undefined ? [] : [{ asked, is: "lead", lead, counterpart: record.lead, by: "link" }];
    }),
    ...carriers.map(({ asked, record }, index): Admission => {
      const lead = named[index];
      // Marketing has deleted it, and what was deleted is not made again.
      if (lead === undefined || lead.found === false) return nobody(NOT_THERE)({ asked });
      if (lead.found === "unsure") return { asked, is: "later", code: lead.code };
      return { asked, is: "lead", lead: lead.lead, counterpart: record.lead, by: "carried" };
    }),
  ];
}

/** With their addresses; of several records with one, the one that is met everywhere else. */
async function byAddress(
  parts: PairParts,
  persons: readonly Person[],
): Promise<readonly [readonly Addressed[], readonly Admission[]]> {
  const path = emailOf(parts).sales;
  const addressed = persons.flatMap((person) => {
    const email = person.record.values[path]?.trim().toLowerCase() ?? "";
    return email === "" ? [] : [{ ...person, email }];
  });
  const without = persons
    .filter(({ record }) => (record.values[path]?.trim() ?? "") === "")
    .map(nobody(NO_ADDRESS));
  if (addressed.length === 0) return [[], without];
  const found = await parts.sales.findByEmail([...new Set(addressed.map(({ email }) => email))]);
  const same = new Map([...found].map(([email, best]) => [email, [best, ...(best.others ?? [])]] as const));
  const own = new Set(addressed.map(({ record }) => record.lead.id));
  const [more, unread] = await readThere(
    parts,
    [...same.values()].flat().filter(({ id }) => !own.has(id)),
  );
  const byId = new Map([
    ...addressed.map(({ record }) => [record.lead.id, record] as const),
    ...more.map(({ asked, record }) => [asked.id, record] as const),
  ]);
  // Whoever has the address too and cannot be read now may have opted out.
  const unsure = new Map(unread.flatMap((one) => (one.is === "later" ? [[one.asked.id, one.code]] : [])));
  const waiting = addressed.flatMap(({ asked, email }): readonly Admission[] => {
    const code = (same.get(email) ?? []).map(({ id }) => unsure.get(id)).find((one) => one !== undefined);
    return code === undefined ? [] : [{ asked, is: "later", code }];
  });
  const waits = new Set(waiting.map(({ asked }) => asked.id));
  const told = [...without, ...waiting];
  const sure = addressed.filter(({ asked }) => !waits.has(asked.id));
  return [
    sure.map((one) => {
      const [record = one.record, ...rest] = (same.get(one.email) ?? []).flatMap(
        ({ id }) => byId.get(id) ?? [],
      );
      const others = [...rest, one.record].filter(({ lead }) => lead.id !== record.lead.id);
      return { ...one, record, others, isUnclear: found.get(one.email)?.isUnclear === true };
    }),
    told,
  ];
}

function emailOf({ rules }: PairParts): { readonly marketing: string; readonly sales: string } {
  return rules().fields.find(({ type }) => type === "email") ?? { marketing: "", sales: "" };
}

async function metHere(
  { marketing }: PairParts,
  persons: readonly Addressed[],
): Promise<readonly Admission[]> {
  if (persons.length === 0) return [];
  const met = await marketing.findByEmail([...new Set(persons.map(({ email }) => email))]);
  return persons.flatMap(({ asked, record, email, isUnclear }): readonly Admission[] => {
    const lead = met.get(email);
    if (lead !== undefined && isUnclear) return [nobody(SEVERAL)({ asked })];
    return lead === undefined ? [] : [{ asked, is: "lead", lead, counterpart: record.lead, by: "email" }];
  });
}

/** Who opted out is not made without that: marketing would take them for somebody who did not. */
function barred(parts: PairParts, persons: readonly Addressed[]): readonly Admission[] {
  const { fields } = parts.rules();
  return persons.flatMap((person): readonly Admission[] => {
    const optOut = optOutOf(fields, stateOf(fields, person), "sales");
    return optOut === "carried" ? [] : [nobody(OPT_OUT[optOut])(person)];
  });
}

/** What sales' CRM says of them; that somebody opted out, any record with their address. */
function stateOf(fields: readonly SyncField[], { record, others }: Addressed): SideState {
  const paths = fields.map(({ sales }) => sales);
  return withOptOutsOf(
    fields,
    sideState(record, paths),
    others.map((other) => sideState(other, paths)),
    "sales",
  );
}

async function make(
  parts: PairParts,
  persons: readonly Addressed[],
  mayWrite?: () => boolean,
): Promise<readonly Admission[]> {
  const { marketing } = parts;
  const { fields } = parts.rules();
  if (persons.length === 0 || marketing.createLeads === undefined) return [];
  const newcomers = persons.map((person) => {
    const { record, email } = person;
    const { values } = newcomerValues(fields, stateOf(fields, person), "sales");
    const properties = { ...values, [emailOf(parts).marketing]: email };
    return { key: `admit.${record.lead.id}`, counterpart: record.lead, properties };
  });
  const receipts = await marketing.createLeads(newcomers, mayWrite);
  return persons.map(({ asked, record }, index) => made(parts, asked, record.lead, receipts[index]));
}

function made(
  { marketing }: PairParts,
  asked: LeadRef,
  counterpart: LeadRef,
  receipt: NewcomerReceipt | undefined,
): Admission {
  switch (receipt?.outcome) {
    case "applied": {
      const lead = { crm: marketing.crm, id: receipt.id };
      return { asked, is: "lead", lead, counterpart, by: receipt.isFound ? "email" : "made" };
    }
    case "refused":
      return { asked, is: "refused", code: receipt.code };
    case "not-applied": {
      const { code, retryAfterMs } = receipt;
      return { asked, is: "later", code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
    case "unknown":
    case undefined:
      return { asked, is: "later", code: receipt?.code ?? "crm.bad-answer" };
  }
}

/** A lead has one counterpart: whoever is that already, else the first. */
async function oneRecordEach(
  { links }: PairParts,
  told: readonly Admission[],
): Promise<readonly Admission[]> {
  const found = told.flatMap((one) => (one.is === "lead" && one.by !== "link" ? [one] : []));
  if (found.length === 0) return told;
  const known = await links.of(found.map(({ lead }) => lead.id));
  const holders = new Map([...known].map(([lead, { counterpart }]) => [lead, counterpart]));
  return told.map((one) => {
    if (one.is !== "lead" || one.by === "link") return one;
    const holder = holders.get(one.lead.id) ?? one.counterpart.id;
    holders.set(one.lead.id, holder);
    return holder === one.counterpart.id ? one : nobody(ANOTHER)(one);
  });
}
