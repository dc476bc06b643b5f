/** What a tally came to, by name: the figures of a report. Definitions stand in docs/reports.md. */
import { type Counts, countsOf, type PromiseName, type StandingCounts, standingsOf } from "./counts.ts";
import { type SpanFigure, spanFigure } from "./spans.ts";
import { type Group, joinGroups } from "./group.ts";
import type { Dimension, Tally } from "./tally.ts";

/** How often something was said. `answer` as in agreement.yaml; `reason` empty where none was given. */
interface ReasonCount {
  readonly answer: string;
  readonly reason: string;
  readonly count: number;
}

/** A word and how many handoffs it stands on. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** Figures of one group of handoffs. Lists are ordered by count, then by word. */
export interface Figures {
  /** `hand-raiser`, `2026-11-16`; empty for all. */
  readonly key: string;
  readonly counts: Counts;
  readonly standings: Readonly<Record<PromiseName, StandingCounts>>;
  /** By the name of the span. */
  readonly spans: ReadonlyMap<string, SpanFigure>;
  readonly reasons: readonly ReasonCount[];
  /** Facts marketing owed, and on how many handoffs they were missing. */
  readonly missing: readonly WordCount[];
  /** Answers that do not count. */
  readonly unclear: readonly WordCount[];
}

/** The figures of everything a tally counted. Throws nothing. */
export function totalFigures(tally: Tally): Figures {
  const [by] = tally.question.by;
  const groups = by === undefined ? [tally.ungrouped] : [...(tally.groups.get(by)?.values() ?? [])];
  return figuresOf(tally, "", joinGroups(groups, tally.question.spans));
}

/** The figures of each group of a dimension the tally was asked for: weeks in order, everything else the largest first. */
export function groupFigures(tally: Tally, dimension: Dimension): readonly Figures[] {
  const figures = [...(tally.groups.get(dimension) ?? [])].map(([key, group]) =>
    figuresOf(tally, key, group),
  );
  return figures.toSorted((a, b) =>
    dimension === "week"
      ? byText(a.key, b.key)
      : b.counts.handedOff - a.counts.handedOff || byText(a.key, b.key),
  );
}

function figuresOf({ question, words }: Tally, key: string, group: Group): Figures {
  const said = (place: number): string => words[place] ?? "";
  const missing = new Map<string, number>();
  for (const [place, count] of group.missing)
    for (const fact of said(place).split(",")) missing.set(fact, (missing.get(fact) ?? 0) + count);
  const reasons = [...group.reasons].flatMap(([answer, ofAnswer]) =>
    [...ofAnswer].map(([reason, count]) => ({ answer: said(answer), reason: said(reason), count })),
  );
  return {
    key,
    counts: countsOf(group.counters),
    standings: standingsOf(group.counters),
    spans: new Map(
      question.spans.flatMap(({ name }, index) => {
        const spans = group.spans[index];
        return spans === undefined ? [] : [[name, spanFigure(spans)] as const];
      }),
    ),
    reasons: reasons.toSorted(
      (a, b) => b.count - a.count || byText(a.answer, b.answer) || byText(a.reason, b.reason),
    ),
    missing: wordCounts(missing),
    unclear: wordCounts(new Map([...group.unclear].map(([place, count]) => [said(place), count]))),
  };
}

function wordCounts(counts: ReadonlyMap<string, number>): readonly WordCount[] {
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .toSorted((a, b) => b.count - a.count || byText(a.word, b.word));
}

/** By code units: the same everywhere, whatever the machine's language. */
function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
