/**
 * The app as registered with a CRM, one per deployment: it knows signatures and OAuth, and holds no tokens.
 * Source: docs/decisions/0010-app-and-connector.md.
 */
import type { Connector } from "./connector.ts";
import type { Capabilities } from "./model/capabilities.ts";
import type { CrmEvent } from "./model/event.ts";
import type { Instant } from "./model/instant.ts";
import type { Crm } from "./model/lead.ts";
import type { Tokens, TokenVault } from "./tokens.ts";

/** A request as it came over the wire: `body` is the raw bytes, `url` the public URL that was called. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What a verified request holds. Events that make no sense are counted by code; they never spoil the rest. */
export interface Reception {
  readonly events: readonly CrmEvent[];
  readonly refused: readonly { readonly code: string; readonly detail: string }[];
  /** What to answer once the events are stored: JSON, unless `type` says what the text in `body` is. */
  readonly answer: { readonly status: number; readonly body?: unknown; readonly type?: string };
}

/** One public endpoint of the app. `receive` throws a `BatonError` `receive.*` for what cannot be trusted or read. */
export interface Endpoint {
  readonly method: "POST";
  readonly path: string;
  readonly maxBytes: number;
  receive(request: RawRequest, now: Instant): Reception;
}

/** What an authorisation brought: tokens, and the tenant they open. */
export interface Grant {
  readonly tenant: string;
  readonly tokens: Tokens;
}

/**
 * Whether an account is called. `open`: it has not answered lately and is left alone for a while; `half-open`: one call finds out
 * whether it does again; `resting`: the CRM has named a time to come back; otherwise `closed`.
 */
export const ANSWERING = ["closed", "open", "half-open", "resting"] as const;
export type Answering = (typeof ANSWERING)[number];

/** What an admin may paste into the CRM, in plain text. `code` is pasted as it stands, line by line. */
export interface SetupNote {
  readonly title: string;
  readonly text: string;
  readonly code?: string;
}

/** One app. Whoever installs it gets a connector of their own; what arrives for all of them arrives here. */
export interface CrmApp {
  readonly crm: Crm;
  readonly endpoints: readonly Endpoint[];
  /** Where to send an admin to install. `challenge` is the S256 PKCE challenge. */
  authorizeUrl(state: string, challenge: string): string;
  /** Redeems the code of the callback. Throws `install.*`. */
  exchange(code: string, verifier: string, now: Instant): Promise<Grant>;
  /** Gets tokens with a key of Baton's own, where no admin signs in. Throws `config.invalid`, `crm.*`. */
  readonly mint?: (now: Instant) => Promise<Grant>;
  connect(tenant: string, vault: TokenVault, capabilities: Capabilities): Connector;
  /** How each account stands that this process has a connector to. Throws nothing. */
  answering(): readonly Answering[];
  /**
   * What may be set up by hand in this tenant. It may hold a key of the tenant: shown to its admin and to the operator,
   * never logged, stored or put into an address. Throws nothing.
   */
  setupNotes(tenant: string): readonly SetupNote[];
}
