/**
 * The nearest other outcome: the single change that would make a lead ready. Changes come from the conditions that stand
 * in the way; each is made on a copy of the lead and judged again, and only what really turns the verdict is said.
 */
import type { Verdict } from "../model/decision.ts";
import type { Nearest } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Change } from "../playbook/condition.ts";
import type { Definition, HandoffType, Need } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { withFact, withSignals } from "../playbook/subject.ts";
import { judge } from "./judge.ts";
import { judgeNeed } from "./sections.ts";

/** A change that turns the verdict, and how it is said. */
export interface NearestChange {
  readonly nearest: Nearest;
  readonly change: Change;
}

/** What changes are tried on; `type` when the lead was judged as one. */
interface Tries {
  readonly snapshot: Snapshot;
  readonly playbook: Playbook;
  readonly now: Instant;
  readonly type?: HandoffType;
}

/** A change and the section it would mend. */
interface Candidate {
  readonly change: Change;
  readonly section: Need | "type" | "complete";
}

/**
 * Looks for the change nearest to a verdict.
 *
 * Offered for leads that are not ready or held; a refusal and a lack of consent are not obstacles to get round. What can
 * still happen (signals) goes before what would have to be otherwise (facts). `before` is the last instant at which the
 * change would count, given what else expires. Undefined when no single change would do. Throws nothing.
 */
export function nearestTo(
  verdict: Verdict,
  snapshot: Snapshot,
  playbook: Playbook,
  now: Instant,
): NearestChange | undefined {
  const candidates = candidatesFor(verdict, snapshot, playbook, now);
  const type = playbook.definition.types.find(({ name }) => "type" in verdict && name === verdict.type);
  const tries: Tries = { snapshot, playbook, now, ...(type === undefined ? {} : { type }) };
  const turns = ({ change }: Candidate): boolean => isReadyAfter(change, now, tries);
  const first = candidates.find(turns);
  if (first === undefined) return undefined;
  const others =
    first.section === "intent"
      ? candidates.filter((one) => one !== first && one.section === "intent" && turns(one))
      : [];
  const before = latestOf([first, ...others], tries);
  const says = others.length > 0 ? "ready with one more intent signal" : `ready ${first.change.says}`;
  return { change: first.change, nearest: { says, ...(before === undefined ? {} : { before }) } };
}

function candidatesFor(
  verdict: Verdict,
  snapshot: Snapshot,
  { definition }: Playbook,
  now: Instant,
): readonly Candidate[] {
  if (verdict.outcome === "held") return [{ change: completion(verdict.missing), section: "complete" }];
  if (verdict.outcome !== "not-ready") return [];
  const type = definition.types.find(({ name }) => name === verdict.type);
  const candidates =
    type === undefined
      ? definition.types.flatMap(({ when }) => candidatesOf(when.changes(snapshot, now, true), "type"))
      : needCandidates(type, definition, snapshot, now);
  return [
    ...candidates.filter(({ change }) => change.kind === "signal"),
    ...candidates.filter(({ change }) => change.kind === "fact"),
  ];
}

function needCandidates(
  type: HandoffType,
  definition: Definition,
  snapshot: Snapshot,
  now: Instant,
): readonly Candidate[] {
  return type.needs.flatMap((need) => {
    const conditions = need === "intent" ? (definition.intent?.of ?? []) : [definition[need] ?? []].flat();
    return conditions.flatMap((condition) => candidatesOf(condition.changes(snapshot, now, true), need));
  });
}

function candidatesOf(changes: readonly Change[], section: Candidate["section"]): readonly Candidate[] {
  return changes.map((change) => ({ change, section }));
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

/**
 * Ready, and as the type it was judged as: a new demo request would always do, and would be another handoff. Needs are
 * looked at first, because most changes fail there and the rest of the judgement costs more.
 */
function isReadyAfter(change: Change, at: Instant, { snapshot, playbook, type }: Tries): boolean {
  const changed = change.apply(snapshot, at);
  const isShort = type?.needs.some(
    (need) => judgeNeed(need, playbook.definition, changed, at).truth !== "yes",
  );
  if (isShort === true) return false;
  const after = judge(changed, playbook, at);
  return after.outcome === "ready" && (type === undefined || after.type === type.name);
}

/** The last instant at which any of the changes would still turn the verdict; undefined when one would at any time. */
function latestOf(candidates: readonly Candidate[], tries: Tries): Instant | undefined {
  const { snapshot, playbook, now } = tries;
  const ends = snapshot.signals.flatMap(({ at }) => playbook.definition.windows.map((within) => at + within));
  const instants = [...new Set(ends)].filter((end) => end >= now).sort((a, b) => a - b);
  let latest = -1;
  for (const { change } of candidates) {
    const counts = (index: number): boolean => isReadyAfter(change, (instants[index] ?? now) + 1, tries);
    if (instants.length === 0 || counts(instants.length - 1)) return undefined;
    latest = Math.max(latest, lastIndex(instants.length, latest, counts));
  }
  return instants[latest];
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
