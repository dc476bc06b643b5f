/**
 * A CRM of a few dozen lines, for histories by the thousand: leads that stand as they stand, and calls that end as they are told.
 */
import type { Connector } from "../../src/connector.ts";
import type { Receipt, Sighting, Write } from "../../src/model/effect.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { CrmRecord } from "../../src/model/record.ts";
import type { Owner } from "../../src/model/rep.ts";

/** How a call ends: as it should, applied or not with the answer lost, or refused for now. */
export type Ending = "ok" | "lost after" | "lost before" | "not now";

/** What sales sees of one lead. Values that depend on when something was decided, and not on what, are left out. */
interface SeenLead {
  readonly owner: string;
  readonly stage: string;
  readonly values: Readonly<Record<string, string>>;
  readonly tasks: number;
  readonly notes: number;
}

/** A lead as it stands before anybody writes: `into` names the one it was merged into; one without values is gone. */
export interface Standing {
  readonly into?: string;
  readonly accountOwner?: string;
  readonly values?: Readonly<Record<string, string>>;
}

export interface OrderCrm {
  readonly connector: Connector;
  /** Endings of the calls to come, one each; then all end well. */
  readonly endings: Ending[];
  state(): Readonly<Record<string, SeenLead>>;
  answered(): readonly string[];
}

/** Where they stand, and when they are read. */
type Tenant = Pick<Connector, "capabilities"> & {
  readonly owners: readonly Owner[];
  readonly readAt: number;
};
type Kept = { -readonly [K in keyof SeenLead]: SeenLead[K] } & {
  readonly standing: Standing;
  values: Record<string, string>;
};

const DEPENDS_ON_TIME = new Set(["contact.baton_deadline", "contact.baton_handoff_link"]);

/** A CRM in which these leads stand. */
export function openOrderCrm(
  standings: Readonly<Record<string, Standing>>,
  { owners, capabilities, readAt }: Tenant,
): OrderCrm {
  const leads = new Map<string, Kept>(
    Object.entries(standings).map(([id, standing]) => [
      id,
      {
        standing,
        owner: "",
        stage: standing.values?.["contact.lifecyclestage"] ?? "",
        values: {},
        tasks: 0,
        notes: 0,
      },
    ]),
  );
  const done = new Map<string, string>();
  const answers = new Set<string>();
  const endings: Ending[] = [];

  const read = (asked: LeadRef): CrmRecord => {
    const id = leads.get(asked.id)?.standing.into ?? asked.id;
    const lead = leads.get(id);
    const { values, accountOwner } = lead?.standing ?? {};
    if (lead === undefined || values === undefined) return { found: false, asked };
    return {
      found: true,
      asked,
      lead: { crm: "hubspot", id },
      deals: [],
      lists: [],
      values: { ...values, ...lead.values },
      history: {},
      readAt,
      ...(lead.owner === "" ? {} : { ownerId: lead.owner }),
      ...(lead.stage === "" ? {} : { stage: lead.stage }),
      ...(accountOwner === undefined ? {} : { accountId: `a-${id}`, accountOwnerId: accountOwner }),
    };
  };
  const apply = (write: Write): string => {
    const lead = leads.get(write.lead.id);
    if (write.kind === "answer-request") answers.add(write.callback);
    else if (lead === undefined) throw new Error(`nobody is called ${write.lead.id}`);
    else if (write.kind === "create-task") lead.tasks += 1;
    else if (write.kind === "create-note") lead.notes += 1;
    else if (write.kind === "update-lead") {
      lead.owner = write.owner?.to ?? lead.owner;
      lead.stage = write.stage?.to ?? lead.stage;
      Object.assign(lead.values, write.properties);
    }
    done.set(write.key, `made-${done.size}`);
    return done.get(write.key) ?? "";
  };
  const attempt = (write: Write): Receipt => {
    const { key } = write;
    const ending = endings.shift() ?? "ok";
    if (ending === "not now") return { key, outcome: "not-applied", code: "crm.rate-limited" };
    if (ending === "lost before") return { key, outcome: "unknown", code: "crm.timeout" };
    const id = apply(write);
    return ending === "ok"
      ? { key, outcome: "applied", id }
      : { key, outcome: "unknown", code: "crm.timeout" };
  };
  const look = ({ key }: Write): Sighting => {
    const id = done.get(key);
    return id === undefined ? { key, seen: "no" } : { key, seen: "yes", id };
  };
  const never = (): Promise<never> => Promise.reject(new Error("nobody asks for this"));
  const connector: Connector = {
    crm: "hubspot",
    objects: ["contact", "company"],
    capabilities,
    read: (asked) => Promise.resolve(asked.map(read)),
    glance: () => Promise.resolve([]),
    spent: () => 0,
    findByEmail: () => Promise.resolve(new Map()),
    owners: () => Promise.resolve(owners),
    accounts: () => Promise.resolve({ accounts: [] }),
    submissions: () => Promise.resolve([]),
    changedSince: () => Promise.resolve({ leads: [] }),
    changesOf: () => Promise.resolve([]),
    apply: (writes) => Promise.resolve(writes.map(attempt)),
    look: (writes) => Promise.resolve(writes.map(look)),
    ownRecords: never,
    touches: () => Promise.resolve([]),
    leadsOf: () => Promise.resolve([]),
    vocabulary: never,
    prepare: never,
    leadUrl: ({ id }) => `https://crm.example/${id}`,
    leave: never,
    asBulk: () => connector,
    close: () => Promise.resolve(),
  };
  return {
    connector,
    endings,
    answered: () => [...answers].sort(),
    state: () => Object.fromEntries([...leads].map(([id, lead]) => [id, seen(lead)])),
  };
}

function seen({ owner, stage, values, tasks, notes }: Kept): SeenLead {
  const kept = Object.entries(values).filter(([name]) => !DEPENDS_ON_TIME.has(name));
  return { owner, stage, values: Object.fromEntries(kept), tasks, notes };
}
