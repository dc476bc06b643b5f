/**
 * Why a decision came out as it did, in one structure: `baton explain`, the page behind a handoff's link, its JSON and the log
 * are made of it. The page and the log get it without whatever is the lead's or a rep's, and the log without the nearest other
 * outcome, which costs more than deciding and is worked out for whoever asks.
 */
import type { Assignment, Candidate, Decision, Verdict } from "./decision.ts";
import type { Finding, Nearest } from "./finding.ts";

/** One decision explained. Values that conditions saw and names of reps are in it. */
export interface DecisionExplanation {
  readonly verdict: Verdict;
  /** Conditions nothing was known for, each once. */
  readonly unknown: readonly Finding[];
  readonly assignment?: Assignment;
  /** Everybody who was looked at and did not get the lead. */
  readonly passedOver: readonly Candidate[];
  /** The nearest other outcome, of the verdict or, for a lead that waits, of the assignment. */
  readonly nearest?: Nearest;
}

/** A condition without the value it saw. */
export interface BareFinding {
  readonly says: string;
  readonly truth: Finding["truth"];
  readonly source?: string;
  readonly parts?: readonly BareFinding[];
}

/** The same explanation without a value a condition saw and without a rep's name: fit for a page without login, and a log. */
export interface BareExplanation {
  readonly outcome: Verdict["outcome"];
  readonly reason: string;
  readonly findings: readonly BareFinding[];
  readonly unknown: readonly string[];
  /** How it was assigned, by which rule, and which rules were read; absent where the verdict asked for nobody. */
  readonly assignment?: {
    readonly outcome: Assignment["outcome"];
    readonly rule: string;
    readonly findings: readonly BareFinding[];
  };
  /** Why reps were passed over, and how many for each reason. */
  readonly passedOver: readonly { readonly because: string; readonly count: number }[];
  readonly nearest?: Nearest;
}

/** Explains a decision. `toVerdict` is the outcome nearest to its verdict, where that is known. Throws nothing. */
export function explainDecision(
  { verdict, assignment }: Pick<Decision, "verdict" | "assignment">,
  toVerdict: Nearest | undefined,
): DecisionExplanation {
  const passedOver = assignment === undefined ? [] : passedOverIn(assignment);
  const nearest = assignment?.outcome === "queued" ? onceTaken(assignment, nameFirst(passedOver)) : toVerdict;
  return {
    verdict,
    unknown: unknownLeaves([...verdict.findings, ...(assignment?.findings ?? [])]),
    ...(assignment === undefined ? {} : { assignment }),
    passedOver,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** Takes out of an explanation what is the lead's or a rep's. Throws nothing. */
export function bareExplanation({
  verdict,
  unknown,
  assignment,
  passedOver,
  nearest,
}: DecisionExplanation): BareExplanation {
  const bare =
    assignment?.outcome === "queued"
      ? onceTaken(assignment, passedOver.length === 0 ? undefined : "one of those passed over could take it")
      : nearest && { ...nearest, says: withoutSeen(nearest.says) };
  const reasons = Map.groupBy(passedOver, ({ because }) => because);
  return {
    outcome: verdict.outcome,
    reason: verdict.reason,
    findings: verdict.findings.map(bareFinding),
    unknown: unknown.map(({ says }) => says),
    ...(assignment === undefined
      ? {}
      : {
          assignment: {
            outcome: assignment.outcome,
            rule: assignment.rule,
            findings: assignment.findings.map(bareFinding),
          },
        }),
    passedOver: [...reasons].map(([because, { length: count }]) => ({ because, count })),
    ...(bare === undefined ? {} : { nearest: bare }),
  };
}

function passedOverIn(assignment: Assignment): readonly Candidate[] {
  const { candidates } = assignment;
  const rep = assignment.outcome === "assigned" ? assignment.rep : undefined;
  return candidates.filter((one) => !one.eligible || (rep !== undefined && one.rep !== rep));
}

/** What would have to be otherwise for a lead that waits: somebody who is free, or else a rule. */
function onceTaken({ rule, because }: Assignment, free: string | undefined): Nearest {
  const says = free ?? `a rule gave it to somebody ("${rule}": ${because})`;
  return { says: `assigned if ${says}` };
}

function nameFirst([first]: readonly Candidate[]): string | undefined {
  return first && `${first.rep} could take it (${first.because})`;
}

/** The conditions without parts that nothing was known for, each once. */
function unknownLeaves(findings: readonly Finding[]): readonly Finding[] {
  const leaves = findings.flatMap(leavesOf).filter(({ truth }) => truth === "unknown");
  return [...new Map(leaves.map((leaf) => [leaf.says, leaf])).values()];
}

function leavesOf(finding: Finding): readonly Finding[] {
  return finding.parts === undefined || finding.parts.length === 0
    ? [finding]
    : finding.parts.flatMap(leavesOf);
}

function bareFinding({ says, truth, source, parts }: Finding): BareFinding {
  return {
    says,
    truth,
    ...(source === undefined ? {} : { source }),
    ...(parts === undefined ? {} : { parts: parts.map(bareFinding) }),
  };
}

/** A change says last what it saw instead: `if account.employees were at least 50 (saw 12)`. */
function withoutSeen(says: string): string {
  const seen = says.indexOf(" (saw ");
  return seen < 0 ? says : says.slice(0, seen);
}
