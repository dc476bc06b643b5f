/** One handoff as whoever has its link may see it: what was decided and why, and nothing about a person. */
import type { Decision } from "../model/decision.ts";
import { type BareExplanation, bareExplanation, explainDecision } from "../model/explanation.ts";
import type { Nearest } from "../model/finding.ts";
import type { HandoffState, Stamps } from "../model/handoff.ts";

/** One handoff as it is stored. */
export interface HandoffView {
  readonly type: string;
  readonly state: HandoffState;
  readonly closedBecause?: string;
  /** The decision the handoff stands on. */
  readonly decision: Pick<Decision, "verdict" | "assignment">;
  /** The outcome nearest to the verdict; absent where no single change leads to one, or nobody can say any more. */
  readonly nearest?: Nearest;
  readonly stamps: Stamps;
  readonly playbookVersion: string;
}

/** What the page is made of, and what its JSON says. Instants are UTC epoch milliseconds. */
export interface PublicHandoff {
  readonly type: string;
  readonly state: HandoffState;
  readonly closedBecause?: string;
  readonly explanation: BareExplanation;
  readonly stamps: Stamps;
  readonly playbookVersion: string;
}

/** Leaves out the values that conditions saw and the names of reps. Throws nothing. */
export function publicHandoff({ decision, nearest, ...view }: HandoffView): PublicHandoff {
  return { ...view, explanation: bareExplanation(explainDecision(decision, nearest)) };
}
