/**
 * The tables as Kysely sees them, the same on SQLite and PostgreSQL. The installation comes first in every key: tenants
 * never see each other. Instants are integers (UTC epoch milliseconds); JSON is text, so both databases keep it to the
 * letter. Source: docs/decisions/0004-one-schema-two-databases.md.
 */
import type { Generated, Kysely, Transaction } from "kysely";
import type { EffectState, WriteKind } from "../model/effect.ts";
import type { Urgency } from "../model/event.ts";
import type { HandoffState } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import type { Publication, Side } from "../model/version.ts";
import type { Visitor } from "../model/visitor.ts";
import type { LinkNameRow, LinkRow, ResyncSampleRow } from "./schema-links.ts";
import type { ClockRow, CourseColumns, DispositionRow, TouchRow } from "./schema-following.ts";
import type { ChannelRow, DeliveryRow, NoticeRow } from "./schema-notices.ts";
import type { ReportDayRow, ReviewNoteRow } from "./schema-report.ts";

/** `duplicate`: two records may be one person. `account`: a lead may belong to an account. */
export type ReviewKind = "duplicate" | "account";

/**
 * What a person said: the same person or the right account; different ones; or that it is put right in the CRM, so that nothing
 * is left to say.
 */
export type ReviewAnswer = "same" | "different" | "linked";

/** `active`: working. `disconnected`: the CRM refuses our token; work waits. `removed`: left, data wiped. */
export type InstallationState = "active" | "disconnected" | "removed";

export interface InstallationRow {
  id: string;
  crm: Crm;
  tenant: string;
  state: InstallationState;
  /** JSON of `Capabilities`. */
  capabilities: string;
  created_at: Instant;
  updated_at: Instant;
  /** The installation whose leads sales works on in this one; null where it has leads of its own. */
  serves: string | null;
}

interface ConnectionRow {
  installation: string;
  /** Tokens under AES-256-GCM, bound to this row. */
  sealed: string;
  expires_at: Instant;
  updated_at: Instant;
  /** Who renews them, and until when nobody else does: by the database's clock. */
  renewer: string | null;
  renewing_until: Instant | null;
}

interface OAuthStateRow {
  /** SHA-256 of the state, so that the table alone opens nothing. */
  digest: string;
  crm: Crm;
  /** What the flow must remember until the callback, sealed. */
  sealed: string;
  expires_at: Instant;
}

/** `echo`: caused by Baton's own write. `parked`: failed three times, waits for a person. */
export type EventState = "pending" | "done" | "echo" | "parked";

export interface EventRow {
  seq: Generated<number>;
  installation: string;
  key: string;
  kind: string;
  lead: string | null;
  /** 0 live, 1 bulk: the order in which a lane takes them. */
  urgency: number;
  /** JSON of the `CrmEvent`. */
  body: string;
  occurred_at: Instant;
  received_at: Instant;
  not_before: Instant;
  attempts: number;
  state: EventState;
  /** Error code or short outcome once it is no longer pending. */
  outcome: string | null;
}

interface SignalRow {
  installation: string;
  lead: string;
  key: string;
  at: Instant;
  /** JSON of the `Signal`. */
  body: string;
}

/** A deed some condition counts over all people of an account. */
interface AccountSignalRow {
  installation: string;
  lead: string;
  key: string;
  account: string;
  at: Instant;
  /** JSON of the `Signal`. */
  body: string;
}

export interface LeadRow {
  installation: string;
  lead: string;
  /** Lower case, as the decision saw it. */
  email: string | null;
  /** As the decision saw them, for the briefs of colleagues. */
  name: string | null;
  role: string | null;
  account: string | null;
  /** The latest verdict, for people and for "has anything changed". */
  outcome: string | null;
  reason: string | null;
  decision: string | null;
  /** JSON of `Surroundings`, while sales has the lead. */
  surroundings: string | null;
  seen_at: Instant;
}

/** An account as the CRM listed it last. */
interface AccountRow {
  installation: string;
  account: string;
  /** JSON of the `CrmAccount`. */
  body: string;
  /** When the listing began that it was seen in. */
  seen_at: Instant;
}

interface AccountKeyRow {
  installation: string;
  /** Digest of one of the account's keys. */
  key: string;
  account: string;
}

