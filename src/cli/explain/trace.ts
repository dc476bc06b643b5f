/** Findings as a tree: a mark for the truth, the condition in words, what it saw, and where it is written. */
import type { Finding, Truth } from "../../model/finding.ts";
import { wrapped } from "../print.ts";
import type { Screen } from "../shell.ts";
import { printable } from "../words.ts";

const MARKS: Readonly<Record<Truth, string>> = { yes: "✓", no: "✗", unknown: "?" };

/** One line a finding, parts two blanks deeper than what they are part of. Throws nothing. */
export function traceLines(screen: Screen, findings: readonly Finding[], depth: number): readonly string[] {
  return findings.flatMap((finding) => [
    ...wrapped(screen, `${"  ".repeat(depth)}${markOf(screen, finding.truth)} `, sentenceOf(screen, finding)),
    ...traceLines(screen, finding.parts ?? [], depth + 1),
  ]);
}

function markOf({ paint }: Screen, truth: Truth): string {
  const colours = { yes: paint.green, no: paint.red, unknown: paint.yellow } as const;
  return colours[truth](MARKS[truth]);
}

function sentenceOf({ paint }: Screen, finding: Finding): string {
  const saw = finding.saw === undefined ? "" : `: ${paint.bold(printable(finding.saw))}`;
  const source = finding.source === undefined ? "" : `  ${paint.dim(finding.source)}`;
  return `${shortened(finding)}${saw}${source}`;
}

/** A combination names its parts once: they stand below it. */
function shortened({ says, parts }: Finding): string {
  const how = parts === undefined ? undefined : /^(all|any|none) of \(/.exec(says)?.[1];
  return how === undefined ? printable(says) : `${how} of`;
}
