/** What is counted of one group of handoffs, in numbers. Words stand for their places in the tally. */
import { COUNTER_ROOM } from "./counts.ts";
import type { SeamSpan } from "./seams.ts";
import { joinSpans, noSpans, type Spans } from "./spans.ts";

/** Changed by the tally only. */
export interface Group {
  readonly counters: Float64Array;
  readonly spans: readonly Spans[];
  /** Answer, then reason. */
  readonly reasons: Map<number, Map<number, number>>;
  readonly missing: Map<number, number>;
  readonly unclear: Map<number, number>;
}

/** A group of no handoffs, for these spans. */
export function newGroup(spans: readonly SeamSpan[]): Group {
  return {
    counters: new Float64Array(COUNTER_ROOM),
    spans: spans.map(noSpans),
    reasons: new Map(),
    missing: new Map(),
    unclear: new Map(),
  };
}

/** All of these as one group; they stay as they are. */
export function joinGroups(groups: readonly Group[], spans: readonly SeamSpan[]): Group {
  const joined = newGroup(spans);
  for (const group of groups) {
    for (const [place, count] of group.counters.entries())
      joined.counters[place] = (joined.counters[place] ?? 0) + count;
    addWords(joined.missing, group.missing);
    addWords(joined.unclear, group.unclear);
    for (const [answer, reasons] of group.reasons) {
      const known = joined.reasons.get(answer) ?? new Map<number, number>();
      joined.reasons.set(answer, known);
      addWords(known, reasons);
    }
  }
  const parts = (place: number): readonly Spans[] => groups.flatMap((group) => group.spans[place] ?? []);
  return { ...joined, spans: spans.map((_, place) => joinSpans(parts(place))) };
}

function addWords(to: Map<number, number>, from: ReadonlyMap<number, number>): void {
  for (const [word, count] of from) to.set(word, (to.get(word) ?? 0) + count);
}
