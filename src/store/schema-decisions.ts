/**
 * The tables of what was decided: handoffs, the decisions with all they saw, and the effect ledger.
 * See schema.ts for what holds for all tables.
 */
import type { EffectState, WriteKind } from "../model/effect.ts";
import type { Urgency } from "../model/event.ts";
import type { HandoffState } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { CourseColumns } from "./schema-following.ts";

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
export interface TurnRow {
  installation: string;
  id: string;
  roster: string;
  /** JSON of `Standings` as they stood when the turn began. */
  standings: string;
  playbook: string;
  decided_at: Instant;
}

/** Reps and owners as one turn saw them, stored once by digest. */
export interface RosterRow {
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

export interface StandingRow {
  installation: string;
  rep: string;
  credits: number;
  open: number;
  day: string;
  today: number;
  last_at: Instant;
}
