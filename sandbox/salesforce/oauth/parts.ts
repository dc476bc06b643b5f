/** What the OAuth endpoints work with. */
import type { OrgState } from "../org.ts";
import type { OrgClient } from "./clients.ts";
import type { PendingCode } from "./consent.ts";
import type { Sessions } from "./sessions.ts";

/** Orgs, clients and tokens. */
export interface OrgOauthParts {
  readonly orgs: ReadonlyMap<string, OrgState>;
  readonly clients: ReadonlyMap<string, OrgClient>;
  readonly sessions: Sessions;
  readonly codes: Map<string, PendingCode>;
  /** Whether consent is given at once, without a page. */
  automatic(): boolean;
  now(): number;
  hex(length: number): string;
  /** The sandbox's own URL, for `instance_url` and `id`. */
  url(): string;
}

/** The fields of a form or a query; JSON is no part of OAuth. */
export type Fields = Readonly<Record<string, string>>;
