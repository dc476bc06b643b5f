/** A lead as Baton names it, and what is known about it: facts, each with the place it came from. */
import type { Instant } from "./instant.ts";
import type { Signal } from "./signal.ts";
import type { FormerHandoff, OpenHandoff } from "./handoff.ts";
import type { LeadDeal } from "./deal.ts";
import type { HandoffRequest } from "./event.ts";
import type { LostHandoff } from "./lost.ts";
import type { AccountActivity, AccountMatch, Duplicate } from "./account.ts";

/** The CRMs Baton speaks to. */
export type Crm = "hubspot" | "salesforce";

/** An account as its CRM calls it: `portal 42`, `org 00D5g000008ABCDEA4`. Throws nothing. */
export function accountOf({ crm, tenant }: { readonly crm: Crm; readonly tenant: string }): string {
  return `${crm === "hubspot" ? "portal" : "org"} ${tenant}`;
}

/** Names one lead: `id` is opaque and unique within one installation and CRM. */
export interface LeadRef {
  readonly crm: Crm;
  readonly id: string;
}

/** Whose an e-mail address is, where a CRM lets several records have one. */
export interface Addressee extends LeadRef {
  /** The other records with it. */
  readonly others?: readonly LeadRef[];
  /** The id the same person has in the other CRM, where this record carries it. */
  readonly counterpart?: string;
  /** They are perhaps not one person: nobody is taken for whoever has the address elsewhere. */
  readonly isUnclear?: true;
}

/** A value Baton understood. Dates and times are instants; everything else is what it says. */
export type FactValue = string | number | boolean;

/** One known fact and the CRM property (or derivation) it came from, such as `contact.jobtitle`. */
export interface Fact {
  readonly value: FactValue;
  readonly from: string;
}

/**
 * Everything known about a lead and its account, keyed by the names of `fields.yaml`: `lead.email`,
 * `account.employees`. A fact that is not known is absent: unknown is never an empty string or a zero.
 */
export type Facts = Readonly<Record<string, Fact>>;

/** A CRM value no mapping of `fields.yaml` covers: shown to an admin with one line of YAML to add. */
export interface UnmappedValue {
  readonly field: string;
  readonly from: string;
  readonly value: string;
  readonly suggestion: string;
}

/**
 * What one decision looks at: the lead as it stood at one instant. It is stored with the decision, so the
 * decision can be explained and repeated.
 */
export interface Snapshot {
  /** Minted before deciding; it names the decision, and the handoff if one begins with it. */
  readonly decisionId: string;
  readonly lead: LeadRef;
  /** A page of the CRM on which a person can see the lead. */
  readonly leadUrl: string;
  readonly accountId?: string;
  readonly facts: Facts;
  readonly unmapped: readonly UnmappedValue[];
  /** First-party behaviour, newest first. */
  readonly signals: readonly Signal[];
  /** Ids of the CRM's lists the lead is on; absent where the CRM did not tell. */
  readonly lists?: readonly string[];
  /** Who else of the lead's account has been seen, and what they did; absent where there is no account. */
  readonly account?: AccountActivity;
  /** How a lead without an account in the CRM was matched with one; absent where the CRM says which it is. */
  readonly match?: AccountMatch;
  /** Other records that are, or may be, the same person; the surest first. */
  readonly duplicates?: readonly Duplicate[];
  /** Its deals, open and closed; absent where they are not read. */
  readonly deals?: readonly LeadDeal[];
  /** What the pick lists that sales answers in hold now, by property path; empty ones are absent. */
  readonly picked?: Readonly<Record<string, string>>;
  /** The handoff this lead is in now, if sales already has it or it waits for somebody to take it. */
  readonly handoff?: OpenHandoff;
  /** The last one that is over. `signals` are those of after it: what sales has answered never counts twice. */
  readonly former?: FormerHandoff;
  /** A handoff of this lead that the CRM shows and Baton does not remember: only after a restore. */
  readonly lost?: LostHandoff;
  /** What the decision before this one came to: saying the same again needs no write. */
  readonly last?: { readonly outcome: string; readonly reason: string };
  /** Set when a workflow asked for this decision, rather than the lead's own behaviour. */
  readonly request?: HandoffRequest;
  readonly readAt: Instant;
  /** When account, deals and lists were read, where only what sales did was looked at since. */
  readonly surroundedAt?: Instant;
}
