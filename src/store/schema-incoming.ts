/** The tables of what comes in: events of the CRM, and signals of senders. See schema.ts for what holds for all tables. */
import type { Generated } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Visitor } from "../model/visitor.ts";

/** `echo`: caused by Baton's own write. `parked`: failed three times, waits for a person. */
export type EventState = "pending" | "done" | "echo" | "parked";

export interface EventRow {
  seq: Generated<number>;
  installation: string;
  key: string;
  kind: string;
  lead: string | null;
  /** 0 live, 1 bulk: the order in which a lane takes them. */
  urgency: number;
  /** JSON of the `CrmEvent`. */
  body: string;
  occurred_at: Instant;
  received_at: Instant;
  not_before: Instant;
  attempts: number;
  state: EventState;
  /** Error code or short outcome once it is no longer pending. */
  outcome: string | null;
}

export interface SignalRow {
  installation: string;
  lead: string;
  key: string;
  at: Instant;
  /** JSON of the `Signal`. */
  body: string;
}

/** A deed some condition counts over all people of an account. */
export interface AccountSignalRow {
  installation: string;
  lead: string;
  key: string;
  account: string;
  at: Instant;
  /** JSON of the `Signal`. */
  body: string;
}

export interface WriteKeyRow {
  installation: string;
  id: string;
  /** SHA-256 of the key: the table alone opens nothing. */
  digest: string;
  created_at: Instant;
  revoked_at: Instant | null;
}

export interface VisitorRow {
  installation: string;
  visitor: Visitor;
  leads_to: Visitor;
  /** When it was last said. */
  at: Instant;
}

/** A signal of somebody who is not known to be a lead yet. */
export interface WaitingSignalRow {
  installation: string;
  key: string;
  visitor: Visitor;
  at: Instant;
  /** JSON of the `Signal`. */
  body: string;
}

/** A message that was seen: digests only, kept for as long as the installation. */
export interface SignalMessageRow {
  installation: string;
  key: string;
}
