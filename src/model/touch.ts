/** What passed between a rep and a lead, as the CRM shows it. Source: docs/glossary.md, "Touch". */
import type { Instant } from "./instant.ts";
import type { Crm, LeadRef } from "./lead.ts";

/** `reply`: the lead answered an e-mail. `task`: somebody completed a task of the CRM. */
export const TOUCH_KINDS = ["call", "email", "reply", "meeting", "task"] as const;
export type TouchKind = (typeof TOUCH_KINDS)[number];

/**
 * How far it got. `tried`: nobody answered, a message was left, it was sent. `reached`: both were in touch.
 * `planned`: still to come. `missed`: a meeting the lead did not come to.
 */
export type TouchResult = "planned" | "tried" | "reached" | "missed";

export interface Touch {
  /** The activity's identity in the CRM: `call:123`. The same activity read later may have got further. */
  readonly key: string;
  readonly kind: TouchKind;
  readonly result: TouchResult;
  /** When it took place, not when it was written down. */
  readonly at: Instant;
  /** The owner whose activity it is. */
  readonly ownerId?: string;
  /** False for what a sequence, a workflow or Baton itself did: it never counts. */
  readonly byPerson: boolean;
}

/** A touch and the lead it was with. */
export type LeadTouch = Touch & { readonly lead: LeadRef };

/** Names one activity or deal of the CRM of which only that it changed is known. */
export interface ActivityRef {
  readonly kind: "call" | "email" | "meeting" | "task" | "deal";
  readonly id: string;
  /** Where it is, if not in the installation's own CRM. */
  readonly crm?: Crm;
}
