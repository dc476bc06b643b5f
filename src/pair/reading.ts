/**
 * Reading a pair: the lead as marketing's CRM has it, with what sales' CRM knows of the same person. Known counterparts are
 * read beside the leads, in one round trip; only people who are not linked yet are looked for by their address afterwards.
 */
import type { LeadRef } from "../model/lead.ts";
import type { CrmRecord, Wanted } from "../model/record.ts";
import type { Link } from "../store/links.ts";
import type { Colleagues } from "./owners.ts";
import { meetingOthers } from "./carried.ts";
import { emailPathOf, type PairParts, split } from "./parts.ts";

type Found = Extract<CrmRecord, { found: true }>;
/** A record of sales' CRM with how it was found. */
interface Counterpart {
  readonly record: CrmRecord;
  readonly by: "link" | "email";
}

/** @see Connector.read */
export async function readPairs(
  parts: PairParts,
  colleagues: Colleagues,
  leads: readonly LeadRef[],
  wanted: Wanted,
  accountHints?: ReadonlyMap<string, string>,
): Promise<readonly CrmRecord[]> {
  if (leads.length === 0) return [];
  const wants = wantedOf(parts, wanted);
  const links = await parts.links.of(leads.map(({ id }) => id));
  const linked = [...links.values()];
  const [records, known] = await Promise.all([
    parts.marketing.read(leads, wants.marketing, accountHints),
    readCounterparts(parts, linked, wants.sales),
  ]);
  const others = await counterpartsOfOthers(parts, records, known, wants.sales);
  return await Promise.all(
    records.map(async (record) =>
      record.found === true
        ? await joined(
            unasked(parts, record, wanted.properties),
            others.get(record.lead.id) ?? known.get(record.lead.id),
            colleagues,
          )
        : record,
    ),
  );
}

/** @see Connector.glance */
export async function glanceAtPairs(
  parts: PairParts,
  leads: readonly LeadRef[],
  properties: readonly string[],
): Promise<readonly CrmRecord[]> {
  if (leads.length === 0) return [];
  const wanted = split(properties, parts);
  const links = await parts.links.of(leads.map(({ id }) => id));
  const linked = [...links.values()];
  const [records, there] = await Promise.all([
    parts.marketing.glance(leads, wanted.marketing),
    parts.sales.glance(
      linked.map(({ counterpart }): LeadRef => ({ crm: parts.sales.crm, id: counterpart })),
      wanted.sales,
    ),
  ]);
  const counterparts = new Map(
    linked.flatMap(({ lead }, index) => {
      const record = there[index];
      return record === undefined ? [] : [[lead, { record, by: "link" as const }] as const];
    }),
  );
  return await Promise.all(
    records.map(async (record) =>
      record.found === true
        ? await joined(unasked(parts, record, properties), counterparts.get(record.asked.id), NOBODY)
        : record,
    ),
  );
}

/** Where nobody's ownership matters. */
const NOBODY: Colleagues = {
  toMarketing: () => Promise.resolve(undefined),
  toSales: () => Promise.resolve(undefined),
};

/** What each CRM is asked for. Deals are those of sales' CRM. The address always, because who is not linked is found by it. */
function wantedOf(parts: PairParts, wanted: Wanted): { readonly marketing: Wanted; readonly sales: Wanted } {
  const [properties, history] = [split(wanted.properties, parts), split(wanted.history, parts)];
  const email = emailPathOf(parts.rules());
  const here = new Set([...properties.marketing, ...(email === undefined ? [] : [email])]);
  return {
    marketing: { ...wanted, properties: [...here], history: history.marketing, deals: false },
    sales: { ...wanted, properties: properties.sales, history: history.sales, lists: false },
  };
}

/** By lead. One that sales' CRM says it has not is kept, so that the link can be looked at. */
async function readCounterparts(
  { sales }: PairParts,
  links: readonly Link[],
  wanted: Wanted,
): Promise<ReadonlyMap<string, Counterpart>> {
  if (links.length === 0) return new Map();
  const refs = links.map(({ counterpart }): LeadRef => ({ crm: sales.crm, id: counterpart }));
  const records = await sales.read(refs, wanted);
  return new Map(
    links.flatMap(({ lead }, index) => {
      const record = records[index];
      return record === undefined ? [] : [[lead, { record, by: "link" as const }] as const];
    }),
  );
}

