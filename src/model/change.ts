/** What a CRM says of itself when it is asked what has changed, rather than telling it by an event. */
import type { ChangedField } from "./event.ts";
import type { Instant } from "./instant.ts";
import type { LeadRef } from "./lead.ts";

/** A lead and when it was changed for the last time, by whomever and in whatever, as the CRM says. */
export interface ModifiedLead {
  readonly lead: LeadRef;
  readonly modifiedAt: Instant;
  /** The record was deleted, or lost a merge: that is what happened then. */
  readonly isGone?: boolean;
}

/** A part of the list of modified leads. Without `next` it is the last one. */
export interface ModifiedPage {
  readonly leads: readonly ModifiedLead[];
  readonly next?: string;
}

/** One change that an event would have told of: the same words as in a `lead-changed` event. */
export interface LeadChange {
  readonly lead: LeadRef;
  readonly field: ChangedField;
  /** The CRM's own name of the property. */
  readonly property: string;
  /** Absent when it was cleared. */
  readonly value?: string;
  readonly at: Instant;
}
