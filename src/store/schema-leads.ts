/**
 * The tables of what is known of leads and accounts, and of whom nothing may be known any more.
 * See schema.ts for what holds for all tables.
 */
import type { Instant } from "../model/instant.ts";

export interface LeadRow {
  installation: string;
  lead: string;
  /** Lower case, as the decision saw it. */
  email: string | null;
  /** As the decision saw them, for the briefs of colleagues. */
  name: string | null;
  role: string | null;
  account: string | null;
  /** The latest verdict, for people and for "has anything changed". */
  outcome: string | null;
  reason: string | null;
  decision: string | null;
  /** JSON of `Surroundings`, while sales has the lead. */
  surroundings: string | null;
  seen_at: Instant;
}

/** An account as the CRM listed it last. */
export interface AccountRow {
  installation: string;
  account: string;
  /** JSON of the `CrmAccount`. */
  body: string;
  /** When the listing began that it was seen in. */
  seen_at: Instant;
}

export interface AccountKeyRow {
  installation: string;
  /** Digest of one of the account's keys. */
  key: string;
  account: string;
}

export interface PersonKeyRow {
  installation: string;
  /** Digest of one of the lead's keys. */
  key: string;
  lead: string;
}

/** `duplicate`: two records may be one person. `account`: a lead may belong to an account. */
export type ReviewKind = "duplicate" | "account";

/**
 * What a person said: the same person or the right account; different ones; or that it is put right in the CRM, so that nothing
 * is left to say.
 */
export type ReviewAnswer = "same" | "different" | "linked";

/** Something a person must look at. The pair of a duplicate stands in one order, whichever of the two was decided. */
export interface ReviewRow {
  installation: string;
  kind: ReviewKind;
  lead: string;
  /** The other lead, or the account. */
  other: string;
  /** JSON array of words. */
  evidence: string;
  /** When it was first seen. */
  seen_at: Instant;
  settled_at: Instant | null;
  settled_as: ReviewAnswer | null;
}

/** A record that became another one: the old id keeps pointing at the survivor. */
export interface MergeRow {
  installation: string;
  lead: string;
  survivor: string;
  merged_at: Instant;
}

export interface UnmappedRow {
  installation: string;
  field: string;
  value: string;
  origin: string;
  suggestion: string;
  seen_at: Instant;
  /** How many decisions met it. */
  times: number;
}

/** What a provider was asked about a lead, and what it answered. */
export interface EnrichmentRow {
  installation: string;
  /** Keyed digest of what was sent and of how the answer is read. */
  subject: string;
  lead: string;
  /** JSON of the facts read from the answer. */
  body: string;
  asked_at: Instant;
  /** Error code when there is no answer. */
  code: string | null;
  /** Tries in a row without an answer. */
  tries: number;
  again_at: Instant | null;
}

/** How many requests of a day are spent. */
export interface EnrichmentBudgetRow {
  installation: string;
  /** In UTC: `2026-11-17`. */
  day: string;
  requests: number;
}

export interface TombstoneRow {
  installation: string;
  /** Keyed digest of what was erased: a lead id or an e-mail address. */
  digest: string;
  erased_at: Instant;
}
