/** Two CRMs held in maps, and a pair over them: what the pair does is seen in what the two are asked and hold. */
import type { Connector } from "../../src/connector.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Receipt, Write } from "../../src/model/effect.ts";
import type { Addressee, Crm, LeadRef } from "../../src/model/lead.ts";
import type { Newcomer } from "../../src/model/newcomer.ts";
import type { CrmAccount, CrmRecord } from "../../src/model/record.ts";
import type { Owner } from "../../src/model/rep.ts";
import type { SyncField } from "../../src/model/sync.ts";
import { pairedConnector, type LinkBook, type PairRules } from "../../src/pair/index.ts";
import type { Link } from "../../src/store/links.ts";

const CAPABILITIES: Capabilities = {
  taskKey: "marker",
  noteKey: "marker",
  deals: true,
  workingHours: false,
  submissions: true,
  callbacks: false,
  lists: true,
  touches: true,
  sequences: false,
};

/** What a fake CRM holds of one lead. */
interface Held {
  values: Record<string, string>;
  ownerId?: string;
  /** The id it answers under, once it was merged or converted. */
  becomes?: string;
  unsure?: true;
  modifiedAt?: number;
  /** The id it carries of the other CRM. */
  counterpart?: string;
  /** Fields the user may not see. */
  unreadable?: readonly string[];
}

export interface FakeCrm {
  readonly connector: Connector;
  readonly leads: Map<string, Held>;
  /** What it was asked, in order: `read 1,2`, `email kim@example.com`, `make hubspot:1`. */
  readonly asked: string[];
  readonly written: Write[];
  readonly made: Newcomer[];
  /** Those whose domain is asked for are told, and no others. */
  accounts: CrmAccount[];
  owners: Owner[];
  /** Addresses whose records are perhaps not one person. */
  readonly unclear: Set<string>;
  /** How the next writes end, by key; applied otherwise. */
  readonly endings: Map<string, Receipt>;
}

export function fakeCrm(crm: Crm, objects: readonly string[]): FakeCrm {
  const address = crm === "hubspot" ? "contact.email" : "lead.Email";
  const refused = (): never => {
    throw new Error(`${crm} is not asked for this`);
  };
  const fake: Omit<FakeCrm, "connector"> = {
    leads: new Map(),
    asked: [],
    written: [],
    made: [],
    accounts: [],
    owners: [],
    unclear: new Set(),
    endings: new Map(),
  };
  const recordOf = (asked: LeadRef): CrmRecord => {
    const first = fake.leads.get(asked.id);
    if (first === undefined) return { found: false, asked };
    if (first.unsure) return { found: "unsure", asked, code: "crm.bad-answer" };
    const id = first.becomes ?? asked.id;
    const { values, ownerId, modifiedAt, counterpart, unreadable } = fake.leads.get(id) ?? first;
    return {
      found: true,
      asked,
      lead: { crm, id },
      deals: [{ id: `${crm} deal`, state: "open" }],
      values,
      history: {},
      readAt: 0,
      ...(ownerId === undefined ? {} : { ownerId }),
      ...(modifiedAt === undefined ? {} : { modifiedAt }),
      ...(counterpart === undefined ? {} : { counterpart }),
      ...(unreadable === undefined ? {} : { unreadable }),
    };
  };
  const connector: Connector = {
    crm,
    objects,
    capabilities: { ...CAPABILITIES, ...(crm === "salesforce" ? { taskKey: "unique-property" } : {}) },
    read(leads) {
      fake.asked.push(`read ${leads.map(({ id }) => id).join(",")}`);
      return Promise.resolve(leads.map(recordOf));
    },
    glance(leads) {
      fake.asked.push(`glance ${leads.map(({ id }) => id).join(",")}`);
      return Promise.resolve(leads.map(recordOf));
    },
    spent: () => fake.asked.length,
    findByEmail(emails) {
      fake.asked.push(`email ${emails.join(",")}`);
      const addressOf = (values: Record<string, string>): string | undefined =>
        Object.entries(values).find(([path]) => path.toLowerCase().endsWith(".email"))?.[1];
      const found = emails.flatMap((email): readonly (readonly [string, Addressee])[] => {
        const same = [...fake.leads].filter(([, { values }]) => addressOf(values) === email);
        const [best, ...others] = same.map(([id]) => ({ crm, id })).toReversed();
        if (best === undefined) return [];
        const isUnclear = fake.unclear.has(email) ? { isUnclear: true as const } : {};
        return [[email, others.length === 0 ? best : { ...best, others, ...isUnclear }]];
      });
      return Promise.resolve(new Map(found));
    },
    owners: () => Promise.resolve(fake.owners),
    apply(writes) {
      fake.written.push(...writes);
      return Promise.resolve(
        writes.map(
          (write) =>
            fake.endings.get(write.key) ?? {
              key: write.key,
              outcome: "applied",
              id: `${crm}:${write.lead.id}`,
            },
        ),
      );
    },
    look(writes) {
      fake.asked.push(`look ${writes.map(({ key }) => key).join(",")}`);
      return Promise.resolve(
        writes.map(({ key, lead }) => ({ key, seen: "yes" as const, id: `${crm}:${lead.id}` })),
      );
    },
    createLeads(newcomers) {
      fake.made.push(...newcomers);
      return Promise.resolve(
        newcomers.map(({ key, counterpart, properties, belonging }) => {
          const email = properties[address];
          const same = [...fake.leads].find(
            ([, { values }]) => values[address] !== undefined && values[address] === email,
          );
          const id = same?.[0] ?? `made-${counterpart.id}`;
          const ending = fake.endings.get(key);
          const values = email === undefined ? {} : { [address]: email };
          if (ending === undefined && same === undefined) fake.leads.set(id, { values });
          const told = belonging === undefined || same !== undefined ? {} : { reason: belonging.why };
          return (
            ending ?? {
              key,
              outcome: "applied",
              id,
              ...told,
              ...(same === undefined ? {} : { isFound: true as const }),
            }
          );
        }),
      );
    },
    accountsAt(domains) {
      fake.asked.push(`accounts ${domains.join(",")}`);
      return Promise.resolve(fake.accounts.filter(({ domain }) => domains.includes(domain ?? "")));
    },
    counterpartsOf: (leads) =>
      Promise.resolve(
        new Map(
          leads.flatMap(({ id }) =>
            fake.leads.has(`made-${id}`) ? [[id, { crm, id: `made-${id}` }] as const] : [],
          ),
        ),
      ),
    touches: (leads) =>
      Promise.resolve(
        leads.map((lead) => ({
          lead,
          key: `call:${lead.id}`,
          kind: "call",
          result: "tried",
          at: 1,
          byPerson: true,
        })),
      ),
    leadsOf: (activities) =>
      Promise.resolve(activities.map((activity) => ({ activity, lead: { crm, id: activity.id } }))),
    changedSince: (_since, after) =>
      Promise.resolve(
        after === undefined
          ? { leads: [{ lead: { crm, id: [...fake.leads.keys()][0] ?? "" }, modifiedAt: 1 }], next: "2" }
          : { leads: [{ lead: { crm, id: [...fake.leads.keys()][1] ?? "" }, modifiedAt: 2 }] },
      ),
    changesOf: (leads) =>
      Promise.resolve(
        leads.map((lead) => ({
          lead,
          field: "other",
          property: `${crm} field`,
          at: crm === "hubspot" ? 2 : 1,
        })),
      ),
    ownRecords: refused,
    accounts: refused,
    submissions: refused,
    vocabulary: refused,
    prepare: refused,
    leadUrl: ({ id }) => `https://${crm}.example.com/${id}`,
    leave: refused,
    asBulk: () => connector,
    close: () => Promise.resolve(),
  };
  return Object.assign(fake, { connector });
}

