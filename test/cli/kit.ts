/** The real binary as a child process, and a database filled through the store's own functions. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { childEnvironment } from "../support/child-env.ts";
import type { Decision } from "../../src/model/decision.ts";
import type { WriteBody } from "../../src/model/effect.ts";
import { HOUR_MS, type Instant, MINUTE_MS } from "../../src/model/instant.ts";
import type { LeadRef, Snapshot } from "../../src/model/lead.ts";
import { setClocks } from "../../src/store/clocks.ts";
import { markAttempting, planEffects, settleEffects } from "../../src/store/effects.ts";
import { postponeEvents, settleEvents, waitingEvents } from "../../src/store/events.ts";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { saveLeads } from "../../src/store/leads.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { savePlaybook } from "../../src/store/playbooks.ts";
import { saveDecisions, saveTurn, type StoredDecision } from "../../src/store/turns.ts";
import { saveUnmapped } from "../../src/store/unmapped.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { shippedFiles } from "../playbook/kit.ts";

/** Tuesday 17 November 2026, 14:02:11 UTC. */
export const DECIDED_AT: Instant = Date.UTC(2026, 10, 17, 14, 2, 11);
export const PORTAL = "424242";
export const LEAD: LeadRef = { crm: "hubspot", id: "10001" };
export const HANDOFF = "hF3kQ9zT1mXw7RbA";
export const EMAIL = "vera.lang@northwind.example";
export const KEY = Buffer.alloc(32, "baton test key 1").toString("base64");

const BATON = fileURLToPath(new URL("../../bin/baton.js", import.meta.url));
export const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

/** What a run of the binary left behind. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `baton` to its end, with nothing of this process's settings. */
export async function baton(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = CHECKOUT,
): Promise<Run> {
  const child = spawn(process.execPath, [BATON, ...args], {
    cwd,
    env: childEnvironment({ CI: "1", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, out, err };
}

/** A database file for the tests of one file, filled by `fill`. */
export function useFile(fill: (store: Store) => Promise<void>): {
  readonly env: () => Readonly<Record<string, string>>;
  readonly path: (name: string) => string;
  /** Looks into the file as another process would. */
  readonly look: <T>(work: (store: Store) => Promise<T>) => Promise<T>;
} {
  let folder = "";
  const url = (): string => `sqlite:${join(folder, "baton.sqlite")}`;
  const look = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openStore(url());
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "baton-cli-"));
    await look(fill);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    env: () => ({ BATON_DATABASE_URL: url(), BATON_SECRET_KEYS: KEY }),
    path: (name) => join(folder, name),
    look,
  };
}

/** Acme's portal with everything that happened to Vera Lang of Northwind. */
export async function fillWithVera(store: Store, tenant: string = PORTAL): Promise<void> {
  const { id } = await saveInstallation(
    store.db,
    { id: `inst-${tenant}`, crm: "hubspot", tenant, capabilities: CAPABILITIES },
    DECIDED_AT - 24 * HOUR_MS,
  );
  await saveTurn(
    store.db,
    id,
    { id: `turn-${tenant}`, roster: { reps: [], owners: [], standings: new Map() }, playbook: VERSION },
    DECIDED_AT,
  );
  await savePlaybook(store.db, VERSION, shippedFiles(), DECIDED_AT);
  await saveDecisions(store.db, id, `turn-${tenant}`, [VERA]);
  await saveHandoffs(store.db, [
    {
      installation: id,
      id: HANDOFF,
      lead: LEAD.id,
      account: "77",
      scope: "lead",
      state: "with-sales",
      type: "hand-raiser",
      rule: "EMEA enterprise",
      reason: "largest weighted shortfall in emea-sdr",
      rep: "lena@acme.example",
      owner: "501",
      owner_name: "Lena Vogt",
      playbook: VERSION,
      occurred_at: DECIDED_AT - 4_200,
      received_at: DECIDED_AT - 900,
      read_at: DECIDED_AT - 40,
      decided_at: DECIDED_AT,
      written_at: DECIDED_AT + 200_000,
      closed_at: null,
      closed_because: null,
      ...NO_COURSE,
    },
  ]);
  await setClocks(store.db, id, [
    { handoff: HANDOFF, lead: LEAD.id, clocks: VERA.decision.plan.clocks.slice(1) },
  ]);
  await saveEffects(store, id);
  await saveEvents(store, id, tenant);
  await saveLeads(
    store.db,
    id,
    [
      {
        lead: LEAD.id,
        email: null,
        name: null,
        role: null,
        account: "77",
        outcome: "ready",
        reason: "hand-raiser",
        decision: HANDOFF,
        surroundings: null,
      },
    ],
    DECIDED_AT,
  );
  await saveUnmapped(store.db, id, VERA.snapshot.unmapped, DECIDED_AT);
}