/** Of leads that came back under another id, and of those nobody has linked yet: the latter by their address. */
async function counterpartsOfOthers(
  parts: PairParts,
  records: readonly CrmRecord[],
  known: ReadonlyMap<string, Counterpart>,
  wanted: Wanted,
): Promise<ReadonlyMap<string, Counterpart>> {
  const others = records.filter(
    (record): record is Found => record.found === true && !known.has(record.lead.id),
  );
  if (others.length === 0) return new Map();
  const links = await parts.links.of(others.map(({ lead }) => lead.id));
  const strangers = others.filter(({ lead }) => !links.has(lead.id));
  const [linked, met] = await Promise.all([
    readCounterparts(parts, [...links.values()], wanted),
    meet(parts, strangers, wanted),
  ]);
  return new Map([...linked, ...met]);
}

async function meet(
  parts: PairParts,
  strangers: readonly Found[],
  wanted: Wanted,
): Promise<ReadonlyMap<string, Counterpart>> {
  const path = emailPathOf(parts.rules());
  const emails = new Map(
    strangers.flatMap(({ lead, values }) => {
      const email = path === undefined ? undefined : values[path];
      return email === undefined ? [] : [[lead.id, email.toLowerCase()] as const];
    }),
  );
  if (emails.size === 0) return new Map();
  const refs = await parts.sales.findByEmail([...new Set(emails.values())]);
  const holders = await parts.links.leadsOf([...refs.values()].map(({ id }) => id));
  const found = [...emails].flatMap(([lead, email]) => {
    const ref = refs.get(email);
    // Somebody whose record is another lead's already is not met: the two are perhaps one person, perhaps not. Nor is one of several.
    if (ref === undefined || ref.isUnclear === true || (holders.get(ref.id) ?? lead) !== lead) return [];
    return [{ lead, ref: { crm: ref.crm, id: ref.id }, carried: ref.counterpart ?? lead }];
  });
  const others = await meetingOthers(parts, found);
  const met = found.filter(({ lead }) => !others.has(lead));
  const unsure = found.flatMap(({ lead, ref }): readonly (readonly [string, Counterpart])[] => {
    const why = others.get(lead);
    return typeof why === "object"
      ? [[lead, { record: { found: "unsure", asked: ref, code: why.code }, by: "email" }]]
      : [];
  });
  const records = await parts.sales.read(
    met.map(({ ref }) => ref),
    wanted,
  );
  const read = met.flatMap(({ lead }, index): readonly (readonly [string, Counterpart])[] => {
    const record = records[index];
    return record?.found === true ? [[lead, { record, by: "email" }]] : [];
  });
  return new Map([...read, ...unsure]);
}

/** A field that was not asked for is not empty: nothing is known of it, and nothing may be made of that. */
function unasked(parts: PairParts, record: Found, asked: readonly string[]): Found {
  const known = new Set(asked);
  const others = parts
    .rules()
    .fields.flatMap(({ marketing, sales }) => [marketing, sales])
    .filter((path) => !known.has(path));
  return { ...record, unreadable: [...(record.unreadable ?? []), ...others] };
}

/**
 * One record of both. Sales owns the lead where sales works; who is not there yet has the owner marketing gave, if that is somebody of
 * sales'. What sales' CRM says of somebody that makes no sense leaves the whole unsure: half a lead is nothing to decide by.
 */
async function joined(
  record: Found,
  counterpart: Counterpart | undefined,
  colleagues: Colleagues,
): Promise<CrmRecord> {
  const { ownerId, accountOwnerId, ...rest } = record;
  const there = counterpart?.record;
  if (there?.found === "unsure") return { found: "unsure", asked: record.asked, code: there.code };
  if (there?.found !== true) {
    const owner = ownerId === undefined ? undefined : await colleagues.toSales(ownerId);
    const accountOwner = accountOwnerId === undefined ? undefined : await colleagues.toSales(accountOwnerId);
    return {
      ...rest,
      ...(owner === undefined ? {} : { ownerId: owner }),
      ...(accountOwner === undefined ? {} : { accountOwnerId: accountOwner }),
      ...(there === undefined ? {} : { sales: { lead: there.asked, by: "link", isGone: true } }),
    };
  }
  return {
    ...rest,
    ...(there.ownerId === undefined ? {} : { ownerId: there.ownerId }),
    ...(there.accountOwnerId === undefined ? {} : { accountOwnerId: there.accountOwnerId }),
    deals: there.deals,
    values: { ...record.values, ...there.values },
    history: { ...record.history, ...there.history },
    unreadable: [...(record.unreadable ?? []), ...(there.unreadable ?? [])],
    sales: {
      lead: there.lead,
      by: counterpart?.by ?? "link",
      isGone: false,
      ...(there.modifiedAt === undefined ? {} : { modifiedAt: there.modifiedAt }),
    },
  };
}
