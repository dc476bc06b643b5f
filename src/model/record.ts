/** What a CRM holds of leads, their deals and their accounts, as it was read: values as text by property path. */
import type { Instant } from "./instant.ts";
import type { LeadRef } from "./lead.ts";

/** Which CRM properties to read with a lead, by the paths of `fields.yaml`: `contact.jobtitle`, `company.name`. */
export interface Wanted {
  readonly properties: readonly string[];
  /** Those of which every former value is wanted too. */
  readonly history: readonly string[];
  readonly deals: boolean;
  /** Whether the lists that the leads are on are wanted. */
  readonly lists: boolean;
  /**
   * False where nothing is wanted of the account but its id: a CRM that would have to be called for it is not. The id is then what the
   * lead says, whether there is such an account or not.
   */
  readonly account?: false;
}

export interface HistoryEntry {
  readonly value: string;
  readonly at: Instant;
  /** Who or what set it, as the CRM says: `CRM_UI`, `FORMS`. */
  readonly by?: string;
}

/** A lead as read from the CRM: values as text by property path; what is empty is absent. */
export type CrmRecord =
  /** The CRM says that it has no such lead. Believed the second time: lanes/not-there.ts. */
  | { readonly found: false; readonly asked: LeadRef }
  /** What the CRM said of it makes no sense: no proof that it is gone, and nothing to decide by. `code` is a `crm.*`. */
  | { readonly found: "unsure"; readonly asked: LeadRef; readonly code: string }
  | {
      readonly found: true;
      readonly asked: LeadRef;
      /** Differs from `asked` when that record was merged into this one. */
      readonly lead: LeadRef;
      /** Ids of records that were merged into this one, as far as the CRM tells with it. */
      readonly formerly?: readonly string[];
      readonly ownerId?: string;
      readonly stage?: string;
      readonly accountId?: string;
      readonly accountOwnerId?: string;
      /** Open ones first, of those the one whose stage was changed last. */
      readonly deals: readonly CrmDeal[];
      /** Ids of the lists the lead is on; absent where they were not wanted or cannot be read. */
      readonly lists?: readonly string[];
      readonly values: Readonly<Record<string, string>>;
      readonly history: Readonly<Record<string, readonly HistoryEntry[]>>;
      /** When anything of it was changed last, where the CRM says so. */
      readonly modifiedAt?: Instant;
      /** The id the same person has in the other CRM, where this record carries it. */
      readonly counterpart?: string;
      /** Wanted properties this connection may not see: of those nothing is known, not even that they are empty. */
      readonly unreadable?: readonly string[];
      /** When account, deals and lists were read, where that was earlier than the rest: lanes/surroundings.ts. */
      readonly surroundedAt?: Instant;
      /** The same person in sales' CRM, where that is another one. Its values, lists aside, are among those of this record. */
      readonly sales?: SalesRecord;
      readonly readAt: Instant;
    };

/** The record that a lead of marketing's CRM is in sales' CRM. */
interface SalesRecord {
  readonly lead: LeadRef;
  /** How it was found: linked before, or by its address just now. */
  readonly by: "link" | "email";
  /** Sales' CRM says that it has no such record; then there are none of its values. */
  readonly isGone: boolean;
  readonly modifiedAt?: Instant;
}

/** A deal of a lead's, or of nobody's but its account. */
export interface CrmDeal {
  readonly id: string;
  readonly state: "open" | "won" | "lost";
  readonly ownerId?: string;
  readonly name?: string;
  /** As the CRM writes it: digits and a point. */
  readonly amount?: string;
  /** ISO 4217, where the CRM keeps one for each deal. */
  readonly currency?: string;
  readonly createdAt?: Instant;
  readonly closedAt?: Instant;
}

/** An account as the CRM lists it: values as text by property path, as in `CrmRecord`. */
export interface CrmAccount {
  readonly id: string;
  readonly name?: string;
  /** As the CRM keeps it: mostly a bare domain, sometimes an address. */
  readonly domain?: string;
  readonly phone?: string;
  readonly ownerId?: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A part of the list of all accounts. Without `next` it is the last one. */
export interface AccountPage {
  readonly accounts: readonly CrmAccount[];
  readonly next?: string;
}
