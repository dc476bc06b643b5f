/** What a page of a resync came to: outcomes counted by field, and a few of them kept for people to look at. */
import type { FieldOutcome } from "../model/sync.ts";
import type { FieldCounts, ResyncSample, ResyncTally } from "../store/resyncs.ts";

/** Samples of each field and tally that a page adds at most, and that are enough of a whole resync. */
const A_PAGE = 3;
const ENOUGH = 9;

/** Whether people would want to know. Throws nothing. */
export function isDifference({ kind }: FieldOutcome): boolean {
  return kind !== "equal" && kind !== "unreadable";
}

/** What an outcome is counted as. Throws nothing. */
function tallyOf({ kind, winner }: FieldOutcome): ResyncTally {
  if (kind !== "copied") return kind;
  return winner === "sales" ? "to-marketing" : "to-sales";
}

/** Outcomes by field and tally. Throws nothing. */
export function countsOf(outcomes: readonly FieldOutcome[]): FieldCounts {
  const byField = Map.groupBy(outcomes, ({ field }) => field);
  return Object.fromEntries(
    [...byField].map(([field, own]) => {
      const byTally = Map.groupBy(own, tallyOf);
      return [field, Object.fromEntries([...byTally].map(([tally, some]) => [tally, some.length]))];
    }),
  );
}

/** Both together. Throws nothing. */
export function addCounts(one: FieldCounts, other: FieldCounts): FieldCounts {
  const sum: Record<string, Partial<Record<ResyncTally, number>>> = { ...one };
  for (const [field, tallies] of Object.entries(other)) {
    const before: Partial<Record<string, number>> = sum[field] ?? {};
    const added = Object.entries(tallies).map(([tally, count]) => [tally, (before[tally] ?? 0) + count]);
    sum[field] = { ...sum[field], ...Object.fromEntries(added) };
  }
  return sum;
}

/** A few of each field and tally, as long as earlier pages have not brought enough of them. Throws nothing. */
export function samplesOf(differing: readonly ResyncSample[], before: FieldCounts): readonly ResyncSample[] {
  const groups = Map.groupBy(differing, (one) => `${tallyOf(one)} ${one.field}`);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const known = before[first.field]?.[tallyOf(first)] ?? 0;
    return known >= ENOUGH ? [] : own.slice(0, A_PAGE);
  });
}
