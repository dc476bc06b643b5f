/** How what sales answers has changed against the time before, and how well each rep answers. */
import type { Figures } from "./figures.ts";
import { keptShare } from "./measures.ts";
import { percentOf, type Share, SMALL_SAMPLE } from "./share.ts";

/** How often one answer with one reason was given, of all answers, now and in as many days before. */
export interface ReasonTrend {
  readonly answer: string;
  /** Empty where none was given. */
  readonly reason: string;
  readonly now: Share;
  readonly before: Share;
  /** Percentage points; undefined where either is of too few. */
  readonly change?: number;
  /** It changed by ten points or more, and stands on five handoffs or more in one of both times. */
  readonly isNotable: boolean;
}

/** Points from which a change is worth the meeting's time. */
const NOTABLE_POINTS = 10;

/** Every answer and reason of either time, the most frequent now first. Throws nothing. */
export function reasonTrends(now: Figures, before: Figures): readonly ReasonTrend[] {
  const known = new Map<string, Pick<ReasonTrend, "answer" | "reason">>();
  for (const { answer, reason } of [...now.reasons, ...before.reasons])
    known.set(JSON.stringify([answer, reason]), { answer, reason });
  return [...known.values()]
    .map((one) => trendOf(one, shareOf(now, one), shareOf(before, one)))
    .toSorted((a, b) => b.now.count - a.now.count || b.before.count - a.before.count);
}

function shareOf({ reasons, counts }: Figures, wanted: Pick<ReasonTrend, "answer" | "reason">): Share {
  const found = reasons.find(({ answer, reason }) => answer === wanted.answer && reason === wanted.reason);
  return { count: found?.count ?? 0, of: counts.answered };
}

function trendOf(one: Pick<ReasonTrend, "answer" | "reason">, now: Share, before: Share): ReasonTrend {
  const [is, was] = [percentOf(now), percentOf(before)];
  const change = is === undefined || was === undefined ? undefined : is - was;
  const isNotable =
    change !== undefined &&
    Math.abs(change) >= NOTABLE_POINTS &&
    Math.max(now.count, before.count) >= SMALL_SAMPLE;
  return { ...one, now, before, ...(change === undefined ? {} : { change }), isNotable };
}

/** How one rep answers. */
export interface Hygiene {
  readonly rep: string;
  readonly handedOff: number;
  /** Answered by the deadline, of those whose answer came or was due. */
  readonly inTime: Share;
  readonly withoutReason: number;
  readonly unknownWord: number;
  readonly acceptedUntouched: number;
}

/** One line for each rep, those with most to mend first. Throws nothing. */
export function hygieneOf(byRep: readonly Figures[]): readonly Hygiene[] {
  return byRep
    .map((figures) => ({
      rep: figures.key,
      handedOff: figures.counts.handedOff,
      inTime: keptShare(figures, "answer"),
      withoutReason: figures.counts.withoutReason,
      unknownWord: figures.counts.unknownWord,
      acceptedUntouched: figures.counts.acceptedUntouched,
    }))
    .toSorted((a, b) => faultsOf(b) - faultsOf(a) || b.handedOff - a.handedOff);
}

function faultsOf({ inTime, withoutReason, unknownWord, acceptedUntouched }: Hygiene): number {
  return inTime.of - inTime.count + withoutReason + unknownWord + acceptedUntouched;
}
