/**
 * Salesforce as one installation sees it: everything behind `src/connector.ts`, over one gateway. What it remembers of the org (the zones
 * of owners) is shared by its manners; what its user may see, by all connectors to the org.
 */
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { Wanted } from "../../src/model/record.ts";
import type { Tokens, TokenVault } from "../../src/tokens.ts";
import type { Tuning } from "../http/gateway.ts";
import type { Refresh } from "../http/session.ts";
import { readAccountsAt } from "./accounts-at.ts";
import { readAccounts } from "./accounts.ts";
import { readChanges } from "./changed.ts";
import type { SalesforceConfig } from "./config.ts";
import { findCounterparts } from "./counterparts.ts";
import { findByEmail } from "./find-by-email.ts";
import { createGateway, originOf } from "./gateway.ts";
import type { Allowance } from "./gateway.ts";
import { readLeadsOf } from "./leads-of.ts";
import { lookFor } from "./look.ts";
import { readModified } from "./modified.ts";
import { createLeads } from "./newcomers.ts";
import { createTools } from "./org.ts";
import type { Tools } from "./org.ts";
import { readOwnRecords } from "./own-records.ts";
import { readOwners } from "./owners.ts";
import { personOf } from "./person.ts";
import { prepareOrg } from "./prepare.ts";
import { glanceAt, readRecords } from "./records.ts";
import { listenTo } from "./stream.ts";
import { readTouches } from "./touches.ts";
import { readVocabulary } from "./vocabulary.ts";
import { applyWrites } from "./writes.ts";

/** What one installation is made of. `tenant` is the 18-character org id; `refresh` and `revoke` go to Salesforce's OAuth. */
export interface ConnectorSettings {
  readonly config: SalesforceConfig;
  readonly tenant: string;
  readonly vault: TokenVault;
  readonly capabilities: Capabilities;
  readonly refresh: Refresh;
  /** Gives tokens back. Throws `crm.*` when Salesforce does not confirm it. */
  readonly revoke: (tokens: Tokens) => Promise<void>;
  /** Shared by all connectors to the org; without it, its own. */
  readonly allowance?: Allowance;
}

/**
 * Connects to one org. Nothing is sent before it is used; `close` ends it. `tuning` is for tests: waiting times.
 * Throws nothing itself; the methods are documented in `src/connector.ts`.
 */
export function salesforceConnector(settings: ConnectorSettings, tuning: Tuning = {}): Connector {
  const gateway = createGateway(settings, tuning);
  const where = { host: hostOf(settings.config.loginUrl) };
  const tokens = async (): Promise<Tokens> => {
    const current = await gateway.session.tokens();
    if (current.instanceUrl !== undefined) where.host = hostOf(current.instanceUrl);
    return current;
  };
  const tools = createTools(gateway, settings.capabilities, settings.config.now, settings.allowance?.shapes);
  return connectorOver(settings, tools, { tokens, host: () => where.host });
}

/** The connection itself: its tokens, and the host people open the org at, as far as it has been told. */
interface Connection {
  readonly tokens: () => Promise<Tokens>;
  readonly host: () => string;
}

/** The connector in one manner; those in other manners share its gateway. */
function connectorOver(settings: ConnectorSettings, tools: Tools, connection: Connection): Connector {
  const { capabilities, revoke } = settings;
  const { gateway } = tools;
  const as = (mayWrite: (() => boolean) | undefined): Tools =>
    mayWrite === undefined ? tools : { ...tools, gateway: gateway.as({ mayWrite }) };
  let atLeisure: Connector | undefined;
  return {
    crm: "salesforce",
    capabilities,
    objects: ["lead", "account"],
    async read(leads, wanted, accountHints) {
      // Whoever is read is shown to people, with the address that the tokens know.
      await connection.tokens();
      return readRecords(tools, leads, permitted(wanted, capabilities), accountHints);
    },
    glance: (leads, properties) => glanceAt(tools, leads, properties),
    spent: () => gateway.spent(),
    day: () => settings.allowance?.budget.usage(),
    findByEmail: (emails) => findByEmail(tools, emails),
    owners: () => readOwners(tools),
    accounts: (wanted, after) => readAccounts(tools, wanted, after),
    submissions: () => Promise.resolve([]),
    changedSince: (since, after) => readModified(tools, since, after),
    changesOf: (leads, since) => readChanges(tools, leads, since),
    apply: (writes, mayWrite) => applyWrites(as(mayWrite), writes),
    look: (writes) => lookFor(tools, writes),
    ownRecords: (leads, since) => readOwnRecords(tools, leads, since),
    touches: async (leads, since) => (capabilities.touches ? readTouches(tools, leads, since) : []),
    leadsOf: (activities) => readLeadsOf(tools, activities),
    createLeads: (newcomers, mayWrite) => createLeads(as(mayWrite), newcomers),
    accountsAt: (domains) => readAccountsAt(tools, domains),
    counterpartsOf: (leads) => findCounterparts(tools, leads),
    listen: (replay, hear) => {
      const { config, tenant: org } = settings;
      const origin = (tokens: Tokens): string => originOf(config, tokens);
      return listenTo({ session: gateway.session, origin, org, now: config.now }, replay, hear);
    },
    vocabulary: () => readVocabulary(tools),
    prepare: () => prepareOrg(tools),
    leadUrl: (lead) => leadPage(connection.host(), lead),
    leave: () => leaveOrg(connection, revoke),
    asBulk: () =>
      (atLeisure ??= connectorOver(
        settings,
        { ...tools, gateway: gateway.as({ urgency: "bulk" }) },
        connection,
      )),
    close: () => gateway.close(),
  };
}

/** What is not permitted is not asked for. */
function permitted(wanted: Wanted, { deals, lists }: Capabilities): Wanted {
  return { ...wanted, deals: wanted.deals && deals, lists: wanted.lists && lists };
}

/** Gives the tokens back. An org that does not know them any more has been left already. @throws BatonError `crm.*` for the rest. */
async function leaveOrg({ tokens }: Connection, revoke: (tokens: Tokens) => Promise<void>): Promise<void> {
  try {
    await revoke(await tokens());
  } catch (error) {
    if (!(error instanceof BatonError) || !GONE.has(error.code)) throw error;
  }
}
const GONE: ReadonlySet<string> = new Set(["crm.disconnected", "crm.unauthorized", "crm.not-found"]);

function leadPage(host: string, lead: LeadRef): string {
  const { object, id } = personOf(lead) ?? { object: "Lead", id: lead.id };
  return `https://${host}/lightning/r/${object}/${encodeURIComponent(id)}/view`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "login.salesforce.com";
}
