/**
 * The one interface every CRM adapter implements. CRM words (contact, sObject, `hubspot_owner_id`) stop behind it.
 *
 * A `Connector` is one installation of a `CrmApp`: it reads leads and writes effects through one HTTP client with one limiter.
 * Source: docs/decisions/0010-app-and-connector.md.
 */
import type { ErrorCode } from "./errors.ts";
import type { CallsOfDay, Capabilities } from "./model/capabilities.ts";
import type { LeadChange, ModifiedPage } from "./model/change.ts";
import type { OfferedAnswers } from "./model/disposition.ts";
import type { Receipt, Sighting, Write } from "./model/effect.ts";
import type { CrmEvent, FormSubmission } from "./model/event.ts";
import type { Instant } from "./model/instant.ts";
import type { Addressee, Crm, LeadRef } from "./model/lead.ts";
import type { OwnRecord } from "./model/lost.ts";
import type { Admission, Newcomer, NewcomerReceipt } from "./model/newcomer.ts";
import type { AccountPage, CrmAccount, CrmRecord, Wanted } from "./model/record.ts";
import type { Owner } from "./model/rep.ts";
import type { ActivityRef, LeadTouch } from "./model/touch.ts";
import type { Vocabulary } from "./model/vocabulary.ts";

/** What was heard on an open connection. `replay` is where to go on from, once it is stored: opaque text. */
export interface Heard {
  readonly channel: string;
  readonly replay: string;
  readonly events: readonly CrmEvent[];
  /** The CRM says that it left something out here: what was modified has to be looked for. */
  readonly isGap: boolean;
}

/** An open connection. `ended` settles when it is over, with why; it never rejects. */
export interface Listening {
  readonly ended: Promise<{ readonly code: ErrorCode }>;
  close(): Promise<void>;
}

