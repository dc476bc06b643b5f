/** What a CRM told Baton. An event is a hint to look, never the state itself: the lead is read before deciding. */
import type { Instant } from "./instant.ts";
import type { LeadRef } from "./lead.ts";
import type { Answer } from "./signal.ts";
import type { GivenAnswer } from "./disposition.ts";
import type { ActivityRef } from "./touch.ts";

/** Live work goes before bulk work (imports, resyncs, replays) in every lane. */
export type Urgency = "live" | "bulk";

/**
 * What every event carries. `key` is the event's identity within its tenant: a redelivery has the same key,
 * a different happening never does. `tenant` is the CRM account as the CRM names it.
 */
interface EventHead {
  readonly key: string;
  readonly tenant: string;
  readonly occurredAt: Instant;
  readonly urgency: Urgency;
}

/** Which part of a lead changed, in Baton's words; `other` covers every mapped property. */
export type ChangedField = "owner" | "stage" | "email" | "consent" | "conversion" | "disposition" | "other";

/** Someone asked for this lead to be handed off now. */
export interface HandoffRequest {
  readonly via: "workflow" | "workflow-action";
  /** What the CRM wants answered when the decision is made; absent when it wants no answer. */
  readonly callback?: string;
  /** Free text an admin typed into the workflow step, shown in explanations. */
  readonly policy?: string;
}

/** A form filled in, with the answers. `lead` is absent when only an e-mail address is known yet. */
export interface FormSubmission {
  readonly id: string;
  readonly form: string;
  readonly submittedAt: Instant;
  readonly email: string;
  readonly page?: string;
  readonly answers: readonly Answer[];
}

export type EventBody =
  | { readonly kind: "lead-created"; readonly lead: LeadRef }
  | {
      readonly kind: "lead-changed";
      readonly lead: LeadRef;
      readonly field: ChangedField;
      /** The CRM's own name of the property, for explanations; never branched on. */
      readonly property: string;
      /** Absent when the CRM hides it. */
      readonly value?: string;
    }
  | { readonly kind: "lead-linked"; readonly lead: LeadRef }
  | { readonly kind: "lead-deleted"; readonly lead: LeadRef }
  | { readonly kind: "lead-restored"; readonly lead: LeadRef }
  | { readonly kind: "lead-erased"; readonly lead: LeadRef }
  | { readonly kind: "leads-merged"; readonly lead: LeadRef; readonly merged: readonly LeadRef[] }
  | { readonly kind: "form-submitted"; readonly lead?: LeadRef; readonly submission: FormSubmission }
  /** Something new of somebody with this address (lower case) waits in the store. */
  | { readonly kind: "signal-received"; readonly lead?: LeadRef; readonly email: string }
  | { readonly kind: "handoff-requested"; readonly lead: LeadRef; readonly request: HandoffRequest }
  | { readonly kind: "routing-due"; readonly lead: LeadRef }
  /** Somebody called, wrote or met: of which lead, the CRM says when it is asked. */
  | { readonly kind: "activity-changed"; readonly activity: ActivityRef }
  /** Sales said outside the CRM what it made of a lead. `handoff` is the one it was asked about. */
  | {
      readonly kind: "disposition-given";
      readonly lead: LeadRef;
      readonly handoff: string;
      readonly given: GivenAnswer;
    }
  /** A promise on this lead's handoff is to be looked at. */
  | { readonly kind: "clock-due"; readonly lead: LeadRef }
  /** A recycled lead is to be looked at again, as agreed for the reason. */
  | { readonly kind: "wake-due"; readonly lead: LeadRef }
  /** A provider that had no answer may have one now. */
  | { readonly kind: "enrichment-due"; readonly lead: LeadRef };

export type CrmEvent = EventHead & EventBody;

/** The kinds of events that come with an e-mail address, and some of them with no lead. */
export const ADDRESSED = [
  "form-submitted",
  "signal-received",
] as const satisfies readonly EventBody["kind"][];

/** The e-mail address an event came with, instead of a lead or beside one, or tells of. Throws nothing. */
export function addressOf(event: CrmEvent): string | undefined {
  if (event.kind === "signal-received") return event.email;
  if (event.kind === "lead-changed") return event.field === "email" ? event.value : undefined;
  return event.kind === "form-submitted" ? event.submission.email : undefined;
}