async function saveEffects(store: Store, id: string): Promise<void> {
  const names = {
    "update-lead": "lead",
    "create-task": "task",
    "create-note": "note",
    "start-sequence": "sequence",
    "add-to-list": "list",
    "sync-fields": "sync",
    "answer-request": "answer",
  } as const;
  const planned = VERA.decision.plan.writes.map((body) => ({
    write: { ...body, key: `${HANDOFF}.${names[body.kind]}`, lead: LEAD },
    decision: HANDOFF,
    handoff: HANDOFF,
  }));
  await planEffects(store.db, id, planned, DECIDED_AT);
  await markAttempting(
    store.db,
    id,
    planned.map(({ write }) => write.key),
    DECIDED_AT + 50,
  );
  await settleEffects(
    store.db,
    id,
    [
      { key: `${HANDOFF}.lead`, state: "confirmed", crmId: LEAD.id, dropped: ["stage"] },
      {
        key: `${HANDOFF}.task`,
        state: "refused",
        code: "crm.invalid",
        reason: "hs_task_priority: URGENT is not an option",
      },
      {
        key: `${HANDOFF}.note`,
        state: "parked",
        code: "deliver.gave-up",
        reason: "its fate could not be told in a day; last: crm.timeout",
      },
    ],
    DECIDED_AT + 200_000,
  );
}

async function saveEvents(store: Store, id: string, tenant: string): Promise<void> {
  const head = { tenant, occurredAt: DECIDED_AT - 4_200, urgency: "live" } as const;
  const events: readonly CrmEvent[] = [
    {
      ...head,
      key: "a",
      kind: "lead-changed",
      lead: LEAD,
      field: "conversion",
      property: "num_conversion_events",
    },
    {
      ...head,
      key: "b",
      kind: "lead-changed",
      lead: { crm: "hubspot", id: "10002" },
      field: "other",
      property: "jobtitle",
    },
    {
      ...head,
      key: "c",
      kind: "form-submitted",
      submission: {
        id: "s1",
        form: "demo-request",
        submittedAt: DECIDED_AT - 5_000,
        email: "Stranger@Fabrikam.example",
        answers: [],
      },
    },
  ];
  await insertOwnEvents(store.db, id, events, DECIDED_AT - 900);
  const [first, second, third] = await waitingEvents(store.db, id, DECIDED_AT, 10);
  await settleEvents(store.db, first === undefined ? [] : [first.seq], "done", "ready");
  await settleEvents(store.db, second === undefined ? [] : [second.seq], "parked", "decide.failed");
  await postponeEvents(
    store.db,
    third === undefined ? [] : [third.seq],
    Number.MAX_SAFE_INTEGER,
    "lead not found yet",
    true,
  );
}

const VERSION = "3f2a91c0d4e5";
/** What the CRM lets Baton do in these tests. */
export const CAPABILITIES = {
  taskKey: "unique-property",
  noteKey: "marker",
  deals: true,
  workingHours: false,
  submissions: true,
  callbacks: true,
  lists: true,
  touches: true,
  sequences: true,
} as const;

