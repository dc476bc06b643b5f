/**
 * The outcome of a verdict without its words: what `judge` comes to, asked many times over to find one nearest change, of a
 * lead as it is and as it is supposed to be. So nothing is written down, and nothing is asked that settles nothing.
 *
 * Invariant, tested as a property: outcome, type and reason are always those of `judge`.
 */
import type { Verdict } from "../model/decision.ts";
import type { Supposition, Truth } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Change, CompiledCondition } from "../playbook/compiled.ts";
import type { HandoffType, Need } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { knownValue, withType } from "../playbook/subject.ts";
import { standsForAll } from "./judge.ts";

/** What a lead comes to; `type` and `reason` as in the verdict. */
export interface Outcome {
  readonly outcome: Verdict["outcome"];
  readonly type?: string;
  readonly reason: string;
}

/** What is asked about, and how. */
interface Asked {
  readonly playbook: Playbook;
  readonly now: Instant;
  readonly supposed: Supposition | undefined;
}

const WITH_SALES: Outcome = { outcome: "with-sales", reason: "with-sales" };
const NO_TYPE: Outcome = { outcome: "not-ready", reason: "no-type-matches" };

/** What `judge` would come to if `supposed` were so. Throws nothing. */
export function outcomeOf(
  snapshot: Snapshot,
  playbook: Playbook,
  now: Instant,
  supposed?: Supposition,
): Outcome {
  if (snapshot.handoff?.state === "with-sales") return WITH_SALES;
  const asked: Asked = { playbook, now, supposed };
  const { types, requested, refuse } = playbook.definition;
  const willing = types.find(({ when }) => holds(when, snapshot, asked)) ?? willingOnRequest(snapshot, asked);
  const chosen = willing ?? (snapshot.request && types.find(({ name }) => name === requested));
  if (chosen === undefined) return NO_TYPE;
  if (standsForAll(snapshot, chosen) !== undefined) return WITH_SALES;

  const type = chosen.name;
  const subject = withType(snapshot, type);
  if (!mayContact(subject, asked)) return { outcome: "suppressed", type, reason: "consent" };
  const refusal = refuse.find(({ when }) => holds(when, subject, asked));
  if (refusal !== undefined) return { outcome: "refused", type, reason: refusal.name };
  const reason = willing && needOfTruth("no", chosen, subject, asked);
  if (reason !== undefined) return { outcome: "not-ready", type, reason };
  if (!isComplete(subject, chosen, asked)) return { outcome: "held", type, reason: "incomplete" };
  const unsure = willing && needOfTruth("unknown", chosen, subject, asked);
  return unsure === undefined
    ? { outcome: "ready", type, reason: type }
    : { outcome: "not-ready", type, reason: unsure };
}

/** What `judge` would come to after a change made at `at`. Throws nothing. */
export function outcomeAfter(
  change: Pick<Change, "apply" | "suppose">,
  snapshot: Snapshot,
  playbook: Playbook,
  at: Instant,
): Outcome {
  return change.suppose === undefined
    ? outcomeOf(change.apply(snapshot, at), playbook, at)
    : outcomeOf(snapshot, playbook, at, change.suppose(at));
}

function holds(condition: CompiledCondition, subject: Snapshot, { now, supposed }: Asked): boolean {
  return condition.truth(subject, now, supposed) === "yes";
}

/** On request, the first type whose needs hold. */
function willingOnRequest(snapshot: Snapshot, asked: Asked): HandoffType | undefined {
  if (snapshot.request === undefined) return undefined;
  return asked.playbook.definition.types.find(({ needs }) =>
    needs.every((need) => needTruth(need, snapshot, asked) === "yes"),
  );
}

function needOfTruth(
  truth: Truth,
  { needs }: HandoffType,
  subject: Snapshot,
  asked: Asked,
): Need | undefined {
  return needs.find((need) => needTruth(need, subject, asked) === truth);
}

function needTruth(need: Need, subject: Snapshot, asked: Asked): Truth {
  const { definition } = asked.playbook;
  if (need === "intent") return intentTruth(subject, asked);
  return definition[need]?.truth(subject, asked.now, asked.supposed) ?? "yes";
}

function intentTruth(subject: Snapshot, { playbook, now, supposed }: Asked): Truth {
  const { intent } = playbook.definition;
  if (intent === undefined) return "yes";
  let missing = intent.atLeast;
  let unknown = 0;
  for (const condition of intent.of) {
    const truth = condition.truth(subject, now, supposed);
    if (truth === "yes") missing -= 1;
    if (truth === "unknown") unknown += 1;
    if (missing === 0) return "yes";
  }
  return missing <= unknown ? "unknown" : "no";
}

function isComplete(subject: Snapshot, { waive }: HandoffType, { playbook, supposed }: Asked): boolean {
  const { marketing } = playbook.agreement;
  if (waive === "all" || marketing.whenIncomplete === "pass") return true;
  const isKnown = (name: string): boolean =>
    name === "signals" ? didAnything(subject, supposed) : knownValue(subject, name, supposed) !== undefined;
  return marketing.complete.every((name) => waive.includes(name) || isKnown(name));
}

function didAnything({ signals }: Snapshot, supposed: Supposition = {}): boolean {
  return (supposed.signals ?? []).length > 0 || signals.some((signal) => signal !== supposed.without);
}

function mayContact(subject: Snapshot, { playbook, now, supposed }: Asked): boolean {
  const { never, require } = playbook.definition.consent;
  const truthOf = (condition: CompiledCondition): Truth => condition.truth(subject, now, supposed);
  const speaksAgainst = never.some(({ when, mustKnow }) => {
    const truth = truthOf(when);
    return truth === "yes" || (truth === "unknown" && mustKnow);
  });
  if (speaksAgainst) return false;
  return require.every(({ when, need }) => truthOf(when) !== "yes" || truthOf(need) === "yes");
}
