/** A lane over a bare store whose connector knows nothing but a list of accounts. */
import { randomBytes } from "node:crypto";
import type { Connector } from "../../src/connector.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import type { ReadLead } from "../../src/lanes/reading.ts";
import { createLog } from "../../src/log.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { AccountPage, CrmRecord } from "../../src/model/record.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import type { Identity } from "../../src/resolve/identity.ts";
import { resolve } from "../../src/resolve/index.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { holdLane } from "../../src/store/lanes.ts";
import { saveLeads } from "../../src/store/leads.ts";
import type { Store } from "../../src/store/open.ts";
import { saveDecisions, saveTurn } from "../../src/store/turns.ts";

const CAPABILITIES = {
  taskKey: "marker",
  noteKey: "marker",
  deals: false,
  workingHours: false,
  submissions: false,
  callbacks: false,
  lists: false,
  touches: false,
  sequences: false,
} as const;

export interface LaneSetup {
  readonly store: Store;
  readonly id: string;
  readonly playbook: () => Playbook;
  readonly now: () => Instant;
  readonly accounts: (after?: string) => Promise<AccountPage>;
}

export async function openLane({ store, id, playbook, now, accounts }: LaneSetup): Promise<Lane> {
  const fresh = { id, crm: "hubspot" as const, tenant: `t-${id}`, capabilities: CAPABILITIES };
  const installation = await saveInstallation(store.db, fresh, now());
  const hold = await holdLane(store.db, store.dialect, id, "test");
  if (hold === undefined) throw new Error("the lane is nobody's");
  return {
    store,
    installation,
    hold,
    playbook,
    now,
    connector: knowing(accounts),
    keys: [randomBytes(32)],
    log: createLog({ level: "silent" }),
    newId: () => randomBytes(8).toString("hex"),
    publicUrl: "https://baton.example",
    settleMs: 0,
    gatherMs: 0,
    owners: () => Promise.resolve([]),
    reconnect: () => undefined,
  };
}

function knowing(accounts: LaneSetup["accounts"]): Connector {
  const never = (): Promise<never> => Promise.reject(new Error("matching asks for nothing but accounts"));
  return {
    crm: "hubspot",
    objects: [],
    capabilities: CAPABILITIES,
    accounts: async (_wanted, after) => await accounts(after),
    read: never,
    glance: never,
    spent: () => 0,
    findByEmail: never,
    owners: never,
    submissions: never,
    changedSince: never,
    changesOf: never,
    apply: never,
    look: never,
    ownRecords: never,
    touches: never,
    leadsOf: never,
    vocabulary: never,
    prepare: never,
    leadUrl: ({ id }) => `https://crm.example/${id}`,
    leave: never,
    asBulk: () => knowing(accounts),
    close: () => Promise.resolve(),
  };
}

/** A lead as a turn has read it. */
export function aReadLead(
  id: string,
  values: Readonly<Record<string, string>>,
  more: Partial<Extract<CrmRecord, { found: true }>> = {},
): ReadLead {
  const lead = { crm: "hubspot", id } as const;
  return {
    work: { lead: id, events: [] },
    record: { found: true, asked: lead, lead, deals: [], values, history: {}, readAt: 0, ...more },
    fresh: [],
  };
}

/** What the turn's decision saw of one of its leads. */
export function snapshotOf(lane: Lane, { record }: ReadLead, identity: Identity | undefined): Snapshot {
  if (record.found !== true) throw new Error("the lead was found");
  return resolve(
    {
      record,
      signals: [],
      decisionId: lane.newId(),
      leadUrl: "https://crm.example",
      activities: new Map(),
      ...(identity === undefined ? {} : { identity }),
    },
    lane.playbook(),
  );
}

/** Stores decisions about these snapshots, as the commit of a turn does. */
export async function decide(lane: Lane, snapshots: readonly Snapshot[]): Promise<void> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const turn = lane.newId();
  const roster = { reps: [], owners: [], standings: new Map() };
  await saveTurn(db, id, { id: turn, roster, playbook: lane.playbook().version }, lane.now());
  await saveDecisions(
    db,
    id,
    turn,
    snapshots.map((snapshot) => ({
      snapshot,
      decision: {
        verdict: { outcome: "not-ready", reason: "nothing asks for it", findings: [] },
        plan: { writes: [], clocks: [], notices: [] },
        playbookVersion: lane.playbook().version,
        decidedAt: lane.now(),
      },
    })),
  );
  await saveLeads(
    db,
    id,
    snapshots.map(({ lead, decisionId, accountId }) => ({
      lead: lead.id,
      email: null,
      name: null,
      role: null,
      account: accountId ?? null,
      outcome: "not-ready",
      reason: "nothing asks for it",
      decision: decisionId,
      surroundings: null,
    })),
    lane.now(),
  );
}
