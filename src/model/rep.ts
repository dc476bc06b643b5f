/** People who can receive leads, and how the turns among them stand. */
import type { DurationMs, Instant } from "./instant.ts";

/** A user or queue of the CRM that can own records. `id` is what the CRM takes as an owner. */
export interface Owner {
  readonly id: string;
  readonly kind: "person" | "queue";
  /** Lower case. Absent for some queues. */
  readonly email?: string;
  readonly name: string;
  readonly active: boolean;
  readonly teams: readonly string[];
  /** IANA zone, when the CRM knows it. */
  readonly zone?: string;
  /** Working time of one week, when the CRM knows it. */
  readonly hours?: readonly WorkingSpan[];
  /** Out-of-office spans, half-open. */
  readonly away?: readonly { readonly fromAt: Instant; readonly toAt: Instant }[];
}

/** Working time on one weekday: minutes since local midnight, `from` inclusive, `to` exclusive. 1 is Monday. */
export interface WorkingSpan {
  readonly weekday: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** When somebody works: the calendar every deadline of theirs is counted in. */
export interface Calendar {
  readonly zone: string;
  readonly hours: readonly WorkingSpan[];
  /** Local dates (`2026-12-25`) on which nobody works. */
  readonly daysOff: readonly string[];
}

/** One person of `team.yaml`, matched to the CRM owner with the same e-mail. */
export interface Rep {
  /** Lower-case e-mail address: the name `team.yaml` uses. */
  readonly id: string;
  readonly name: string;
  /** Absent when the CRM has no active owner with this address: the rep is then passed over, and says so. */
  readonly ownerId?: string;
  readonly team: string;
  readonly manager?: string;
  readonly skills: readonly string[];
  /** Share of the pool's leads relative to the others; an integer of at least 1. */
  readonly weight: number;
  readonly cap: { readonly open?: number; readonly day?: number };
  readonly calendar: Calendar;
  /** Half-open spans in which the rep takes no leads. */
  readonly away: readonly { readonly fromAt: Instant; readonly toAt: Instant }[];
}

/**
 * One rep's entry in the fairness ledger, counted over all pools. Integers only, so that arithmetic is exact and the
 * same everywhere.
 */
export interface Standing {
  /** Leads received that count as a turn, plus the baseline given on joining or returning. */
  readonly credits: number;
  /** Handoffs now open. */
  readonly open: number;
  /** Local date in the rep's zone that `today` counts. */
  readonly day: string;
  readonly today: number;
  /** 0 for somebody who never received one. */
  readonly lastAt: Instant;
}

/** Rep id to standing. A rep without an entry has not joined the ledger yet. A map, because everybody of a pool is looked up for each lead. */
export type Standings = ReadonlyMap<string, Standing>;

export interface Roster {
  readonly reps: readonly Rep[];
  readonly owners: readonly Owner[];
  readonly standings: Standings;
}

/** A promise made in working time (`4h`, `1bd`) or wall-clock time, as the playbook wrote it. */
export type Promised = { readonly ms: DurationMs } | { readonly businessDays: number };
