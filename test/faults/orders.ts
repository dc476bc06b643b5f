/** What the fault suite tells the Baton it torments, and what it hears back, over the process's own channel. */

/** A change of one effect's state in the database, as `<from>><to>/<attempts>`: `planned>attempting/1`. */
export interface Step {
  /** Kind of the effect: `create-task`. */
  readonly kind: string;
  readonly change: string;
}

/** Where a process is to end itself: before or after the commit that stores a step. */
export interface Stop extends Step {
  readonly when: "before" | "after";
}

/** Watch the effects of one lead, say each step, and end at `stop` if one is given. */
export interface Watch {
  readonly do: "watch";
  readonly lead: string;
  readonly stop?: Stop;
}

export type Order =
  /** Become a Baton with this environment. The first order of all. */
  | { readonly do: "start"; readonly env: Readonly<Record<string, string | undefined>> }
  /** The process's clock is this far ahead of the machine's. Milliseconds, may be negative. */
  | { readonly do: "set-clock"; readonly aheadMs: number }
  | Watch;

export type Report =
  | { readonly is: "ready" }
  | { readonly is: "watching" }
  /** The steps of one commit. */
  | { readonly is: "commit"; readonly steps: readonly Step[] };

/** Environment variables of a `start` order, beside Baton's own. */
export const AHEAD_MS = "BATON_TEST_AHEAD_MS";
export const SETTLE_MS = "BATON_TEST_SETTLE_MS";
/** How long an answer of the CRM is waited for. */
export const ANSWER_MS = "BATON_TEST_ANSWER_MS";
/** What the process calls itself in each call of a CRM; absent where nobody asks. */
export const MEMBER = "BATON_TEST_MEMBER";
export const MEMBER_HEADER = "x-baton-test-member";
/** A `watch` order, as JSON, for a process that must watch from its first statement. */
export const WATCH = "BATON_TEST_WATCH";
