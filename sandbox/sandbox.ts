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
  /** Resolves once every webhook and enrolment that was due is answered with 2xx or given up. */
  drained(): Promise<void>;
  close(): Promise<void>;
}
