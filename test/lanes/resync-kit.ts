/** A lane over a bare store whose two CRMs are maps that count what they are asked. Leads are named by numbers, records by 00Q and the same. */
import type { Connector } from "../../src/connector.ts";
import { deliverBulk } from "../../src/deliver/index.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { resync } from "../../src/lanes/resync.ts";
import type { Receipt, Write } from "../../src/model/effect.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { CrmRecord } from "../../src/model/record.ts";
import type { SyncField } from "../../src/model/sync.ts";
import { loadLinks, saveLinks } from "../../src/store/links.ts";
import type { Store } from "../../src/store/open.ts";
import { askResync, loadResync, type Resync } from "../../src/store/resyncs.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { openLane } from "./matching-kit.ts";

export const NOW: Instant = Date.UTC(2026, 10, 17, 9);

const COMMON = { direction: "both", winner: "latest", otherwise: "sales", type: "text" } as const;
const FIELDS: readonly SyncField[] = [
  { ...COMMON, name: "contact.email", marketing: "contact.email", sales: "lead.Email", type: "email" },
  { ...COMMON, name: "contact.jobtitle", marketing: "contact.jobtitle", sales: "lead.Title" },
  { ...COMMON, name: "contact.city", marketing: "contact.city", sales: "lead.City", winner: "marketing" },
];

/** One person: what each CRM holds by path; without `sales` they are in marketing's alone. */
export interface Person {
  marketing: Record<string, string>;
  sales?: Record<string, string>;
  /** When each side was changed last. */
  at?: { marketing: Instant; sales: Instant };
  /** What the record in sales' CRM has become, by a conversion or a merge. */
  became?: string;
}

export interface FakePair {
  readonly lane: Lane;
  readonly people: Map<string, Person>;
  /** What was asked, in order: `glance 2000`, `read 3`, `changed`, `write 5`. */
  readonly asked: string[];
  readonly written: Write[];
  /** Thrown by the next call that begins so, once. */
  failing: { readonly call: string; readonly with: Error } | undefined;
  /** The process dies when it has come into touch with the connector so often. */
  dieAfter: number | undefined;
  /** What becomes of a write: nothing yet, or all of it but these paths, which the record has not. */
  writing: "not-now" | "in-doubt" | { readonly dropped: readonly string[] };
  /** Leads a page of those that were modified. */
  modified: readonly (readonly string[])[];
  now: Instant;
  /** Links everybody who is in both. */
  link(): Promise<void>;
  ask(over?: Partial<Resync>): Promise<void>;
  /** Pages until nothing is due, and what was planned is written. @returns How many pages. */
  work(): Promise<number>;
  standing(): Promise<Resync>;
}

export async function openFakePair(store: Store, id: string): Promise<FakePair> {
  const playbook = aPlaybook();
  const fields = {
    ...playbook.fields,
    sync: { fields: FIELDS, create: "never", createInHubspot: "never", coexist: "no" } as const,
  };
  let serial = 0;
  const bare = await openLane({
    store,
    id,
    playbook: () => ({ ...playbook, fields }),
    now: () => NOW,
    accounts: () => Promise.resolve({ accounts: [] }),
  });
  const made: Omit<FakePair, "lane"> = {
    people: new Map(),
    asked: [],
    written: [],
    failing: undefined,
    dieAfter: undefined,
    writing: { dropped: [] },
    modified: [],
    now: NOW,
    async link() {
      const pairs = [...fake.people].filter(([, { sales }]) => sales !== undefined);
      await saveLinks(
        store.db,
        id,
        pairs.map(([lead]) => ({ lead, counterpart: `00Q${lead}`, by: "made" })),
        NOW,
      );
    },
    async ask(over = {}) {
      serial += 1;
      const nothing = { looked: 0, differing: 0, written: 0, calls: 0, counts: {} };
      const fresh = { id: `r${serial}`, subject: "fields", isDry: false, askedAt: fake.now } as const;
      await askResync(store.db, id, { ...fresh, ...nothing, ...over });
    },
    async work() {
      let pages = 0;
      while (pages < 50 && (await resync(fake.lane))) {
        pages += 1;
        await deliverBulk(fake.lane);
      }
      return pages;
    },
    async standing() {
      const found = await loadResync(store.db, id);
      if (found === undefined) throw new Error("nobody asked");
      return found;
    },
  };
  const fake: FakePair = Object.assign(made, { lane: bare });
  const installation = { ...bare.installation, sales: { ...bare.installation, id: `${id}-org` } };
  Object.assign(fake, {
    lane: { ...bare, installation, now: () => fake.now, connector: connectorOver(fake, bare) },
  });
  return fake;
}