interface PersonKeyRow {
  installation: string;
  /** Digest of one of the lead's keys. */
  key: string;
  lead: string;
}

/** Something a person must look at. The pair of a duplicate stands in one order, whichever of the two was decided. */
export interface ReviewRow {
  installation: string;
  kind: ReviewKind;
  lead: string;
  /** The other lead, or the account. */
  other: string;
  /** JSON array of words. */
  evidence: string;
  /** When it was first seen. */
  seen_at: Instant;
  settled_at: Instant | null;
  settled_as: ReviewAnswer | null;
}

/** A record that became another one: the old id keeps pointing at the survivor. */
interface MergeRow {
  installation: string;
  lead: string;
  survivor: string;
  merged_at: Instant;
}

interface HandoffHead {
  installation: string;
  id: string;
  lead: string;
  /** The account the lead belonged to when it was decided. */
  account: string | null;
  /** `account`: it stands for the whole account. */
  scope: "lead" | "account";
  state: HandoffState;
  type: string;
  rule: string | null;
  reason: string | null;
  rep: string | null;
  owner: string | null;
  owner_name: string | null;
  playbook: string;
  occurred_at: Instant;
  received_at: Instant;
  read_at: Instant;
  decided_at: Instant;
  written_at: Instant | null;
  closed_at: Instant | null;
  closed_because: string | null;
}
export type HandoffRow = HandoffHead & CourseColumns;

/** One lane turn: the inputs its decisions shared. Decisions of a turn are repeated in the order of their ordinals. */
interface TurnRow {
  installation: string;
  id: string;
  roster: string;
  /** JSON of `Standings` as they stood when the turn began. */
  standings: string;
  playbook: string;
  decided_at: Instant;
}

/** Reps and owners as one turn saw them, stored once by digest. */
interface RosterRow {
  installation: string;
  digest: string;
  body: string;
}

export interface DecisionRow {
  installation: string;
  id: string;
  turn: string;
  ordinal: number;
  lead: string;
  /** Set when the decision belongs to a handoff. */
  handoff: string | null;
  outcome: string;
  reason: string;
  /** JSON of `Snapshot`. */
  snapshot: string;
  /** JSON of `Decision`. */
  decision: string;
  /** 1 when it planned nothing: such a decision is replaced by the lead's next one. */
  inert: number;
  decided_at: Instant;
}

export interface EffectRow {
  installation: string;
  key: string;
  decision: string;
  handoff: string | null;
  lead: string;
  kind: WriteKind;
  /** JSON of the `WriteBody`. */
  body: string;
  /** The values an `update-lead` writes to owner and stage, to recognise their echoes by index. */
  owner_to: string | null;
  stage_to: string | null;
  state: EffectState;
  attempts: number;
  next_at: Instant;
  /** The CRM's id of what was created or updated. */
  crm_id: string | null;
  code: string | null;
  reason: string | null;
  /** JSON array of fields left out because a person had changed them. */
  dropped: string | null;
  /** `bulk`: nobody waits for it. */
  urgency: Urgency;
  planned_at: Instant;
  attempted_at: Instant | null;
  settled_at: Instant | null;
}

interface StandingRow {
  installation: string;
  rep: string;
  credits: number;
  open: number;
  day: string;
  today: number;
  last_at: Instant;
}

/** How far a poll has come, and when it is due again. */
interface CursorRow {
  installation: string;
  name: string;
  at: Instant;
  due_at: Instant;
  /** JSON of where a poll of several pages stands; null between two polls. */
  page: string | null;
}

interface PlaybookRow {
  version: string;
  /** JSON: file name to text. */
  files: string;
  loaded_at: Instant;
}

/** One version going live. The highest `seq` is the live one. */
interface PublicationRow {
  seq: number;
  version: string;
  at: Instant;
  by: string;
  because: Publication["because"];
}

/** One yes to one version. */
interface ApprovalRow {
  version: string;
  side: Side;
  by: string;
  at: Instant;
}

interface LaneRow {
  installation: string;
  /** Raised whenever the lane changes hands; a worker with an older number may not write any more. */
  fence: number;
  holder: string | null;
  /** By the database's own clock. */
  held_until: Instant;
  retry_at: Instant;
  failures: number;
  code: string | null;
}