const WRITES: readonly WriteBody[] = [
  {
    kind: "update-lead",
    owner: { to: "501" },
    stage: { to: "salesqualifiedlead", seen: "lead" },
    properties: { "contact.baton_handoff_status": "with-sales", "contact.baton_why_now": "Asked for a demo" },
  },
  {
    kind: "create-task",
    ownerId: "501",
    subject: "Call Vera Lang (Northwind)",
    html: "<p>Call</p>",
    dueAt: DECIDED_AT + 15 * MINUTE_MS,
    priority: "high",
    action: "call",
  },
  { kind: "create-note", ownerId: "501", html: "<p>Why now</p>", at: DECIDED_AT },
];

const DECISION: Decision = {
  verdict: {
    outcome: "ready",
    type: "hand-raiser",
    reason: "hand-raiser",
    score: 41,
    findings: [
      {
        says: "type hand-raiser",
        truth: "yes",
        source: "definition.yaml:4",
        parts: [
          {
            says: "any of (form demo-request, pricing within 24h; signal product)",
            truth: "yes",
            source: "definition.yaml:5",
            parts: [
              {
                says: "form demo-request, pricing within 24h",
                truth: "yes",
                saw: "demo-request, 4 s ago",
                source: "definition.yaml:6",
              },
              {
                says: "product event Workspace Activated within 14d",
                truth: "no",
                saw: "none",
                source: "definition.yaml:7",
              },
            ],
          },
        ],
      },
      {
        says: "consent",
        truth: "yes",
        parts: [{ says: "lead.opted_out is not true", truth: "unknown", source: "definition.yaml:40" }],
      },
    ],
  },
  assignment: {
    outcome: "assigned",
    rule: "EMEA enterprise",
    because: "largest weighted shortfall in emea-sdr",
    ownerId: "501",
    ownerName: "Lena Vogt",
    rep: "lena@acme.example",
    pool: "emea-sdr",
    counts: true,
    candidates: [
      { rep: "lena@acme.example", eligible: true, because: "largest shortfall", shortfall: 300 },
      { rep: "tomas@acme.example", eligible: true, because: "smaller shortfall", shortfall: -100 },
      { rep: "amelie@acme.example", eligible: false, because: "away until 21 Nov" },
    ],
    findings: [
      {
        says: 'rule "Keep the account\'s owner"',
        truth: "no",
        source: "routing.yaml:9",
        parts: [{ says: "account.owner known", truth: "no", saw: "nothing", source: "routing.yaml:9" }],
      },
      { says: 'rule "EMEA enterprise"', truth: "yes", source: "routing.yaml:14" },
    ],
  },
  plan: {
    writes: WRITES,
    clocks: [
      { kind: "first-attempt", dueAt: DECIDED_AT + 15 * MINUTE_MS },
      { kind: "meaningful-touch", dueAt: DECIDED_AT + 4 * HOUR_MS },
    ],
    notices: [],
  },
  playbookVersion: VERSION,
  decidedAt: DECIDED_AT,
};

const SNAPSHOT: Snapshot = {
  decisionId: HANDOFF,
  lead: LEAD,
  leadUrl: `https://app.hubspot.com/contacts/${PORTAL}/record/0-1/${LEAD.id}`,
  accountId: "77",
  facts: {
    "lead.email": { value: EMAIL, from: "contact.email" },
    "lead.role": { value: "VP Marketing", from: "contact.jobtitle" },
  },
  unmapped: [
    {
      field: "lead.source",
      from: "contact.hs_analytics_source",
      // Somebody's attempt to paint over the line it is printed on.
      value: "CARRIER\u001B[2KPIGEON",
      suggestion: "CARRIER_PIGEON: carrier-pigeon",
    },
  ],
  signals: [{ key: "s1", kind: "form-submitted", form: "demo-request", at: DECIDED_AT - 4_200 }],
  readAt: DECIDED_AT - 40,
};

const VERA: StoredDecision = { snapshot: SNAPSHOT, decision: DECISION, handoff: HANDOFF };