const FIELD: Omit<SyncField, "name" | "marketing" | "sales"> = {
  direction: "both",
  winner: "latest",
  otherwise: "sales",
  type: "text",
};
const FIELDS: readonly SyncField[] = [
  { ...FIELD, name: "contact.email", marketing: "contact.email", sales: "lead.Email", type: "email" },
  { ...FIELD, name: "contact.jobtitle", marketing: "contact.jobtitle", sales: "lead.Title" },
];

export interface Stand {
  readonly marketing: FakeCrm;
  readonly sales: FakeCrm;
  readonly pair: Connector;
  readonly links: Map<string, string>;
  /** Addresses of people who were erased. */
  readonly erased: Set<string>;
  rules: PairRules;
}

/** A pair of two empty CRMs. */
export function aPair(): Stand {
  const marketing = fakeCrm("hubspot", ["contact", "company"]);
  const sales = fakeCrm("salesforce", ["lead", "account"]);
  const links = new Map<string, string>();
  const book: LinkBook = {
    of: (leads) =>
      Promise.resolve(
        new Map(
          leads.flatMap((lead) => {
            const counterpart = links.get(lead);
            const link: Link = { lead, counterpart: counterpart ?? "", by: "made", agreed: {}, linkedAt: 0 };
            return counterpart === undefined ? [] : [[lead, link] as const];
          }),
        ),
      ),
    leadsOf: (counterparts) =>
      Promise.resolve(
        new Map([...links].filter(([, id]) => counterparts.includes(id)).map(([lead, id]) => [id, lead])),
      ),
    save(fresh) {
      const held = new Set(links.values());
      const own = fresh.filter(
        ({ lead, counterpart }) => links.get(lead) === counterpart || !held.has(counterpart),
      );
      for (const { lead, counterpart } of own) links.set(lead, counterpart);
      return Promise.resolve(new Set(own.map(({ lead }) => lead)));
    },
    erased: (emails) => Promise.resolve(new Set(emails.filter((email) => stand.erased.has(email)))),
  };
  const stand: Stand = {
    marketing,
    sales,
    links,
    erased: new Set(),
    rules: { fields: FIELDS, makes: "now", admits: false },
    pair: pairedConnector({
      marketing: marketing.connector,
      sales: sales.connector,
      links: book,
      rules: () => stand.rules,
      now: () => 0,
    }),
  };
  return stand;
}

export const lead = (id: string): LeadRef => ({ crm: "hubspot", id });
export const WANTED = {
  properties: ["contact.email", "lead.Title"],
  history: [],
  deals: true,
  lists: false,
} as const;

/** A person of both CRMs, by an address. */
export function anOwner(id: string, email: string, rest: Partial<Owner> = {}): Owner {
  return { id, kind: "person", email, name: email, active: true, teams: [], ...rest };
}