/** One installation's way to its CRM. `test/contract/connector.ts` says what it promises; both adapters pass it. */
export interface Connector {
  readonly crm: Crm;
  readonly capabilities: Capabilities;
  /** The first words of the property paths it knows: `contact`, `company`. No two CRMs share one. */
  readonly objects: readonly string[];
  /**
   * Reads up to 100 leads, in the order asked; one that cannot be read spoils none of the others. `accountHints` are the accounts
   * the leads belonged to last time, so that they can be read in the same round trip. Throws `crm.*` when the CRM cannot be read
   * at all.
   */
  read(
    leads: readonly LeadRef[],
    wanted: Wanted,
    accountHints?: ReadonlyMap<string, string>,
  ): Promise<readonly CrmRecord[]>;
  /**
   * Reads what leads hold in these properties of theirs and nothing else, up to 2,000 at once, in as few calls as the CRM allows: for
   * comparing many. In the order asked, as `read` answers: without deals, lists and history; owner and account may be missing.
   * Properties of accounts may take calls of their own. Throws as `read`.
   */
  glance(leads: readonly LeadRef[], properties: readonly string[]): Promise<readonly CrmRecord[]>;
  /** How many calls this connector has made so far, in every manner. Throws nothing. */
  spent(): number;
  /** The calls of the CRM's day, as it said last. Absent where a CRM never says; undefined where it has not said yet. Throws nothing. */
  day?(): CallsOfDay | undefined;
  /** Finds leads by lower-case e-mail address; those not found are absent. Of several with one, the best. */
  findByEmail(emails: readonly string[]): Promise<ReadonlyMap<string, Addressee>>;
  owners(): Promise<readonly Owner[]>;
  /**
   * Lists accounts, some hundred at a time, in an order that stays the same while nothing changes. `after` is the `next` of the
   * part before. `wanted.properties` says which values come along. Throws `crm.*` when the CRM cannot be read.
   */
  accounts(wanted: Wanted, after?: string): Promise<AccountPage>;
  /**
   * Submissions since `since` (inclusive, with the overlap the CRM needs), oldest first. Repeats are normal. `conversions`,
   * the values of `conversion` events, narrows it to the newest submissions of the forms they speak of; a call without it tells the rest.
   */
  submissions(since: Instant, conversions?: readonly string[]): Promise<readonly FormSubmission[]>;
  /**
   * Lists leads modified at `since` or later, a few hundred at a time, each once, in an order that stays the same while leads are
   * modified. `after` is the `next` of the part before. The newest modifications may be missing for some minutes; deleted and
   * merged leads are, or say so (`isGone`). `where` leaves out those that were modified in sales' CRM alone, where that is another
   * one. Throws `crm.*` when the CRM cannot be read.
   */
  changedSince(since: Instant, after?: string, where?: "leading"): Promise<ModifiedPage>;
  /**
   * What events would have told of these leads (up to one page of `changedSince`): changes at `since` or later, as far back as the CRM
   * keeps them, oldest first. Throws `crm.*` when the CRM cannot be read.
   */
  changesOf(leads: readonly LeadRef[], since: Instant): Promise<readonly LeadChange[]>;
  /**
   * Applies the writes of one lane's turn, however many, in as few calls as the CRM takes. One receipt a write, never an exception: an
   * exception would lose the rest. `mayWrite` is asked right before the bytes of each call go out; what was not sent because it
   * said no is `not-applied`, with `deliver.lost-lane`. Without it everything may be sent.
   */
  apply(writes: readonly Write[], mayWrite?: () => boolean): Promise<readonly Receipt[]>;
  /** Looks whether writes with a lost answer are there, by key or through the lead's own records, never by search. */
  look(writes: readonly Write[]): Promise<readonly Sighting[]>;
  /**
   * Tasks and notes with which any Baton began handoffs of these leads at `since` or later (not those that went on with one), through
   * the leads' own records, never by search. For a database that was restored. Throws `crm.*` unless all could be read.
   */
  ownRecords(leads: readonly LeadRef[], since: Instant): Promise<readonly OwnRecord[]>;
  /**
   * What passed between sales and these leads, however many, at `since` or later, and what is planned: through the leads' own records,
   * never by search, oldest first. `own` are ids of tasks that Baton made: they say nothing, and need not be read. Throws `crm.*` when it
   * cannot be read: an answer that misses some would prove nothing.
   */
  touches(
    leads: readonly LeadRef[],
    since: Instant,
    own?: ReadonlySet<string>,
  ): Promise<readonly LeadTouch[]>;
  /** The leads that activities belong to, however many of either: each pair once; an activity of nobody, or that is gone, has none. */
  leadsOf(
    activities: readonly ActivityRef[],
  ): Promise<readonly { readonly activity: ActivityRef; readonly lead: LeadRef }[]>;
  /**
   * Makes leads of people of the other CRM, each once however often it is asked: by the id they have there, where
   * `capabilities.counterparts`, or by their address, where no two leads can have one. Somebody the CRM takes for a person it has
   * becomes that one, if it is plain who. One receipt each, as `apply` gives them, with the lead's id; of those who were made with a
   * `belonging` it says what came of that.
   */
  createLeads?(newcomers: readonly Newcomer[], mayWrite?: () => boolean): Promise<readonly NewcomerReceipt[]>;
  /**
   * Of a pair: which leads of marketing's these people of sales' CRM are (up to 100), found by what they carry or by their address, else
   * made, each once however often it is asked. One answer each, in order. Nothing is linked by it. `isDry`: nobody is made. Throws
   * `crm.*` when either CRM cannot be read.
   */
  admit?(
    people: readonly LeadRef[],
    how?: { readonly mayWrite?: () => boolean; readonly isDry?: boolean },
  ): Promise<readonly Admission[]>;
  /**
   * Accounts whose web address is at one of these lower-case registered domains, and perhaps some that only look alike:
   * asked for, not taken from a list, so that none is missing. Without `values`. Throws `crm.*`.
   */
  accountsAt?(domains: readonly string[]): Promise<readonly CrmAccount[]>;
  /** Who of the other CRM is here already, by the ids there: by what records carry, not by search. Throws `crm.*`. */
  counterpartsOf?(leads: readonly LeadRef[]): Promise<ReadonlyMap<string, LeadRef>>;
  /**
   * Keeps a connection open on which the CRM tells what changes, where `capabilities.streams`. `replay` says where each channel was
   * left: what the CRM has kept since comes first. `hear` is called for one channel's parts in order, and the next waits for it; when it
   * rejects, the connection ends. A place the CRM does not know any more is told as a gap. Throws `crm.*` when it cannot be opened.
   */
  listen?(replay: ReadonlyMap<string, string>, hear: (heard: Heard) => Promise<void>): Promise<Listening>;
  /** What a playbook can be checked against. Throws `crm.*` when the CRM cannot be read at all. */
  vocabulary(): Promise<Vocabulary>;
  /**
   * Makes the tenant ready (Baton's properties) and finds out what it can do. Repeatable. `offered` is what sales may pick: what is
   * missing is added, nothing is taken away or renamed; left out, the words of the default playbook are.
   */
  prepare(offered?: OfferedAnswers): Promise<Capabilities>;
  /** A page a person can open to see the lead. */
  leadUrl(lead: LeadRef): string;
  /** Leaves the tenant: the app is uninstalled on the CRM's side. */
  leave(): Promise<void>;
  /**
   * The same connection for work nobody waits for: its calls leave a part of the call budget to live leads. To close either is to
   * close both.
   */
  asBulk(): Connector;
  close(): Promise<void>;
}
