/**
 * The one interface every CRM adapter implements. CRM words (contact, sObject, `hubspot_owner_id`) stop behind it.
 *
 * A `CrmApp` is the app as registered with the CRM, one per deployment: it knows signatures and OAuth. A `Connector` is
 * one installation of it: it reads leads and writes effects through one HTTP client with one limiter.
 */
import type { ErrorCode } from "./errors.ts";
import type { Belonging } from "./model/account.ts";
import type { CrmEvent, FormSubmission } from "./model/event.ts";
import type { LeadChange, ModifiedPage } from "./model/change.ts";
import type { Receipt, Write } from "./model/effect.ts";
import type { DurationMs, Instant } from "./model/instant.ts";
import type { Crm, LeadRef } from "./model/lead.ts";
import type { OwnRecord } from "./model/lost.ts";
import type { Owner } from "./model/rep.ts";
import type { ActivityRef, LeadTouch } from "./model/touch.ts";

/** A request as it came over the wire: `body` is the raw bytes, `url` the public URL that was called. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** What a verified request holds. Events that make no sense are counted by code; they never spoil the rest. */
export interface Reception {
  readonly events: readonly CrmEvent[];
  readonly refused: readonly { readonly code: string; readonly detail: string }[];
  /** What to answer once the events are stored: JSON, unless `type` says what the text in `body` is. */
  readonly answer: { readonly status: number; readonly body?: unknown; readonly type?: string };
}

/** One public endpoint of the app. `receive` throws a `BatonError` `receive.*` for what cannot be trusted or read. */
export interface Endpoint {
  readonly method: "POST";
  readonly path: string;
  readonly maxBytes: number;
  receive(request: RawRequest, now: Instant): Reception;
}

/** Tokens of one connection, in the clear only inside the process. `scopes` is what was really granted. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresAt: Instant;
  readonly scopes: readonly string[];
  /** Where this tenant's API is, for CRMs that say it with the tokens. */
  readonly instanceUrl?: string;
}

/**
 * Where one connection's tokens live. `renew` is single-flight in the whole fleet: it reads the tokens again, and calls
 * `exchange` only if they are still `stale`; what comes back is stored before anyone uses it. `mayAsk` says, when the request is
 * about to go out, whether nobody else can be renewing them by now.
 */
export interface TokenVault {
  load(): Promise<Tokens>;
  renew(
    stale: Tokens,
    exchange: (current: Tokens, mayAsk: () => boolean) => Promise<Tokens>,
  ): Promise<Tokens>;
}

/** What an authorisation brought: tokens, and the tenant they open. */
export interface Grant {
  readonly tenant: string;
  readonly tokens: Tokens;
}

/**
 * Whether an account is called. `open`: it has not answered lately and is left alone for a while; `half-open`: one call finds out
 * whether it does again; `resting`: the CRM has named a time to come back; otherwise `closed`.
 */
export const ANSWERING = ["closed", "open", "half-open", "resting"] as const;
export type Answering = (typeof ANSWERING)[number];

/** What an admin may paste into the CRM, in plain text. `code` is pasted as it stands, line by line. */
export interface SetupNote {
  readonly title: string;
  readonly text: string;
  readonly code?: string;
}

export interface CrmApp {
  readonly crm: Crm;
  readonly endpoints: readonly Endpoint[];
  /** Where to send an admin to install. `challenge` is the S256 PKCE challenge. */
  authorizeUrl(state: string, challenge: string): string;
  /** Redeems the code of the callback. Throws `install.*`. */
  exchange(code: string, verifier: string, now: Instant): Promise<Grant>;
  /** Gets tokens with a key of Baton's own, where no admin signs in. Throws `config.invalid`, `crm.*`. */
  readonly mint?: (now: Instant) => Promise<Grant>;
  connect(tenant: string, vault: TokenVault, capabilities: Capabilities): Connector;
  /** How each account stands that this process has a connector to. Throws nothing. */
  answering(): readonly Answering[];
  /**
   * What may be set up by hand in this tenant. It may hold a key of the tenant: shown to its admin and to the operator,
   * never logged, stored or put into an address. Throws nothing.
   */
  setupNotes(tenant: string): readonly SetupNote[];
}

