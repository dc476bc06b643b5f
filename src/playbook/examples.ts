/** The examples of definition.yaml are its tests: a playbook whose example fails cannot be published. */
import type { Verdict } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Example } from "./example.ts";
import type { Playbook } from "./playbook.ts";
import type { Problem } from "./problem.ts";

/** How a lead is judged: `qualify`, handed in because this folder knows no stage. */
export type Judge = (subject: Snapshot, playbook: Playbook, now: Instant) => Verdict;

/**
 * Judges every example and counterexample.
 *
 * Examples speak of the definition. Whether marketing's fields are complete is the agreement's matter, so it is left
 * out, except where an example expects `because: incomplete`.
 *
 * @returns An error for each one that comes out otherwise, at its place in definition.yaml. Throws nothing.
 */
export function checkExamples(playbook: Playbook, judge: Judge, now: Instant): readonly Problem[] {
  return playbook.definition.examples.flatMap((example) => {
    const verdict = judge(example.subjectAt(now), agreementFor(example, playbook), now);
    const found = differenceOf(example, verdict);
    return found === undefined ? [] : [problemAt(example, found)];
  });
}

function agreementFor({ expect }: Example, playbook: Playbook): Playbook {
  if (!expect.ready && expect.because === "incomplete") return playbook;
  const { agreement } = playbook;
  return { ...playbook, agreement: { ...agreement, marketing: { ...agreement.marketing, complete: [] } } };
}

/** What differs from what the example expects, in words; undefined when nothing does. */
function differenceOf({ expect }: Example, verdict: Verdict): string | undefined {
  const came = `it comes out as ${verdict.outcome} (${verdict.reason})`;
  if (!expect.ready) {
    const isAsExpected = verdict.outcome !== "ready" && verdict.reason === expect.because;
    return isAsExpected ? undefined : `expected not ready because of ${expect.because}, and ${came}`;
  }
  const isAsExpected =
    verdict.outcome === "ready" && (expect.type === undefined || verdict.type === expect.type);
  return isAsExpected
    ? undefined
    : `expected ready${expect.type === undefined ? "" : ` as ${expect.type}`}, and ${came}`;
}

function problemAt({ say, source }: Example, found: string): Problem {
  const [file = source, line = "1"] = source.split(":");
  return { file, line: Number(line), column: 1, severity: "error", message: `example "${say}": ${found}` };
}
