/** People whom only one CRM of a pair knows, and what becomes of them in the other. Source: docs/sync.md. */
import type { Belonging } from "./account.ts";
import type { Receipt } from "./effect.ts";
import type { DurationMs } from "./instant.ts";
import type { LeadRef } from "./lead.ts";

/** A person of the other CRM who is to be a lead in this one too. */
export interface Newcomer {
  readonly key: string;
  /** Who it is in the other CRM: at most one record here ever carries it. */
  readonly counterpart: LeadRef;
  readonly ownerId?: string;
  /** By the property paths of this CRM: `lead.Company`. */
  readonly properties: Readonly<Record<string, string>>;
  /**
   * The account they are made a part of, where this CRM keeps such people apart from leads of no account. Where it refuses that they
   * are made as without it. Says nothing of whoever is here already.
   */
  readonly belonging?: Belonging;
}

/** What became of a newcomer. `isFound`: nobody was made for it. It is whoever has its address here, who says what they said. */
export type NewcomerReceipt = Receipt & { readonly isFound?: true };

/** What became of a person of sales' CRM who is to be a lead of marketing's too. */
export type Admission = { readonly asked: LeadRef } &
  /** `counterpart` is the record they are in sales' CRM: `asked`, or what it was converted or merged into, or their better one. */
  (
    | {
        readonly is: "lead";
        readonly lead: LeadRef;
        readonly counterpart: LeadRef;
        readonly by: "link" | "carried" | "email" | "made";
      }
    /** Only asked: they would be found or made. */
    | { readonly is: "expected" }
    /** They are nobody's lead, and trying again changes nothing. `why` is for people, without a word of who it is. */
    | { readonly is: "nobody"; readonly why: string }
    | { readonly is: "later"; readonly code: string; readonly retryAfterMs?: DurationMs }
    | { readonly is: "refused"; readonly code: string }
  );