/** How created records can be found again after an answer was lost. */
export type KeyPlace = "unique-property" | "marker";

/** What this installation can do, found out at install and stored. Differences between CRMs are data. */
export interface Capabilities {
  readonly taskKey: KeyPlace;
  readonly noteKey: KeyPlace;
  readonly deals: boolean;
  readonly workingHours: boolean;
  readonly submissions: boolean;
  readonly callbacks: boolean;
  /** Whether the lists a lead is on can be read. */
  readonly lists: boolean;
  /** Whether calls, e-mails, meetings and completed tasks can be read. */
  readonly touches: boolean;
  /** Whether leads can be enrolled in sequences of the CRM. */
  readonly sequences: boolean;
  /** Whether a lead can carry the id it has in the other CRM, at most one lead each. */
  readonly counterparts?: boolean;
  /** Whether the CRM's own connector keeps its leads in step with another CRM already. */
  readonly syncsItself?: boolean;
  /** Whether the CRM pushes changes over a connection Baton keeps open: `listen`. */
  readonly streams?: boolean;
  /** How often to look for what nobody has told, in milliseconds; absent: once a day. */
  readonly sweepEveryMs?: DurationMs;
}

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
  | { readonly found: "unsure"; readonly asked: LeadRef; readonly code: ErrorCode }
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

/** Whether an effect whose answer was lost is there. */
export type Sighting = { readonly key: string } & (
  | { readonly seen: "yes"; readonly id: string }
  | { readonly seen: "no" }
  | { readonly seen: "unsure"; readonly code: string }
);

/** One part of a tenant's vocabulary: all of it, or unknown because the tenant does not let Baton look. Unknown is not none. */
export type Known<T> = { readonly known: true; readonly all: T } | { readonly known: false };

/** A value a property takes, and what people see instead of it. */
export interface CrmOption {
  readonly value: string;
  readonly label: string;
}

/** A property as the tenant defines it. */
export interface CrmProperty {
  /** `choices`: several in one text. `other`: a kind of value Baton does not know. */
  readonly type: "text" | "number" | "boolean" | "date" | "date-time" | "choice" | "choices" | "other";
  readonly writable: boolean;
  /** Absent where the type does not limit the values, or the tenant does not list them. */
  readonly options?: readonly CrmOption[];
}

/** The words a tenant has for what a playbook names. What is archived is absent, but for owners. */
export interface Vocabulary {
  /** By object as `fields.yaml` writes it (`contact`), then by the property's name (`jobtitle`). */
  readonly properties: Readonly<Record<string, Known<ReadonlyMap<string, CrmProperty>>>>;
  /** Paths of the properties that `prepare` makes. */
  readonly own: readonly string[];
  /** The stages of a lead's life, in the tenant's order. */
  readonly stages: Known<readonly CrmOption[]>;
  readonly owners: Known<readonly Owner[]>;
  /** Names of forms as people see them. */
  readonly forms: Known<readonly string[]>;
  /** Lists of people: ids, as `{ list: … }` names them, and what people call them. */
  readonly lists: Known<readonly CrmOption[]>;
}

/** What sales may answer in the CRM, and the reasons it may give: the words of `agreement.yaml`. */
export interface OfferedAnswers {
  readonly answers: readonly string[];
  readonly reasons: readonly string[];
}

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

/** Whose an e-mail address is, where a CRM lets several records have one. */
export interface Addressee extends LeadRef {
  /** The other records with it. */
  readonly others?: readonly LeadRef[];
  /** They are perhaps not one person: nobody is taken for whoever has the address elsewhere. */
  readonly isUnclear?: true;
}

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

/** What was heard on an open connection. `replay` is where to go on from, once it is stored: opaque text. */
export interface Heard {
  readonly channel: string;
  readonly replay: string;
  readonly events: readonly CrmEvent[];
  /** The CRM says that it left something out here: what was modified has to be looked for. */
  readonly isGap: boolean;
}

/** Calls that all apps of an account have made within a day, and how many there may be. */
export interface CallsOfDay {
  readonly used: number;
  readonly most: number;
}

/** An open connection. `ended` settles when it is over, with why; it never rejects. */
export interface Listening {
  readonly ended: Promise<{ readonly code: ErrorCode }>;
  close(): Promise<void>;
}

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
