/** The first schema. Column meanings stand in ../schema-*.ts; `?` marks a column that may be null. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

type Column = "text" | "text?" | "instant" | "instant?" | "count" | "serial";

interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  readonly key: readonly string[];
  readonly unique?: readonly string[];
}

const TABLES: Readonly<Record<string, Table>> = {
  installations: {
    columns: {
      id: "text",
      crm: "text",
      tenant: "text",
      state: "text",
      capabilities: "text",
      created_at: "instant",
      updated_at: "instant",
    },
    key: ["id"],
    unique: ["crm", "tenant"],
  },
  connections: {
    columns: { installation: "text", sealed: "text", expires_at: "instant", updated_at: "instant" },
    key: ["installation"],
  },
  oauth_states: {
    columns: { digest: "text", crm: "text", sealed: "text", expires_at: "instant" },
    key: ["digest"],
  },
  events: {
    columns: {
      seq: "serial",
      installation: "text",
      key: "text",
      kind: "text",
      lead: "text?",
      urgency: "count",
      body: "text",
      occurred_at: "instant",
      received_at: "instant",
      not_before: "instant",
      attempts: "count",
      state: "text",
      outcome: "text?",
    },
    key: ["seq"],
    unique: ["installation", "key"],
  },
  signals: {
    columns: { installation: "text", lead: "text", key: "text", at: "instant", body: "text" },
    key: ["installation", "lead", "key"],
  },
  leads: {
    columns: {
      installation: "text",
      lead: "text",
      account: "text?",
      outcome: "text?",
      reason: "text?",
      decision: "text?",
      seen_at: "instant",
    },
    key: ["installation", "lead"],
  },
  merges: {
    columns: { installation: "text", lead: "text", survivor: "text", merged_at: "instant" },
    key: ["installation", "lead"],
  },
  handoffs: {
    columns: {
      installation: "text",
      id: "text",
      lead: "text",
      state: "text",
      type: "text",
      rule: "text?",
      reason: "text?",
      rep: "text?",
      owner: "text?",
      owner_name: "text?",
      playbook: "text",
      occurred_at: "instant",
      received_at: "instant",
      read_at: "instant",
      decided_at: "instant",
      written_at: "instant?",
      closed_at: "instant?",
      closed_because: "text?",
    },
    key: ["installation", "id"],
  },
  turns: {
    columns: {
      installation: "text",
      id: "text",
      roster: "text",
      standings: "text",
      playbook: "text",
      decided_at: "instant",
    },
    key: ["installation", "id"],
  },
  rosters: {
    columns: { installation: "text", digest: "text", body: "text" },
    key: ["installation", "digest"],
  },
  decisions: {
    columns: {
      installation: "text",
      id: "text",
      turn: "text",
      ordinal: "count",
      lead: "text",
      handoff: "text?",
      outcome: "text",
      reason: "text",
      snapshot: "text",
      decision: "text",
      inert: "count",
      decided_at: "instant",
    },
    key: ["installation", "id"],
  },
  effects: {
    columns: {
      installation: "text",
      key: "text",
      decision: "text",
      handoff: "text?",
      lead: "text",
      kind: "text",
      body: "text",
      owner_to: "text?",
      stage_to: "text?",
      state: "text",
      attempts: "count",
      next_at: "instant",
      crm_id: "text?",
      code: "text?",
      reason: "text?",
      dropped: "text?",
      planned_at: "instant",
      attempted_at: "instant?",
      settled_at: "instant?",
    },
    key: ["installation", "key"],
  },
  clocks: {
    columns: { installation: "text", handoff: "text", lead: "text", kind: "text", due_at: "instant" },
    key: ["installation", "handoff", "kind"],
  },
  standings: {
    columns: {
      installation: "text",
      rep: "text",
      credits: "instant",
      open: "count",
      day: "text",
      today: "count",
      last_at: "instant",
    },
    key: ["installation", "rep"],
  },
  cursors: {
    columns: { installation: "text", name: "text", at: "instant", due_at: "instant" },
    key: ["installation", "name"],
  },
  playbooks: {
    columns: { version: "text", files: "text", loaded_at: "instant" },
    key: ["version"],
  },
  lanes: {
    columns: {
      installation: "text",
      fence: "instant",
      holder: "text?",
      held_until: "instant",
      retry_at: "instant",
      failures: "count",
      code: "text?",
    },
    key: ["installation"],
  },
  tombstones: {
    columns: { installation: "text", digest: "text", erased_at: "instant" },
    key: ["installation", "digest"],
  },
  unmapped: {
    columns: {
      installation: "text",
      field: "text",
      value: "text",
      origin: "text",
      suggestion: "text",
      seen_at: "instant",
    },
    key: ["installation", "field", "value"],
  },
  audit: {
    columns: {
      seq: "serial",
      installation: "text?",
      at: "instant",
      actor: "text",
      action: "text",
      detail: "text",
    },
    key: ["seq"],
  },
};

/** Partial indexes keep the cost of a look at what is due, not at what is stored. */
const INDEXES: readonly string[] = [
  "create index events_pending on events (installation, urgency, seq) where state = 'pending'",
  "create index events_waiting on events (not_before) where state = 'pending'",
  "create index events_lead on events (installation, lead)",
  "create unique index handoffs_open on handoffs (installation, lead) where closed_at is null",
  "create index handoffs_decided on handoffs (installation, decided_at)",
  "create index decisions_lead on decisions (installation, lead, decided_at)",
  "create index effects_due on effects (next_at) where state in ('planned', 'attempting', 'ambiguous')",
  "create index effects_lead on effects (installation, lead)",
  "create index effects_parked on effects (installation, state) where state in ('parked', 'refused')",
  "create index clocks_due on clocks (kind, due_at)",
  "create index cursors_due on cursors (due_at)",
  "create index merges_survivor on merges (installation, survivor)",
];

/** The steps for one dialect. SQLite's `integer` is already 64 bits wide and counts up by itself as a key. */
export function first(dialect: DialectName): Migration {
  const types: Readonly<Record<Column, string>> = {
    text: "text not null",
    "text?": "text",
    instant: dialect === "sqlite" ? "integer not null" : "bigint not null",
    "instant?": dialect === "sqlite" ? "integer" : "bigint",
    count: "integer not null",
    serial: dialect === "sqlite" ? "integer not null" : "bigserial not null",
  };
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const [name, table] of Object.entries(TABLES)) {
        const columns = Object.entries(table.columns).map(([column, type]) => `"${column}" ${types[type]}`);
        const keys = [
          `primary key (${quoted(table.key)})`,
          ...(table.unique ? [`unique (${quoted(table.unique)})`] : []),
        ];
        await sql.raw(`create table "${name}" (${[...columns, ...keys].join(", ")})`).execute(db);
      }
      for (const index of INDEXES) await sql.raw(index).execute(db);
    },
  };
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(", ");
}
