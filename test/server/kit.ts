/**
 * A server for tests: the real Fastify on loopback, around a tiny CRM app and stores that live in memory.
 * The tiny app speaks `sha256 <hex of secret + url + body>` in `x-tiny-signature`, and its events name their tenant.
 */
import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Connector } from "../../src/connector.ts";
import type { CrmApp, Endpoint, RawRequest, Reception } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import type { Connections, OAuthStates } from "../../src/install/flow.ts";
import { UNPROBED } from "../../src/install/flow.ts";
import { createLog } from "../../src/log.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import type { Delivery } from "../../src/receive/receive.ts";
import { buildServer, type ServerDeps } from "../../src/server/build.ts";
import { createMetrics } from "../../src/server/metrics.ts";

export const NOW = Date.UTC(2026, 10, 17, 9, 30);
const SECRET = "tiny-secret";
const METRICS_TOKEN = "tiny-token-of-the-metrics";
/** What the tiny CRM's endpoint takes at most. */
export const MOST_BYTES = 4_096;
/** What an admin pastes into the tiny CRM. */
export const STEP_KEY = "tiny-key-of-a-step";

export function sign(url: string, body: Uint8Array | string): string {
  return createHmac("sha256", SECRET).update(url).update(body).digest("hex");
}

const endpoint: Endpoint = {
  method: "POST",
  path: "/tiny/webhooks",
  maxBytes: MOST_BYTES,
  receive(request: RawRequest): Reception {
    if (request.headers["x-tiny-signature"] !== sign(request.url, request.body)) {
      throw new BatonError("receive.bad-signature", "The signature does not match the body.");
    }
    const events: CrmEvent[] = [];
    const refused: { code: string; detail: string }[] = [];
    for (const item of listIn(request.body)) {
      const event = eventIn(item);
      if (event === undefined)
        refused.push({ code: "receive.bad-event", detail: "an event without a tenant" });
      else events.push(event);
    }
    return { events, refused, answer: { status: 200, body: { taken: events.length } } };
  },
};

function listIn(body: Uint8Array): readonly unknown[] {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new BatonError("receive.bad-body", "The body is not JSON.", { cause });
  }
  if (!Array.isArray(content)) throw new BatonError("receive.bad-body", "The body is not a list.");
  return content;
}

function eventIn(item: unknown): CrmEvent | undefined {
  if (typeof item !== "object" || item === null || !("tenant" in item) || !("id" in item)) return undefined;
  const { tenant, id } = item;
  if (typeof tenant !== "string" || typeof id !== "string") return undefined;
  return {
    kind: "lead-created",
    key: id,
    tenant,
    occurredAt: NOW,
    urgency: "live",
    lead: { crm: "hubspot", id },
  };
}

/** What the tiny CRM was asked during an installation, and how it answers. */
interface TinyCrm {
  readonly app: CrmApp;
  readonly exchanged: { code: string; verifier: string }[];
  prepareFails: BatonError | undefined;
  exchangeFails: Error | undefined;
  closedCount: number;
}

function tinyCrm(): TinyCrm {
  const crm: TinyCrm = {
    exchanged: [],
    prepareFails: undefined,
    exchangeFails: undefined,
    closedCount: 0,
    app: {
      crm: "hubspot",
      endpoints: [endpoint],
      authorizeUrl: (state, challenge) =>
        `https://crm.example/authorize?state=${state}&code_challenge=${challenge}`,
      exchange: async (code, verifier) => {
        crm.exchanged.push({ code, verifier });
        if (crm.exchangeFails !== undefined) throw crm.exchangeFails;
        const tokens = { access: "at-1", refresh: "rt-1", expiresAt: NOW + 1_800_000, scopes: ["oauth"] };
        return { tenant: "62515", tokens };
      },
      connect: () => connectorOf(crm),
      answering: () => [],
      setupNotes: (tenant) => [
        { title: "A step", text: `What <${tenant}> pastes`, code: `{ "key": "${STEP_KEY}" }` },
      ],
    },
  };
  return crm;
}

function connectorOf(crm: TinyCrm): Connector {
  const unasked = (): never => {
    throw new Error("an installation asks nothing but prepare and close");
  };
  return {
    crm: "hubspot",
    objects: [],
    capabilities: UNPROBED,
    read: unasked,
    glance: unasked,
    spent: () => 0,
    findByEmail: unasked,
    owners: unasked,
    accounts: unasked,
    submissions: unasked,
    changedSince: unasked,
    changesOf: unasked,
    apply: unasked,
    look: unasked,
    ownRecords: unasked,
    touches: unasked,
    leadsOf: unasked,
    leave: unasked,
    asBulk: unasked,
    leadUrl: unasked,
    vocabulary: unasked,
    prepare: async () => {
      if (crm.prepareFails !== undefined) throw crm.prepareFails;
      return { ...UNPROBED, taskKey: "unique-property", deals: true };
    },
    close: async () => {
      crm.closedCount += 1;
    },
  };
}

