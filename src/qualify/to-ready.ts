/**
 * The single change that would make a lead ready. Changes come from the conditions that stand in the way; each is made to a copy
 * of the lead, which is judged, and only what really turns the verdict is said.
 */
import type { Verdict } from "../model/decision.ts";
import type { Nearest } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Change, CompiledCondition } from "../playbook/condition.ts";
import type { Need } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { withFact, withSignals } from "../playbook/subject.ts";
import { qualify } from "./index.ts";

/** A change after which the lead is ready, and how it is said. */
interface ChangeToReady {
  readonly nearest: Nearest;
  readonly change: Change;
}

/** What changes are tried on; `type` when the lead was judged as one. */
interface Tries {
  readonly snapshot: Snapshot;
  readonly playbook: Playbook;
  readonly now: Instant;
  readonly type?: string;
}

/** What may stand in the way: a condition and the section it is of, or what marketing owes. */
interface Obstacle {
  readonly section: Need | "type" | "complete";
  readonly changes: readonly Change[];
}

/** A change and the section it would mend. */
interface Candidate {
  readonly change: Change;
  readonly section: Obstacle["section"];
}

/**
 * Looks for the change nearest to a verdict of a lead.
 *
 * Offered for leads that are not ready or held; a refusal and a lack of consent are not obstacles to get round. What can
 * still happen (signals) goes before what would have to be otherwise (facts). `before` is the last instant at which the
 * change would count, given what else expires. Undefined when no single change would do. Throws nothing.
 */
export function changeToReady(
  verdict: Verdict,
  snapshot: Snapshot,
  playbook: Playbook,
  now: Instant,
): ChangeToReady | undefined {
  const obstacles = obstaclesFor(verdict, snapshot, playbook, now);
  const tries: Tries = { snapshot, playbook, now, ...("type" in verdict && { type: verdict.type }) };
  const turns = ({ change }: Candidate): boolean => isReadyAfter(change, now, tries);
  const first = candidatesOf(obstacles).find(turns);
  if (first === undefined) return undefined;
  const others = first.section === "intent" ? otherSignals(first, obstacles).filter(turns) : [];
  const before = latestOf([first, ...others], tries);
  const says = others.length > 0 ? "ready with one more intent signal" : `ready ${first.change.says}`;
  return { change: first.change, nearest: { says, ...(before === undefined ? {} : { before }) } };
}

function obstaclesFor(
  verdict: Verdict,
  snapshot: Snapshot,
  { definition }: Playbook,
  now: Instant,
): readonly Obstacle[] {
  const of = (section: Obstacle["section"], conditions: readonly CompiledCondition[]): readonly Obstacle[] =>
    conditions.map((condition) => ({ section, changes: condition.changes(snapshot, now, true) }));
  if (verdict.outcome === "held") return [{ section: "complete", changes: [completion(verdict.missing)] }];
  if (verdict.outcome !== "not-ready") return [];
  const type = definition.types.find(({ name }) => name === verdict.type);
  if (type === undefined)
    return of(
      "type",
      definition.types.map(({ when }) => when),
    );
  return type.needs.flatMap((need) =>
    of(need, need === "intent" ? (definition.intent?.of ?? []) : [definition[need] ?? []].flat()),
  );
}

/** Every change there is, signals first. */
function candidatesOf(obstacles: readonly Obstacle[]): readonly Candidate[] {
  const all = obstacles.flatMap(({ section, changes }) => changes.map((change) => ({ change, section })));
  return (["signal", "fact"] as const).flatMap((kind) => all.filter(({ change }) => change.kind === kind));
}

/** What else would show intent. */
function otherSignals(first: Candidate, obstacles: readonly Obstacle[]): readonly Candidate[] {
  const ofIntent = obstacles.filter(({ section }) => section === "intent");
  return candidatesOf(ofIntent).filter(({ change }) => change !== first.change);
}

/** Filling in what marketing owes, whatever it will say. */
function completion(missing: readonly string[]): Change {
  return {
    says: `once ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} known`,
    kind: "fact",
    apply: (subject, at) =>
      missing.reduce(
        (lead, name) =>
          name === "signals"
            ? withSignals(lead, [{ key: `supposed:${at}`, kind: "page-viewed", at, page: "/" }])
            : withFact(lead, name, "known"),
        subject,
      ),
  };
}

/** Ready, and as the type it was judged as: a new demo request would always do, and would be another handoff. */
function isReadyAfter(change: Change, at: Instant, { snapshot, playbook, type }: Tries): boolean {
  const after = qualify(change.apply(snapshot, at), playbook, at);
  return after.outcome === "ready" && (type === undefined || after.type === type);
}

/** The last instant at which any of the changes would still turn the verdict; undefined when one would at any time. */
function latestOf(candidates: readonly Candidate[], tries: Tries): Instant | undefined {
  const last = lastEnd(tries);
  if (candidates.some(({ change }) => isReadyAfter(change, last + 1, tries))) return undefined;
  const ends = endsOf(tries);
  let latest = -1;
  for (const { change } of candidates) {
    const counts = (index: number): boolean => isReadyAfter(change, (ends[index] ?? last) + 1, tries);
    latest = Math.max(latest, lastIndex(ends.length, latest, counts));
  }
  const end = ends[latest];
  if (!tries.playbook.definition.isScored || end === undefined) return end;
  return whileWorth(candidates, { from: ends[latest - 1] ?? tries.now, to: end }, tries);
}

/** Points melt between two ends, too: the last instant, by halving, at which any of the changes still counts. */
function whileWorth(
  candidates: readonly Candidate[],
  span: { readonly from: Instant; readonly to: Instant },
  tries: Tries,
): Instant {
  const counts = (at: Instant): boolean => candidates.some(({ change }) => isReadyAfter(change, at, tries));
  if (counts(span.to)) return span.to;
  let { from: low, to: high } = span;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (counts(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** When the last signal leaves the longest window; `now` when none is in one. */
function lastEnd({ snapshot, playbook, now }: Tries): Instant {
  const newest = snapshot.signals.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
  return Math.max(now, newest + (playbook.definition.windows.at(-1) ?? -Infinity));
}

/** Every instant from now on at which a signal leaves a window, in order. */
function endsOf({ snapshot, playbook, now }: Tries): Float64Array {
  const { windows } = playbook.definition;
  const ends: Instant[] = [];
  for (const { at } of snapshot.signals)
    for (const within of windows) if (at + within >= now) ends.push(at + within);
  // Numbers in an array of numbers are sorted without asking a function.
  const sorted = Float64Array.from(ends).sort();
  return sorted.filter((end, index) => end !== sorted[index - 1]);
}

/**
 * Verdicts change by themselves only when a signal leaves a window, so only those instants are tried, by halving: the
 * index of the one after which a change no longer counts. Looks only after `from`, which another change has reached.
 */
function lastIndex(length: number, from: number, counts: (index: number) => boolean): number {
  if (from >= 0 && !counts(from)) return from;
  // Just after `low` the change still counts, just after `high` it does not.
  let low = from;
  let high = length - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (counts(middle)) low = middle;
    else high = middle;
  }
  return high;
}
