/** One handoff as whoever has its link may see it: what was decided and why, and nothing about a person. */
import type { Decision } from "../model/decision.ts";
import { type BareExplanation, bareExplanation, explainDecision } from "../model/explanation.ts";
import type { HandoffState, Stamps } from "../model/handoff.ts";

/** One handoff as it is stored. */
export interface HandoffView {
  readonly type: string;
  readonly state: HandoffState;
  readonly closedBecause?: string;
  /** The decision the handoff stands on. */
  readonly decision: Pick<Decision, "verdict" | "assignment">;
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
export function publicHandoff({ decision, ...view }: HandoffView): PublicHandoff {
  return { ...view, explanation: bareExplanation(explainDecision(decision)) };
}
