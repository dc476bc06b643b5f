/**
 * The tables as Kysely sees them, the same on SQLite and PostgreSQL. The installation comes first in every key: tenants
 * never see each other. Instants are integers (UTC epoch milliseconds); JSON is text, so both databases keep it to the
 * letter. What columns mean stands in the file of each family of tables. Source: docs/decisions/0004-one-schema-two-databases.md.
 */
import type { Kysely, Transaction } from "kysely";
import type {
  DecisionRow,
  EffectRow,
  HandoffRow,
  RosterRow,
  StandingRow,
  TurnRow,
} from "./schema-decisions.ts";
import type { ClockRow, DispositionRow, TouchRow } from "./schema-following.ts";
import type {
  AccountSignalRow,
  EventRow,
  SignalMessageRow,
  SignalRow,
  VisitorRow,
  WaitingSignalRow,
  WriteKeyRow,
} from "./schema-incoming.ts";
import type {
  AuditRow,
  ConnectionRow,
  CursorRow,
  InstallationRow,
  LaneRow,
  LiveCheckRow,
  OAuthStateRow,
  RestoreRow,
} from "./schema-installations.ts";
import type {
  AccountKeyRow,
  AccountRow,
  EnrichmentBudgetRow,
  EnrichmentRow,
  LeadRow,
  MergeRow,
  PersonKeyRow,
  ReviewRow,
  TombstoneRow,
  UnmappedRow,
} from "./schema-leads.ts";
import type { LinkNameRow, LinkRow, ResyncSampleRow } from "./schema-links.ts";
import type { ChannelRow, DeliveryRow, NoticeRow } from "./schema-notices.ts";
import type { ApprovalRow, PlaybookRow, PublicationRow } from "./schema-playbooks.ts";
import type { ReportDayRow, ReviewNoteRow } from "./schema-report.ts";

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
