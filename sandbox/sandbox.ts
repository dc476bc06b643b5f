/** What a running sandbox offers, and how it may be started. */
import type { Faults } from "./faults.ts";
import type { App, AppDeclaration } from "./hubspot/app.ts";
import type { LimitFigures } from "./hubspot/limits.ts";
import type { PortalRules } from "./hubspot/portal.ts";
import type { Consent } from "./hubspot/routes/consent.ts";
import type { TokenPair, Tokens } from "./hubspot/tokens.ts";
import type { Outbox } from "./hubspot/webhooks/outbox.ts";
import type { Ledger } from "./ledger.ts";
import type { Portal } from "./portal-desk.ts";
import type { OrgOptions } from "./salesforce/index.ts";
import type { OrgClient, OrgClientDeclaration } from "./salesforce/oauth/clients.ts";
import type { OrgTokens, Sessions } from "./salesforce/oauth/sessions.ts";
import type { Org } from "./salesforce/org-desk.ts";

/** How to start. Everything has a default. */
export interface SandboxOptions {
  /** 0 takes a free port. */
  readonly port?: number;
  readonly seed?: number;
  /** Business time in epoch milliseconds: stamps, histories, token expiry, signatures. */
  readonly now?: () => number;
  readonly limits?: Partial<LimitFigures>;
  /** Milliseconds that every answer waits. */
  readonly latencyMs?: number;
}

/** A running sandbox. */
export interface Sandbox {
  /** Its base, such as `http://127.0.0.1:40123`, for both the API and the consent page. */
  readonly url: string;
  readonly seed: number;
  readonly portals: ReadonlyMap<number, Portal>;
  /** Salesforce orgs by their 18-character id. */
  readonly orgs: ReadonlyMap<string, Org>;
  /** Connected apps of the orgs by client id. */
  readonly clients: ReadonlyMap<string, OrgClient>;
  /** The orgs' tokens: expire and revoke them on command. */
  readonly sessions: Sessions;
  readonly apps: ReadonlyMap<number, App>;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly webhooks: Outbox;
  readonly tokens: Tokens;
  readonly consent: Consent;
  /** The limits in force; change them at any time. */
  readonly limits: LimitFigures;
  /** Milliseconds that every answer waits; change it at any time. */
  readonly pace: { latencyMs: number };
  now(): number;
  /** @throws RangeError for a portal that does not exist. */
  portal(id: number): Portal;
  createPortal(options?: { readonly id?: number; readonly rules?: Partial<PortalRules> }): Portal;
  registerApp(declaration?: AppDeclaration): App;
  /** Installs an app without the consent page, with all its scopes unless `scopes` says otherwise. */
  install(app: App, portalId: number, scopes?: readonly string[]): TokenPair;
  /** What a customer does in the settings: tokens end and webhooks stop. */
  uninstall(app: App, portalId: number): void;
  /** @throws RangeError for an org that does not exist. */
  org(id: string): Org;
  /** Makes a Salesforce org, with the fields of Baton's package unless `package` is false. */
  createOrg(options?: OrgOptions): Org;
  /** Makes a connected app that orgs can install. */
  registerClient(declaration?: OrgClientDeclaration): OrgClient;
  /** Installs a connected app without the consent page, for the integration user unless `userId` says otherwise. */
  installOrg(client: OrgClient, orgId: string, userId?: string): OrgTokens;
  /** Takes a connected app out of an org: its tokens end. */
  uninstallOrg(client: OrgClient, orgId: string): void;
  /** Resolves once every webhook and enrolment that was due is answered with 2xx or given up. */
  drained(): Promise<void>;
  /** Rejects when a write to an org lacked the headers that every write must carry (salesforce/header-check.ts). */
  close(): Promise<void>;
}
