/** A portal of the sandbox with a connector on it, for tests: tokens live in memory, waiting takes no time. */
import type { Gateway, Tuning } from "../../../connectors/http/gateway.ts";
import type { WriteOf } from "../../../connectors/hubspot/compose.ts";
import type { HubSpotConfig } from "../../../connectors/hubspot/config.ts";
import { hubspotConnector } from "../../../connectors/hubspot/connector.ts";
import { createGateway } from "../../../connectors/hubspot/gateway.ts";
import { hubspotApp } from "../../../connectors/hubspot/index.ts";
import { hubspotOAuth } from "../../../connectors/hubspot/oauth.ts";
import { startSandbox } from "../../../sandbox/index.ts";
import type { App, Portal, Sandbox } from "../../../sandbox/index.ts";
import type { Connector } from "../../../src/connector.ts";
import type { CrmApp } from "../../../src/crm-app.ts";
import type { Capabilities } from "../../../src/model/capabilities.ts";
import type { Tokens, TokenVault } from "../../../src/tokens.ts";

/** The instant every test begins at: a Tuesday. */
export const NOW = Date.UTC(2026, 10, 17, 9, 30);

export const EVERYTHING: Capabilities = {
  taskKey: "unique-property",
  noteKey: "unique-property",
  deals: true,
  workingHours: true,
  submissions: true,
  callbacks: true,
  lists: true,
  touches: true,
  sequences: true,
};
export const MARKERS: Capabilities = { ...EVERYTHING, taskKey: "marker", noteKey: "marker" };

/** Calls in ten seconds that no test comes near; the real limits have their own test. */
const MANY = 10_000;
/** Short enough for a test, long enough for a busy machine. */
const SHORT = { connectMs: 1_000, answerMs: 500, totalMs: 1_200 };

/** A vault in memory, as a store would keep one; `stored` is what another process would read. */
export interface TestVault extends TokenVault {
  stored: Tokens;
  renewals: number;
}

export function memoryVault(tokens: Tokens): TestVault {
  let running: Promise<Tokens> | undefined;
  const vault: TestVault = {
    stored: tokens,
    renewals: 0,
    load: () => Promise.resolve(vault.stored),
    renew(stale, exchange) {
      if (vault.stored.access !== stale.access) return Promise.resolve(vault.stored);
      running ??= exchange(vault.stored, () => true).then(
        (fresh) => {
          vault.stored = fresh;
          vault.renewals += 1;
          running = undefined;
          return fresh;
        },
        (error: unknown) => {
          running = undefined;
          throw error;
        },
      );
      return running;
    },
  };
  return vault;
}

export interface Stand {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly app: App;
  readonly config: HubSpotConfig;
  readonly vault: TestVault;
  readonly gateway: Gateway;
  readonly connector: Connector;
  /** The app as a server has it, in the same tuning. */
  readonly crmApp: CrmApp;
  /** Business time; tests set it. */
  readonly clock: { now: number };
  /** Every wait a read asked for, in milliseconds. */
  readonly waits: number[];
  close(): Promise<void>;
}

export interface StandOptions {
  readonly capabilities?: Capabilities;
  readonly rules?: Partial<Portal["rules"]>;
  readonly scopes?: readonly string[];
  readonly tuning?: Tuning;
  /** Whether Baton's properties are made first; the calls of that are not in the ledger. */
  readonly prepared?: boolean;
}

/** Starts a sandbox with one portal, one app and one connector. */
export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const clock = { now: NOW };
  const sandbox = await startSandbox({ now: () => clock.now, seed: 7, limits: { perWindow: MANY } });
  const portal = sandbox.createPortal(options.rules === undefined ? {} : { rules: options.rules });
  const app = sandbox.registerApp();
  const granted = sandbox.install(app, portal.id, options.scopes);
  const vault = memoryVault({
    access: granted.accessToken,
    refresh: granted.refreshToken,
    expiresAt: clock.now + 1_800_000,
    scopes: granted.scopes,
  });
  const config: HubSpotConfig = {
    appId: String(app.id),
    clientId: app.clientId,
    clientSecrets: [app.clientSecret],
    publicUrl: "https://baton.example",
    apiUrl: sandbox.url,
    authorizeUrl: `${sandbox.url}/oauth/authorize`,
    now: () => clock.now,
  };
  const oauth = hubspotOAuth(config);
  const waits: number[] = [];
  const tuning: Tuning = {
    timeouts: SHORT,
    callsPerWindow: MANY,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options.tuning,
  };
  const settings = {
    config,
    tenant: String(portal.id),
    vault,
    capabilities: options.capabilities ?? EVERYTHING,
    refresh: (tokens: Tokens) => oauth.refresh(tokens),
  };
  const crmApp: CrmApp = {
    ...hubspotApp(config),
    connect: (tenant, stored, capabilities) =>
      hubspotConnector(
        {
          config,
          tenant,
          vault: stored,
          capabilities,
          refresh: (tokens, mayAsk) => oauth.refresh(tokens, mayAsk),
        },
        tuning,
      ),
  };
  const gateway = createGateway(settings, tuning);
  const connector = hubspotConnector(settings, tuning);
  if (options.prepared ?? true) {
    await connector.prepare();
    sandbox.ledger.clear();
  }
  return {
    sandbox,
    portal,
    app,
    config,
    vault,
    gateway,
    connector,
    crmApp,
    clock,
    waits,
    async close() {
      await Promise.all([connector.close(), gateway.close()]);
      await sandbox.close();
    },
  };
}

/** Makes a record in the portal, as a person would, and gives its id. */
export async function create(
  { portal }: Pick<Stand, "portal">,
  object: "contact" | "company" | "deal" | "task" | "note" | "user",
  properties: Readonly<Record<string, string>>,
): Promise<string> {
  const { id } = await portal.act({ do: "create", object, properties });
  if (id === undefined) throw new Error(`no ${object} was made`);
  return id;
}

/** A contact with an address of its own. */
export function addContact(
  stand: Pick<Stand, "portal">,
  properties: Readonly<Record<string, string>> = {},
): Promise<string> {
  addContact.count += 1;
  return create(stand, "contact", { email: `lead-${addContact.count}@example.com`, ...properties });
}
addContact.count = 0;

export function lead(id: string): { readonly crm: "hubspot"; readonly id: string } {
  return { crm: "hubspot", id };
}

/** A task for a lead; every part may be replaced. */
export function aTask(
  leadId: string,
  ownerId: string,
  part: Partial<WriteOf<"create-task">> = {},
): WriteOf<"create-task"> {
  return {
    kind: "create-task",
    key: `task-of-${leadId}`,
    lead: lead(leadId),
    ownerId,
    subject: "Call Ana Ruiz (demo request)",
    html: "<p>Why: asked for a demo</p>",
    dueAt: NOW + 900_000,
    priority: "high",
    action: "call",
    ...part,
  };
}

export function aNote(leadId: string, part: Partial<WriteOf<"create-note">> = {}): WriteOf<"create-note"> {
  return {
    kind: "create-note",
    key: `note-of-${leadId}`,
    lead: lead(leadId),
    html: "<p>Ana Ruiz, VP Marketing</p>",
    at: NOW,
    ...part,
  };
}

export function anUpdate(leadId: string, part: Partial<WriteOf<"update-lead">> = {}): WriteOf<"update-lead"> {
  return { kind: "update-lead", key: `update-of-${leadId}`, lead: lead(leadId), properties: {}, ...part };
}
