/** What Baton intends to write into a CRM, and what became of it. Source: docs/decisions/0007-effect-ledger.md. */
import type { Instant } from "./instant.ts";
import type { LeadRef } from "./lead.ts";
import type { Agreed } from "./sync.ts";
import type { Side } from "./version.ts";

/** A value to write, and the value the decision saw: written only while a person has not changed it since. */
export interface GuardedValue {
  readonly to: string;
  /** Absent when the field was empty. */
  readonly seen?: string;
}

/** What to write, in Baton's words. */
export type WriteBody =
  | {
      readonly kind: "update-lead";
      readonly owner?: GuardedValue;
      readonly stage?: GuardedValue;
      /** Property path as `fields.yaml` names it (`contact.baton_handoff_status`) to value. */
      readonly properties: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "create-task";
      readonly ownerId: string;
      /** The owner the decision saw: a task that is late is dropped when a person has chosen another one since. */
      readonly ownerSeen?: string;
      readonly subject: string;
      readonly html: string;
      readonly dueAt: Instant;
      readonly remindAt?: Instant;
      readonly priority: "low" | "medium" | "high";
      readonly action: "call" | "email" | "to-do";
      readonly accountId?: string;
    }
  | {
      readonly kind: "create-note";
      readonly ownerId?: string;
      readonly html: string;
      readonly at: Instant;
      readonly accountId?: string;
    }
  | {
      /** Starts a sequence of e-mails and tasks in the owner's name, unless one is running already. */
      readonly kind: "start-sequence";
      readonly ownerId: string;
      /** The owner the decision saw: it is dropped when a person has chosen another one since, as a task is. */
      readonly ownerSeen?: string;
      readonly sequence: string;
    }
  | {
      /** Puts the lead on a list of the CRM; being on it already is as good. */
      readonly kind: "add-to-list";
      readonly list: string;
    }
  | {
      /** Makes one side of a linked pair agree with the other. A value whose `to` is empty is cleared. */
      readonly kind: "sync-fields";
      readonly side: Side;
      /** By the property path of that side. */
      readonly values: Readonly<Record<string, GuardedValue>>;
      /** What both sides have agreed on once it is written. */
      readonly agreed: Agreed;
      /** What they had agreed on of the same fields when it was planned; left out by versions that did not keep it. */
      readonly agreedBefore?: Agreed;
    }
  | {
      /** Tells whoever asked for the handoff how it ended. */
      readonly kind: "answer-request";
      readonly callback: string;
      readonly outputs: Readonly<Record<string, string>>;
    };
export type WriteKind = WriteBody["kind"];

/** One write with its key: minted once, never derived from the attempt or the clock. */
export type Write = WriteBody & {
  readonly key: string;
  readonly lead: LeadRef;
  /** The same person in the other CRM, for the record to carry: a pair says it as it sends, nobody plans it. */
  readonly counterpart?: LeadRef;
};

/**
 * What a CRM's answer says about one write. A refusal as `crm.not-found` (the lead, or something else it names, is not there) is believed
 * when it is said again. `dropped` names the fields a person had changed meanwhile; `reason` says why it was done as it
 * was, where another way was as likely.
 */
export type Receipt = { readonly key: string } & (
  | {
      readonly outcome: "applied";
      readonly id: string;
      readonly dropped?: readonly string[];
      readonly reason?: string;
    }
  | { readonly outcome: "not-applied"; readonly code: string; readonly retryAfterMs?: number }
  | { readonly outcome: "unknown"; readonly code: string }
  | { readonly outcome: "refused"; readonly code: string; readonly reason: string }
);

/** Whether an effect whose answer was lost is there. */
export type Sighting = { readonly key: string } & (
  | { readonly seen: "yes"; readonly id: string }
  | { readonly seen: "no" }
  | { readonly seen: "unsure"; readonly code: string }
);

/**
 * States of an effect: planned → attempting → confirmed | refused | planned | ambiguous → confirmed | planned | parked.
 * `dropped`: a person, a merge or a deletion made it pointless, before it was attempted or while nobody knew whether it was applied.
 */
export const EFFECT_STATES = [
  "planned",
  "attempting",
  "ambiguous",
  "confirmed",
  "refused",
  "parked",
  "dropped",
] as const;
export type EffectState = (typeof EFFECT_STATES)[number];
