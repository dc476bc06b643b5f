/** What an audit of routing looks at, and what it finds. */
import type { Instant } from "../model/instant.ts";
import type { Roster } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";

/** What is wrong (`error`), worth a look (`warning`) or good to know (`note`). */
export interface AuditFinding {
  readonly severity: "error" | "warning" | "note";
  readonly about: "rule" | "territory" | "gap" | "pool" | "rep";
  readonly says: string;
  /** `routing.yaml:12`, where it has a place. */
  readonly source?: string;
}

/** All that an audit looks at. */
export interface AuditInput {
  readonly playbook: Playbook;
  /** Formed of the CRM's owners, or of none when nobody knows them. */
  readonly roster: Roster;
  readonly ownersKnown: boolean;
  readonly now: Instant;
}
