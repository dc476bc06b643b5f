/** The tables of installations: what each may do, its way to the CRM and its line of work. See schema.ts for what holds for all tables. */
import type { Generated } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";

/** `active`: working. `disconnected`: the CRM refuses our token; work waits. `removed`: left, data wiped. */
export type InstallationState = "active" | "disconnected" | "removed";

export interface InstallationRow {
  id: string;
  crm: Crm;
  tenant: string;
  state: InstallationState;
  /** JSON of `Capabilities`. */
  capabilities: string;
  created_at: Instant;
  updated_at: Instant;
  /** The installation whose leads sales works on in this one; null where it has leads of its own. */
  serves: string | null;
}

export interface ConnectionRow {
  installation: string;
  /** Tokens under AES-256-GCM, bound to this row. */
  sealed: string;
  expires_at: Instant;
  updated_at: Instant;
  /** Who renews them, and until when nobody else does: by the database's clock. */
  renewer: string | null;
  renewing_until: Instant | null;
}

export interface OAuthStateRow {
  /** SHA-256 of the state, so that the table alone opens nothing. */
  digest: string;
  crm: Crm;
  /** What the flow must remember until the callback, sealed. */
  sealed: string;
  expires_at: Instant;
}

export interface LaneRow {
  installation: string;
  /** Raised whenever the lane changes hands; a worker with an older number may not write any more. */
  fence: number;
  holder: string | null;
  /** By the database's own clock. */
  held_until: Instant;
  retry_at: Instant;
  failures: number;
  code: string | null;
}

/** How far a poll has come, and when it is due again. */
export interface CursorRow {
  installation: string;
  name: string;
  at: Instant;
  due_at: Instant;
  /** JSON of where a poll of several pages stands; null between two polls. */
  page: string | null;
}

export interface LiveCheckRow {
  installation: string;
  due_at: Instant;
  /** Null until a check came through. */
  checked_at: Instant | null;
  errors: number;
  warnings: number;
  /** Why the latest try did not come through. */
  code: string | null;
}

/** That an installation's rows came from a backup. */
export interface RestoreRow {
  installation: string;
  /** Up to here its history is known: what happened between this and `restored_at` is not. */
  known_until: Instant;
  restored_at: Instant;
}

export interface AuditRow {
  seq: Generated<number>;
  installation: string | null;
  at: Instant;
  actor: string;
  action: string;
  detail: string;
}
