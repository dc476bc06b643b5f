/** What one installation can do, and how many calls it has. Source: docs/glossary.md, "Capabilities". */
import type { DurationMs } from "./instant.ts";

/** How created records can be found again after an answer was lost. */
export type KeyPlace = "unique-property" | "marker";

/** What this installation can do, found out at install and stored. Differences between CRMs are data. */
export interface Capabilities {
  readonly taskKey: KeyPlace;
  readonly noteKey: KeyPlace;
  readonly deals: boolean;
  readonly workingHours: boolean;
  readonly submissions: boolean;
  readonly callbacks: boolean;
  /** Whether the lists a lead is on can be read. */
  readonly lists: boolean;
  /** Whether calls, e-mails, meetings and completed tasks can be read. */
  readonly touches: boolean;
  /** Whether leads can be enrolled in sequences of the CRM. */
  readonly sequences: boolean;
  /** Whether a lead can carry the id it has in the other CRM, at most one lead each. */
  readonly counterparts?: boolean;
  /** Whether the CRM's own connector keeps its leads in step with another CRM already. */
  readonly syncsItself?: boolean;
  /** Whether the CRM pushes changes over a connection Baton keeps open: `listen`. */
  readonly streams?: boolean;
  /** How often to look for what nobody has told, in milliseconds; absent: once a day. */
  readonly sweepEveryMs?: DurationMs;
}

/** Calls that all apps of an account have made within a day, and how many there may be. */
export interface CallsOfDay {
  readonly used: number;
  readonly most: number;
}
