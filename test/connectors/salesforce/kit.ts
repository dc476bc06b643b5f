/** An org of the sandbox with a connector on it, for tests: tokens live in memory, waiting takes no time. */
import type { Tuning } from "../../../connectors/http/gateway.ts";
import type { WriteOf } from "../../../connectors/salesforce/compose.ts";
import type { SalesforceConfig } from "../../../connectors/salesforce/config.ts";
import { salesforceConnector } from "../../../connectors/salesforce/connector.ts";
import { createGateway } from "../../../connectors/salesforce/gateway.ts";
import { salesforceApp } from "../../../connectors/salesforce/index.ts";
import { salesforceOAuth } from "../../../connectors/salesforce/oauth.ts";
import { createTools } from "../../../connectors/salesforce/org.ts";
import type { Tools } from "../../../connectors/salesforce/org.ts";
import { startSandbox } from "../../../sandbox/index.ts";
import type { Org, OrgClient, Sandbox } from "../../../sandbox/index.ts";
import type { Connector } from "../../../src/connector.ts";
import type { CrmApp } from "../../../src/crm-app.ts";
import type { Capabilities } from "../../../src/model/capabilities.ts";
import type { LeadRef } from "../../../src/model/lead.ts";
import { memoryVault } from "../hubspot/kit.ts";
import type { TestVault } from "../hubspot/kit.ts";
import { NOW } from "./server.ts";

/** What an org with the package can do. */
export const EVERYTHING: Capabilities = {
  taskKey: "unique-property",
  noteKey: "marker",
  deals: true,
  workingHours: false,
  submissions: false,
  callbacks: false,
  lists: true,
  touches: true,
  sequences: false,
  counterparts: true,
  streams: true,
  sweepEveryMs: 600_000,
};
/** What one without it can do. */
export const BARE: Capabilities = { ...EVERYTHING, taskKey: "marker", counterparts: false };

/** Short enough for a test, long enough for a busy machine. */
const SHORT = { connectMs: 2_000, answerMs: 5_000, totalMs: 10_000 };

export interface Stand {
  readonly sandbox: Sandbox;
  readonly org: Org;
  readonly client: OrgClient;
  readonly vault: TestVault;
  readonly connector: Connector;
  /** The app as a server has it, in the same tuning. */
  readonly crmApp: CrmApp;
  /** What the connector's parts work with, over a gateway of their own. */
  readonly tools: Tools;
  /** Business time; tests set it. */
  readonly clock: { now: number };
  /** Calls to the org since the last time this was asked. */
  readonly calls: () => number;
  close(): Promise<void>;
}

export interface StandOptions {
  readonly capabilities?: Capabilities;
  readonly rules?: Partial<Org["rules"]>;
  /** Whether the org has Baton's package. */
  readonly package?: boolean;
  readonly tuning?: Tuning;
}

/** Starts a sandbox with one org, one app and one connector. */
export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const clock = { now: NOW };
  const sandbox = await startSandbox({ now: () => clock.now, seed: 7 });
  const org = sandbox.createOrg({
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    package: options.package ?? true,
  });
  const client = sandbox.registerClient();
  const granted = sandbox.installOrg(client, org.id);
  const vault = memoryVault({
    access: granted.accessToken,
    refresh: granted.refreshToken ?? "",
    expiresAt: clock.now + 6_600_000,
    scopes: ["api", "refresh_token"],
    instanceUrl: sandbox.url,
  });
  const config: SalesforceConfig = {
    clientId: client.clientId,
    clientSecrets: [client.clientSecret],
    publicUrl: "https://baton.example",
    loginUrl: sandbox.url,
    grant: { kind: "web" },
    now: () => clock.now,
  };
  const oauth = salesforceOAuth(config);
  const capabilities = options.capabilities ?? EVERYTHING;
  const settings = {
    config,
    tenant: org.id,
    vault,
    capabilities,
    refresh: (tokens: Parameters<typeof oauth.refresh>[1]) => oauth.refresh(org.id, tokens),
    revoke: (tokens: Parameters<typeof oauth.revoke>[0]) => oauth.revoke(tokens),
  };
  const tuning: Tuning = { timeouts: SHORT, wait: () => Promise.resolve(), ...options.tuning };
  const connector = salesforceConnector(settings, tuning);
  const crmApp: CrmApp = {
    ...salesforceApp(config),
    connect: (tenant, stored, known) =>
      salesforceConnector(
        {
          ...settings,
          tenant,
          vault: stored,
          capabilities: known,
          refresh: (tokens, mayAsk) => oauth.refresh(tenant, tokens, mayAsk),
        },
        tuning,
      ),
  };
  const gateway = createGateway(settings, tuning);
  return {
    sandbox,
    org,
    client,
    vault,
    connector,
    crmApp,
    tools: createTools(gateway, capabilities, config.now),
    clock,
    calls() {
      const { length } = sandbox.ledger.calls;
      sandbox.ledger.clear();
      return length;
    },
    async close() {
      await Promise.all([connector.close(), gateway.close()]);
      await sandbox.close();
    },
  };
}

export function lead(id: string): LeadRef {
  return { crm: "salesforce", id };
}

/** A task for a lead; every part may be replaced. */
export function aTask(
  leadId: string,
  ownerId: string,
  part: Partial<WriteOf<"create-task">> = {},
): WriteOf<"create-task"> {
  return {
    kind: "create-task",
    key: `decision-of-${leadId}.task`,
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
    key: `decision-of-${leadId}.note`,
    lead: lead(leadId),
    html: "<p>Ana Ruiz, VP Marketing</p>",
    at: NOW,
    ...part,
  };
}

export function anUpdate(leadId: string, part: Partial<WriteOf<"update-lead">> = {}): WriteOf<"update-lead"> {
  return {
    kind: "update-lead",
    key: `decision-of-${leadId}.lead`,
    lead: lead(leadId),
    properties: {},
    ...part,
  };
}