function connectorOver(fake: FakePair, bare: Lane): Connector {
  const touched = (): void => {
    if (fake.dieAfter === undefined) return;
    fake.dieAfter -= 1;
    if (fake.dieAfter < 0) throw new Error("killed");
  };
  const called = (call: string): void => {
    touched();
    fake.asked.push(call);
    const { failing } = fake;
    if (failing === undefined || !call.startsWith(failing.call)) return;
    fake.failing = undefined;
    throw failing.with;
  };
  const recordOf = async (asked: LeadRef, isTimed: boolean): Promise<CrmRecord> => {
    const person = fake.people.get(asked.id);
    if (person === undefined) return { found: false, asked };
    const { marketing, sales, at } = person;
    const isLinked = (await loadLinks(fake.lane.store.db, bare.installation.id, [asked.id])).has(asked.id);
    const times = (side: Readonly<Record<string, string>> = {}, when: Instant): CrmHistory =>
      Object.fromEntries(Object.entries(side).map(([path, value]) => [path, [{ value, at: when }]]));
    const history = isTimed && at ? { ...times(marketing, at.marketing), ...times(sales, at.sales) } : {};
    return {
      found: true,
      asked,
      lead: asked,
      deals: [],
      history,
      readAt: fake.now,
      values: { ...marketing, ...sales },
      ...(sales === undefined
        ? {}
        : {
            sales: {
              lead: { crm: "salesforce", id: person.became ?? `00Q${asked.id}` },
              by: isLinked ? "link" : "email",
              isGone: false,
            },
          }),
    };
  };
  const connector: Connector = {
    ...bare.connector,
    async glance(leads) {
      called(`glance ${leads.length}`);
      const links = await loadLinks(
        fake.lane.store.db,
        bare.installation.id,
        leads.map(({ id }) => id),
      );
      return leads.filter(({ id }) => links.has(id)).map((lead) => glanced(fake, lead));
    },
    async read(leads) {
      called(`read ${leads.length}`);
      return await Promise.all(leads.map((lead) => recordOf(lead, true)));
    },
    changedSince(_since, after = "0") {
      called("changed");
      const leads = (fake.modified[Number(after)] ?? []).map((id) => ({
        lead: { crm: "hubspot" as const, id },
        modifiedAt: NOW,
      }));
      const next = Number(after) + 1;
      return Promise.resolve({ leads, ...(next < fake.modified.length ? { next: String(next) } : {}) });
    },
    apply(writes) {
      fake.asked.push(`write ${writes.length}`);
      const { writing } = fake;
      if (typeof writing === "string") {
        const outcome = writing === "not-now" ? "not-applied" : "unknown";
        return Promise.resolve(writes.map(({ key }) => ({ key, outcome, code: "crm.server-error" })));
      }
      fake.written.push(...writes);
      for (const write of writes) applyOne(fake, write, writing.dropped);
      return Promise.resolve(
        writes.map(({ key, lead }): Receipt => ({ key, outcome: "applied", id: lead.id, ...writing })),
      );
    },
    look: (writes) => Promise.resolve(writes.map(({ key }) => ({ key, seen: "no" }))),
    spent() {
      touched();
      return fake.asked.length;
    },
    day: () => ({ used: 1_000 + fake.asked.length, most: 100_000 }),
    asBulk: () => connector,
  };
  return connector;
}

type CrmHistory = Extract<CrmRecord, { found: true }>["history"];

function glanced(fake: FakePair, asked: LeadRef): CrmRecord {
  const person = fake.people.get(asked.id);
  if (person?.sales === undefined) return { found: false, asked };
  const id = person.became ?? `00Q${asked.id}`;
  const sales = { lead: { crm: "salesforce", id }, by: "link", isGone: false } as const;
  const values = { ...person.marketing, ...person.sales };
  return { found: true, asked, lead: asked, deals: [], history: {}, readAt: fake.now, values, sales };
}

function applyOne(fake: FakePair, write: Write, dropped: readonly string[]): void {
  const person = fake.people.get(write.lead.id);
  if (write.kind !== "sync-fields" || person === undefined) return;
  const side = write.side === "marketing" ? person.marketing : (person.sales ?? {});
  for (const [path, { to }] of Object.entries(write.values))
    if (dropped.includes(path)) continue;
    else if (to === "") delete side[path];
    else side[path] = to;
}

/** Somebody in both CRMs, the same in each but for what is said. */
export function both(
  lead: string,
  marketing: Readonly<Record<string, string>> = {},
  sales: Readonly<Record<string, string>> = {},
): readonly [string, Person] {
  const email = `p${lead}@example.com`;
  return [
    lead,
    {
      marketing: { "contact.email": email, "contact.jobtitle": "CFO", ...marketing },
      sales: { "lead.Email": email, "lead.Title": "CFO", ...sales },
    },
  ];
}
