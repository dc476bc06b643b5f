/** The rows of reports: days of handoffs as columns, and what was decided in reviews. Source: docs/decisions/0025-reports.md. */
import type { Instant } from "../model/instant.ts";

/** The handoffs of one day in UTC, kept as columns for reports. Triggers keep it true, where the database has them. */
export interface ReportDayRow {
  installation: string;
  /** Days since 1970-01-01. */
  day: number;
  /** How often a handoff of this day has changed. */
  changes: number;
  /** Null until somebody asks again: emptied by every change. */
  body: Uint8Array | null;
}

/** What two teams decided when they met. Rows are only added. */
export interface ReviewNoteRow {
  installation: string;
  id: string;
  at: Instant;
  actor: string;
  body: string;
}
