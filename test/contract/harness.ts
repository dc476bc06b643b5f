/** What a connector's test file gives the contract suite: a CRM that people act in, with a connector on it. */
import type { Connector } from "../../src/connector.ts";
import type { Write } from "../../src/model/effect.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { ActivityRef } from "../../src/model/touch.ts";

/** How a CRM is made to behave in a test. Each trouble meets the next write of that kind, once. */
export type Trouble =
  /** The write is kept and the answer never comes. */
  | "lost-after"
  /** The connection breaks before the write is kept. */
  | "lost-before"
  /** The CRM says that it has too much to do. */
  | "not-now";

/** A write kind that leaves something to be found. */
export type RecordKind = Exclude<Write["kind"], "answer-request">;

/** What the CRM holds of one created task or note. */
export interface Held {
  readonly id: string;
  readonly text: string;
  readonly ownerId?: string;
}

/** What happens between sales and a lead, `at` an instant; without an owner it is the lead's own. */
export interface Deed {
  readonly does:
    | "call-reached"
    | "call-tried"
    | "call-planned"
    | "email"
    | "sequence-email"
    | "reply"
    | "meeting-planned"
    | "meeting-held"
    | "meeting-missed"
    | "meeting-cancelled"
    | "task";
  readonly at: Instant;
}

/** Making leads of people of the other CRM. */
export interface NewcomerHarness {
  /** Path of the address. */
  readonly email: string;
  /** What a new lead must have besides, by path. */
  readonly required: Readonly<Record<string, string>>;
  /** How many leads have this address. */
  count(email: string): number;
  /** As `trouble`, of the next lead that is made. */
  trouble(trouble: Trouble): void;
}

/** A CRM with a connector on it. Every lead it makes is new. */
export interface ConnectorHarness {
  /** As a server makes it, with its tokens in a database. */
  readonly connector: Connector;
  /** Another one of what is stored, as a process has it that was just started. */
  again(): Connector;
  /** Ends the access token before its time. */
  endToken(): void;
  /** How often tokens were renewed so far. */
  renewals(): number;
  /** Property paths as this CRM names them: one of the lead, one of its account, one of Baton's own. */
  readonly paths: { readonly role: string; readonly accountName: string; readonly ownText: string };
  /** Whether `paths.ownText` is one of the properties Baton brings. */
  readonly hasOwnFields: boolean;
  /** Two stages of the lead's life, as the CRM stores them, in order. */
  readonly stages: { readonly earlier: string; readonly later: string };
  readonly owners: { readonly one: string; readonly other: string; readonly gone: string };
  addAccount(name: string): Promise<string>;
  addLead(lead: {
    email: string;
    role?: string;
    stage?: string;
    ownerId?: string;
    accountId?: string;
  }): Promise<LeadRef>;
  /** Makes a list with these leads on it, and gives its id. */
  addList(name: string, leads: readonly LeadRef[]): Promise<string>;
  /** Links a deal with the lead. */
  addDeal(lead: LeadRef, deal: { name: string; amount: string; state?: "won" | "lost" }): Promise<string>;
  /** Makes a sequence nobody is in, and gives its id. Asked only of CRMs that have sequences. */
  addSequence(name: string): Promise<string>;
  /** What nobody can say in this CRM, and so is not asked. */
  readonly unsayable: readonly Deed["does"][];
  /** A person calls, writes, meets or completes a task of their own, or a sequence writes. Gives what names the activity. */
  act(lead: LeadRef, deed: Deed): Promise<ActivityRef>;
  /** The sequence the lead is in. */
  sequenceOf(lead: LeadRef): string | undefined;
  /** Ids of the leads on a list. */
  listed(list: string): readonly string[];
  deleteLead(lead: LeadRef): Promise<void>;
  /** Gives the survivor. */
  mergeLeads(kept: LeadRef, merged: LeadRef): Promise<LeadRef>;
  /** A person makes another record of the lead, where the CRM has it; gives that one. */
  convertLead?(lead: LeadRef): Promise<LeadRef>;
  /** A person changes the owner. */
  giveTo(lead: LeadRef, ownerId: string): Promise<void>;
  holds(lead: LeadRef): { readonly ownerId?: string; readonly stage?: string; readonly ownText?: string };
  tasks(lead: LeadRef): readonly Held[];
  notes(lead: LeadRef): readonly Held[];
  /** A person completes a task. */
  complete(task: string): Promise<void>;
  trouble(kind: RecordKind, trouble: Trouble): void;
  /** There where the connector makes leads. */
  readonly newcomers?: NewcomerHarness;
  close(): Promise<void>;
}