/** Stores in memory, with a switch for each way they fail. */
interface Memory {
  readonly events: Map<string, CrmEvent>;
  readonly tenants: Map<string, string>;
  readonly flows: Map<string, { crm: string; remember: string; expiresAt: number }>;
  readonly installations: Map<string, { capabilities: unknown; tenant: string }>;
  /** Called in the middle of storing: throw, or wait. */
  beforeStore: () => Promise<void>;
  now: number;
}

export interface TestServer {
  readonly app: FastifyInstance;
  readonly origin: string;
  readonly port: number;
  readonly memory: Memory;
  readonly crm: TinyCrm;
  /** Everything that was logged. */
  logged(): string;
  /** Sends a signed body to the tiny endpoint. */
  post(body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** What `/metrics` says to whoever may read it. */
  scrape(): Promise<string>;
}

export async function startServer(
  overrides: Partial<ServerDeps> = {},
  whileStopping: () => Promise<void> = async () => undefined,
): Promise<TestServer> {
  const lines: string[] = [];
  const crm = tinyCrm();
  const memory = newMemory();
  const app = await buildServer({
    config: { publicUrl: "https://baton.example", trustProxy: false, metricsToken: METRICS_TOKEN },
    log: createLog({ level: "trace", destination: { write: (line) => void lines.push(line) } }),
    metrics: createMetrics({ process: false }),
    now: () => memory.now,
    apps: [crm.app],
    inbox: { store: async (deliveries) => await storeIn(memory, deliveries) },
    installations: {
      byTenant: async (_crm, tenant) => {
        const id = memory.tenants.get(tenant);
        return id === undefined ? undefined : { id };
      },
    },
    install: {
      states: statesIn(memory),
      connections: connectionsIn(memory),
      offered: () => ({ answers: ["accepted"], reasons: ["timing"] }),
    },
    handoffs: { find: async () => undefined },
    checks: { store: () => true },
    ...overrides,
  });
  app.addHook("preClose", whileStopping);
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  const port = Number(new URL(origin).port);
  return {
    app,
    origin,
    port,
    memory,
    crm,
    logged: () => lines.join(""),
    post: async (body, headers = {}) =>
      await fetch(`${origin}/tiny/webhooks`, {
        method: "POST",
        body: typeof body === "string" ? body : Buffer.from(body),
        headers: { "x-tiny-signature": sign("https://baton.example/tiny/webhooks", body), ...headers },
      }),
    scrape: async () => {
      const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
      return await (await fetch(`${origin}/metrics`, { headers })).text();
    },
  };
}

function newMemory(): Memory {
  return {
    events: new Map(),
    tenants: new Map([
      ["62515", "i-1"],
      ["62516", "i-2"],
    ]),
    flows: new Map(),
    installations: new Map(),
    beforeStore: async () => undefined,
    now: NOW,
  };
}

async function storeIn(
  memory: Memory,
  deliveries: readonly Delivery[],
): Promise<{ stored: number; duplicates: number }> {
  await memory.beforeStore();
  let [stored, duplicates] = [0, 0];
  for (const { installation, events } of deliveries) {
    for (const event of events) {
      const key = `${installation} ${event.key}`;
      if (memory.events.has(key)) duplicates += 1;
      else stored += 1;
      memory.events.set(key, event);
    }
  }
  return { stored, duplicates };
}

function statesIn(memory: Memory): OAuthStates {
  return {
    put: async ({ state, ...flow }) => {
      memory.flows.set(state, flow);
    },
    take: async (crm, state) => {
      const flow = memory.flows.get(state);
      memory.flows.delete(state);
      return flow !== undefined && flow.crm === crm && flow.expiresAt > memory.now
        ? flow.remember
        : undefined;
    },
  };
}

function connectionsIn(memory: Memory): Connections {
  return {
    save: async (_crm, grant, capabilities) => {
      memory.installations.set("i-1", { tenant: grant.tenant, capabilities });
      const load = async () => grant.tokens;
      return { installation: "i-1", vault: { load, renew: load } };
    },
    saveCapabilities: async (installation, capabilities) => {
      memory.installations.set(installation, { tenant: "62515", capabilities });
    },
  };
}

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request as `fetch` refuses to send it: any method, path, headers and body. */
export async function rawRequest(
  server: TestServer,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: Uint8Array | string },
): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    const { method = "GET", path, headers = {}, body } = options;
    const request = httpRequest(
      { host: "127.0.0.1", port: server.port, method, path, headers, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            headers: answer.headers,
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