export interface TombstoneRow {
  installation: string;
  /** Keyed digest of what was erased: a lead id or an e-mail address. */
  digest: string;
  erased_at: Instant;
}

interface WriteKeyRow {
  installation: string;
  id: string;
  /** SHA-256 of the key: the table alone opens nothing. */
  digest: string;
  created_at: Instant;
  revoked_at: Instant | null;
}

interface VisitorRow {
  installation: string;
  visitor: Visitor;
  leads_to: Visitor;
  /** When it was last said. */
  at: Instant;
}

/** A signal of somebody who is not known to be a lead yet. */
interface WaitingSignalRow {
  installation: string;
  key: string;
  visitor: Visitor;
  at: Instant;
  /** JSON of the `Signal`. */
  body: string;
}

/** A message that was seen: digests only, kept for as long as the installation. */
interface SignalMessageRow {
  installation: string;
  key: string;
}

interface UnmappedRow {
  installation: string;
  field: string;
  value: string;
  origin: string;
  suggestion: string;
  seen_at: Instant;
  /** How many decisions met it. */
  times: number;
}

interface LiveCheckRow {
  installation: string;
  due_at: Instant;
  /** Null until a check came through. */
  checked_at: Instant | null;
  errors: number;
  warnings: number;
  /** Why the latest try did not come through. */
  code: string | null;
}

/** What a provider was asked about a lead, and what it answered. */
export interface EnrichmentRow {
  installation: string;
  /** Keyed digest of what was sent and of how the answer is read. */
  subject: string;
  lead: string;
  /** JSON of the facts read from the answer. */
  body: string;
  asked_at: Instant;
  /** Error code when there is no answer. */
  code: string | null;
  /** Tries in a row without an answer. */
  tries: number;
  again_at: Instant | null;
}

/** How many requests of a day are spent. */
interface EnrichmentBudgetRow {
  installation: string;
  /** In UTC: `2026-11-17`. */
  day: string;
  requests: number;
}

/** That an installation's rows came from a backup. */
interface RestoreRow {
  installation: string;
  /** Up to here its history is known: what happened between this and `restored_at` is not. */
  known_until: Instant;
  restored_at: Instant;
}

interface AuditRow {
  seq: Generated<number>;
  installation: string | null;
  at: Instant;
  actor: string;
  action: string;
  detail: string;
}

export interface Schema {
  installations: InstallationRow;
  connections: ConnectionRow;
  oauth_states: OAuthStateRow;
  events: EventRow;
  signals: SignalRow;
  account_signals: AccountSignalRow;
  leads: LeadRow;
  accounts: AccountRow;
  account_keys: AccountKeyRow;
  person_keys: PersonKeyRow;
  reviews: ReviewRow;
  merges: MergeRow;
  links: LinkRow;
  link_names: LinkNameRow;
  resync_samples: ResyncSampleRow;
  handoffs: HandoffRow;
  turns: TurnRow;
  rosters: RosterRow;
  decisions: DecisionRow;
  effects: EffectRow;
  clocks: ClockRow;
  touches: TouchRow;
  dispositions: DispositionRow;
  standings: StandingRow;
  cursors: CursorRow;
  playbooks: PlaybookRow;
  publications: PublicationRow;
  approvals: ApprovalRow;
  lanes: LaneRow;
  tombstones: TombstoneRow;
  write_keys: WriteKeyRow;
  visitors: VisitorRow;
  waiting_signals: WaitingSignalRow;
  signal_messages: SignalMessageRow;
  unmapped: UnmappedRow;
  live_checks: LiveCheckRow;
  enrichments: EnrichmentRow;
  enrichment_budget: EnrichmentBudgetRow;
  restores: RestoreRow;
  channels: ChannelRow;
  notices: NoticeRow;
  deliveries: DeliveryRow;
  review_notes: ReviewNoteRow;
  report_days: ReportDayRow;
  audit: AuditRow;
}

/** A connection or a transaction: the first argument of every function in this folder. */
export type Db = Kysely<Schema> | Transaction<Schema>;
export type Tx = Transaction<Schema>;
