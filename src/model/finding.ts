/** Why: the trace of one condition, kept so that every outcome can say what decided it. */
import type { Instant } from "./instant.ts";
import type { Snapshot } from "./lead.ts";

/** Three-valued truth: what is not known is `unknown`, never false. */
export type Truth = "yes" | "no" | "unknown";

/** One condition, what it saw and what came of it; `parts` are the conditions it is made of. */
export interface Finding {
  /** The condition in words: `account.employees from 50 to 5000`. */
  readonly says: string;
  readonly truth: Truth;
  /** The value it saw, as text; absent when nothing was known, and on combinations. */
  readonly saw?: string;
  readonly parts?: readonly Finding[];
  /** Where the condition is written: `definition.yaml:12`. */
  readonly source?: string;
}

/** The nearest other outcome and the one change that leads to it. */
export interface Nearest {
  /** `ready with one more intent signal`. */
  readonly says: string;
  /** The last instant at which the change would still count. */
  readonly before?: Instant;
}

/** A condition compiled from the playbook: data in, finding out. Pure; throws nothing. */
export interface Condition {
  readonly says: string;
  test(subject: Snapshot, now: Instant): Finding;
  /** The truth of what `test` finds, without the words, for whoever asks about thousands of leads. */
  truth(subject: Snapshot, now: Instant): Truth;
}

/** Leaves beyond this many say no more than the first few. */
const MOST_LEAVES = 3;

/**
 * What made a finding come out as it did, in words: `account.industry in software (saw retail)`. A combination that says
 * itself what it saw (a count) speaks for its parts. `kind` is the truth of the parts that count: `yes` for what held,
 * `other` for what did not hold or is not known.
 */
export function whyOf(finding: Finding, kind: "yes" | "other"): string {
  const leaves = leavesOf(finding, kind).map(({ says, truth, saw }) => {
    if (saw !== undefined) return `${says} (saw ${saw})`;
    return truth === "unknown" ? `${says} (not known)` : says;
  });
  const more = leaves.length - MOST_LEAVES;
  return [...leaves.slice(0, MOST_LEAVES), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

function leavesOf(finding: Finding, kind: "yes" | "other"): readonly Finding[] {
  const { parts = [], saw } = finding;
  if (parts.length === 0 || saw !== undefined) return [finding];
  const counting = parts.filter(({ truth }) => (truth === "yes") === (kind === "yes"));
  return counting.length === 0 ? [finding] : counting.flatMap((part) => leavesOf(part, kind));
}
