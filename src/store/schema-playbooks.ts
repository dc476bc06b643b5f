/**
 * The tables of the agreement: its versions, which of them was live when, and who signed it.
 * See schema.ts for what holds for all tables.
 */
import type { Instant } from "../model/instant.ts";
import type { Publication, Side } from "../model/version.ts";

export interface PlaybookRow {
  version: string;
  /** JSON: file name to text. */
  files: string;
  loaded_at: Instant;
}

/** One version going live. The highest `seq` is the live one. */
export interface PublicationRow {
  seq: number;
  version: string;
  at: Instant;
  by: string;
  because: Publication["because"];
}

/** One yes to one version. */
export interface ApprovalRow {
  version: string;
  side: Side;
  by: string;
  at: Instant;
}
