/**
 * HubSpot as one installation sees it: everything behind `src/connector.ts`, over one gateway with one limiter.
 */
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Wanted } from "../../src/model/record.ts";
import type { TokenVault } from "../../src/tokens.ts";
import type { Allowance } from "../http/allowance.ts";
import type { Gateway, Tuning } from "../http/gateway.ts";
import type { Refresh } from "../http/session.ts";
import { readAccounts } from "./accounts.ts";
import { readChanges, readModified } from "./changed.ts";
import type { HubSpotConfig } from "./config.ts";
import { findByEmail } from "./find-by-email.ts";
import { createGateway } from "./gateway.ts";
import { lookFor } from "./look.ts";
import { createLeads } from "./newcomers.ts";
import { readOwnRecords } from "./own-records.ts";
import { readOwners } from "./owners.ts";
import { prepareAccount } from "./prepare.ts";
import { createRecordReader } from "./records.ts";
import { createSubmissionReader } from "./submissions.ts";
import { readLeadsOf, readTouches } from "./touches.ts";
import { APP_INSTALLS_VERSION } from "./version.ts";
import { readVocabulary } from "./vocabulary.ts";
import { applyWrites } from "./writes.ts";

/** What one installation is made of. `tenant` is the portal id; `refresh` exchanges a refresh token at HubSpot. */
export interface ConnectorSettings {
  readonly config: HubSpotConfig;
  readonly tenant: string;
  readonly vault: TokenVault;
  readonly capabilities: Capabilities;
  readonly refresh: Refresh;
  /** Shared by all connectors to the portal; without it, its own. */
  readonly allowance?: Allowance;
}

/**
 * Connects to one portal. Nothing is sent before it is used; `close` ends it. `tuning` is for tests: waiting times.
 * Throws nothing itself; the methods are documented in `src/connector.ts`.
 */
export function hubspotConnector(settings: ConnectorSettings, tuning: Tuning = {}): Connector {
  return connectorOver(settings, createGateway(settings, tuning));
}

/** The connector in one manner; those in other manners share its gateway. */
function connectorOver(settings: ConnectorSettings, gateway: Gateway): Connector {
  const { config, capabilities, tenant } = settings;
  let atLeisure: Connector | undefined;
  const reader = createRecordReader(gateway, config.now);
  const submissions = createSubmissionReader(gateway, config.now);
  return {
    crm: "hubspot",
    capabilities,
    objects: ["contact", "company"],
    read: (leads, wanted, accountHints) => reader.read(leads, permitted(wanted, capabilities), accountHints),
    glance: (leads, properties) => reader.glance(leads, properties),
    spent: () => gateway.spent(),
    findByEmail: (emails) => findByEmail(gateway, emails),
    owners: () => readOwners(gateway, capabilities),
    accounts: (wanted, after) => readAccounts(gateway, wanted, after),
    submissions: async (since, conversions) =>
      capabilities.submissions ? submissions.read(since, conversions) : [],
    changedSince: (since, after) => readModified(gateway, since, after),
    changesOf: (leads, since) => readChanges(gateway, leads, since),
    apply: (writes, mayWrite) =>
      applyWrites({ gateway: mayWrite ? gateway.as({ mayWrite }) : gateway, capabilities }, writes),
    look: (writes) => lookFor(gateway, capabilities, writes),
    ownRecords: (leads, since) => readOwnRecords(gateway, leads, since),
    touches: async (leads, since, own) =>
      capabilities.touches ? readTouches({ gateway, now: config.now() }, leads, since, own) : [],
    leadsOf: (activities) => readLeadsOf(gateway, activities, capabilities.deals),
    createLeads: (newcomers, mayWrite) =>
      createLeads(mayWrite ? gateway.as({ mayWrite }) : gateway, newcomers),
    vocabulary: () => readVocabulary(gateway, capabilities),
    prepare: (offered) => prepareAccount(gateway, offered),
    leadUrl: (lead) => `https://app.hubspot.com/contacts/${tenant}/record/0-1/${encodeURIComponent(lead.id)}`,
    leave: () => uninstall(gateway),
    asBulk: () => (atLeisure ??= connectorOver(settings, gateway.as({ urgency: "bulk" }))),
    close: () => gateway.close(),
  };
}

/** What is not permitted is not asked for. Capabilities stored before a kind was known do not have it. */
function permitted(wanted: Wanted, { deals, lists }: Capabilities): Wanted {
  return { ...wanted, deals: wanted.deals && deals, lists: wanted.lists && lists };
}

/**
 * Uninstalls the app in the portal. A portal that does not know the app any more has been left already.
 * @throws BatonError `crm.*` when HubSpot does not confirm it.
 */
async function uninstall(gateway: Gateway): Promise<void> {
  const path = `/appinstalls/${APP_INSTALLS_VERSION}/external-install`;
  const answer = await gateway.write({ method: "DELETE", path });
  if (answer.outcome === "answered" || GONE.has(answer.code)) return;
  throw new BatonError(
    answer.code,
    `HubSpot did not confirm that the app is uninstalled (${answer.outcome}). Try again.`,
  );
}
const GONE: ReadonlySet<string> = new Set(["crm.disconnected", "crm.unauthorized", "crm.not-found"]);
