/** What Baton decided about one lead at one instant, and why. Nothing else in Baton decides. */
import type { Clock } from "./handoff.ts";
import type { Finding } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { WriteBody } from "./effect.ts";
import type { NoticeBody } from "./notice.ts";
import type { Progress } from "./progress.ts";

/**
 * Is this lead ready for sales? `reason` is always the word the playbook uses for it.
 * - `ready`: hand it off, as `type`.
 * - `not-ready`: nothing asks for a handoff, or the type's needs are not met.
 * - `refused`: looks ready, is not one (student, competitor, customer…).
 * - `suppressed`: must not be contacted; the evidence is in the findings.
 * - `held`: ready, but the record is incomplete and marketing promised it complete.
 * - `with-sales`: an open handoff has it already; nothing is done twice.
 */
export type Verdict = {
  readonly findings: readonly Finding[];
  /** In words what decided it: `account.employees from 50 to 5000 (saw 8)`; absent where the reason says it all. */
  readonly because?: string;
  readonly score?: number;
} & (
  | { readonly outcome: "ready"; readonly type: string; readonly reason: string }
  | { readonly outcome: "not-ready"; readonly type?: string; readonly reason: string }
  | { readonly outcome: "refused"; readonly type?: string; readonly reason: string }
  | { readonly outcome: "suppressed"; readonly type?: string; readonly reason: string }
  | {
      readonly outcome: "held";
      readonly type: string;
      readonly reason: string;
      readonly missing: readonly string[];
    }
  | { readonly outcome: "with-sales"; readonly handoffId: string; readonly reason: string }
);

/** One rep who was looked at, and why they did or did not get the lead. */
export interface Candidate {
  readonly rep: string;
  readonly eligible: boolean;
  /** `away until 21 Nov`, `skill enterprise missing`, `largest shortfall`. */
  readonly because: string;
  /** Weighted shortfall, times the sum of weights so that it stays an integer; eligible reps only. */
  readonly shortfall?: number;
  /** Credits this rep is raised to with the turn, so that an absence neither piles up leads nor costs any. */
  readonly level?: number;
}

/** Who gets the lead. `rule` is the rule's name in `routing.yaml`. */
export type Assignment = {
  readonly rule: string;
  readonly because: string;
  readonly candidates: readonly Candidate[];
  readonly findings: readonly Finding[];
} & (
  | {
      readonly outcome: "assigned";
      /** What the CRM takes as an owner. */
      readonly ownerId: string;
      readonly ownerName: string;
      /** Rep id when the owner stands in `team.yaml`; owners outside it take no turn. */
      readonly rep?: string;
      readonly pool?: string;
      /** True when this assignment is a turn in the fairness ledger. */
      readonly counts: boolean;
    }
  | { readonly outcome: "partner"; readonly partner: string; readonly share: readonly string[] }
  | {
      readonly outcome: "queued";
      readonly queue: string;
      readonly notify?: string;
      readonly retryAt: Instant;
    }
);

/** The note and task a rep reads, already rendered: safe HTML, within the CRM's limits. */
export interface Brief {
  readonly whyNow: string;
  readonly noteHtml: string;
  readonly taskSubject: string;
  readonly taskHtml: string;
}

/** What is to be done about a decision. `writes` carry no keys yet: those are minted when it is stored. */
export interface Plan {
  readonly writes: readonly WriteBody[];
  /** Every clock that runs from now on; those that ran before and are missing have stopped. */
  readonly clocks: readonly Clock[];
  readonly notices: readonly NoticeBody[];
  readonly brief?: Brief;
}

export interface Decision {
  readonly verdict: Verdict;
  /** Present when the verdict is `ready`, and when an open handoff passes to another owner. */
  readonly assignment?: Assignment;
  /** What became of the handoff sales has; absent where it has none. */
  readonly progress?: Progress;
  readonly plan: Plan;
  readonly playbookVersion: string;
  readonly decidedAt: Instant;
}
