/** The examples of definition.yaml are its tests: a playbook whose example fails cannot be published. */
import type { Verdict } from "../model/decision.ts";
import type { Finding, Nearest } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { coverageOf, nothingShown, show, type Coverage } from "./coverage.ts";
import type { Example } from "./example.ts";
import type { Playbook } from "./playbook.ts";
import { placeOf, type Problem } from "./problem.ts";

/** How a lead is judged, and what would have come out otherwise: handed in because this folder knows no stage. */
export interface Judge {
  readonly qualify: (subject: Snapshot, playbook: Playbook, now: Instant) => Verdict;
  readonly nearestOf: (
    verdict: Verdict,
    subject: Snapshot,
    playbook: Playbook,
    now: Instant,
  ) => Nearest | undefined;
}

/** An example that comes out otherwise than it says. */
export interface FailedExample extends Problem {
  readonly say: string;
  /** `not ready because of fit`. */
  readonly expected: string;
  /** `ready as marketing-qualified`. */
  readonly got: string;
  /** The sections that decided, and those the example expected to decide, as far as they were judged. */
  readonly conditions: readonly Finding[];
  /** The expected reason, when the lead was settled before anything was asked about it. */
  readonly notJudged?: string;
  /** What would have made the lead ready: `ready with one more email-replied`. */
  readonly nearest?: string;
}

/**
 * Judges every example and counterexample.
 *
 * Examples speak of the definition. Whether marketing's fields are complete is the agreement's matter, so it is left
 * out, except where an example expects `because: incomplete`.
 *
 * @returns An error for each one that comes out otherwise, at its place in definition.yaml; and which conditions the
 *          examples tested. Throws nothing.
 */
export function checkExamples(
  playbook: Playbook,
  judge: Judge,
  now: Instant,
): { readonly failures: readonly FailedExample[]; readonly coverage: Coverage } {
  const lenient = withoutCompleteness(playbook);
  const shown = nothingShown();
  const failures = playbook.definition.examples.flatMap((example): readonly FailedExample[] => {
    const subject = example.subjectAt(now);
    const agreed = isAboutCompleteness(example) ? playbook : lenient;
    const verdict = judge.qualify(subject, agreed, now);
    show(shown, verdict);
    if (isAsExpected(example, verdict)) return [];
    return [failureOf(example, verdict, judge.nearestOf(verdict, subject, agreed, now))];
  });
  return { failures, coverage: coverageOf(playbook.definition, shown, now) };
}

function isAboutCompleteness({ expect }: Example): boolean {
  return !expect.ready && expect.because === "incomplete";
}

function withoutCompleteness(playbook: Playbook): Playbook {
  const { agreement } = playbook;
  return { ...playbook, agreement: { ...agreement, marketing: { ...agreement.marketing, complete: [] } } };
}

function isAsExpected({ expect }: Example, verdict: Verdict): boolean {
  if (!expect.ready) return verdict.outcome !== "ready" && verdict.reason === expect.because;
  return verdict.outcome === "ready" && (expect.type === undefined || verdict.type === expect.type);
}

function failureOf(
  { say, expect, source }: Example,
  verdict: Verdict,
  nearest: Nearest | undefined,
): FailedExample {
  const wanted = expect.ready ? expect.type : expect.because;
  const asType = wanted === undefined ? "" : ` as ${wanted}`;
  const expected = expect.ready ? `ready${asType}` : `not ready because of ${expect.because}`;
  const got =
    verdict.outcome === "ready"
      ? `ready as ${verdict.type}`
      : `${verdict.outcome === "not-ready" ? "not ready" : verdict.outcome} because of ${verdict.reason}`;
  const asked = wanted === undefined ? [] : sectionsOf(verdict, wanted);
  const conditions = new Set([...asked, ...sectionsOf(verdict, verdict.reason)]);
  return {
    ...placeOf(source),
    severity: "error",
    message: `example "${say}": expected ${expected}, got ${got}`,
    say,
    expected,
    got,
    conditions: verdict.findings.filter((finding) => conditions.has(finding)),
    ...(wanted !== undefined && asked.length === 0 && { notJudged: wanted }),
    ...(nearest !== undefined && { nearest: nearest.says }),
  };
}

/** The findings that a verdict's reason, or the name of a type, speaks of. */
function sectionsOf({ findings }: Verdict, reason: string): readonly Finding[] {
  const starts: Readonly<Record<string, string>> = {
    "no-type-matches": "type: ",
    consent: "consent: ",
    incomplete: "complete: ",
  };
  const names = new Set([`type: ${reason}`, `refuse: ${reason}`, `needs: ${reason}`]);
  const start = starts[reason];
  return findings.filter(({ says }) =>
    start === undefined ? names.has(says.split(",")[0] ?? says) : says.startsWith(start),
  );
}
