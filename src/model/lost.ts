/**
 * What Baton did and does not remember, because its database was restored from a backup. The CRM still shows it.
 * Source: docs/decisions/0021-restore.md.
 */
import type { Instant } from "./instant.ts";
import type { LeadRef } from "./lead.ts";

/** A task or note in the CRM with which some Baton began a handoff, known by the key or mark it carries. */
export interface OwnRecord {
  readonly lead: LeadRef;
  readonly kind: "task" | "note";
  /** The CRM's id. */
  readonly id: string;
  /** When the CRM made it. */
  readonly at: Instant;
  readonly ownerId?: string;
}

/** A handoff that happened after the backup: the task, the note, or both. */
export interface LostHandoff {
  /** When the first of them was made. */
  readonly at: Instant;
  readonly task?: Pick<OwnRecord, "id" | "ownerId">;
  readonly note?: Pick<OwnRecord, "id" | "ownerId">;
}
