/** The sections of the definition, each judged into one finding that keeps what it is made of. */
import type { Finding, Truth } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { allOf } from "../playbook/condition.ts";
import type { Definition, HandoffType, Intent, Need } from "../playbook/definition.ts";

/** Whether a type applies. `says` is `type: hand-raiser`. */
export function judgeType(type: HandoffType, subject: Snapshot, now: Instant): Finding {
  const finding = type.when.test(subject, now);
  return { says: `type: ${type.name}`, truth: finding.truth, parts: [finding], source: type.source };
}

/**
 * Whether the lead may be contacted, and what speaks against it. What is not known about opting out is no evidence; a list
 * that suppresses and cannot be read may hold the lead; a legal basis that is required must be known.
 */
export function judgeConsent(
  { consent }: Definition,
  subject: Snapshot,
  now: Instant,
): { readonly finding: Finding; readonly against: readonly Finding[] } {
  const never = consent.never.map(({ when, mustKnow }) => ({ mustKnow, found: when.test(subject, now) }));
  const required = consent.require.map(({ when, need }) => {
    const applies = when.test(subject, now);
    return applies.truth === "yes" ? [applies, need.test(subject, now)] : [applies];
  });
  const against = [
    ...never
      .filter(({ mustKnow, found: { truth } }) => truth === "yes" || (truth === "unknown" && mustKnow))
      .map(({ found }) => found),
    ...required.flatMap(([, basis]) => (basis === undefined || basis.truth === "yes" ? [] : [basis])),
  ];
  const finding: Finding = {
    says: "consent: may be contacted",
    truth: against.length > 0 ? "no" : "yes",
    parts: [...never.map(({ found }) => found), ...required.flat()],
    source: consent.source,
  };
  return { finding, against };
}

/** The refusals up to the first that holds. One that cannot be judged does not refuse. */
export function judgeRefusals(
  { refuse }: Definition,
  subject: Snapshot,
  now: Instant,
): { readonly findings: readonly Finding[]; readonly refused?: string } {
  const findings: Finding[] = [];
  for (const { name, when } of refuse) {
    const finding = when.test(subject, now);
    findings.push({ ...finding, says: `refuse: ${name}`, parts: [finding] });
    if (finding.truth === "yes") return { findings, refused: name };
  }
  return { findings };
}

/** Whether one need is met. A section the definition does not have asks nothing. */
export function judgeNeed(need: Need, definition: Definition, subject: Snapshot, now: Instant): Finding {
  if (need === "intent") return judgeIntent(definition.intent, subject, now);
  const condition = definition[need];
  if (condition === undefined) return { says: `needs: ${need}`, truth: "yes" };
  const finding = condition.test(subject, now);
  return { ...finding, says: `needs: ${need}`, parts: finding.parts ?? [finding] };
}

/** At least so many of the list; unknown while parts that are not known could still make it. */
function judgeIntent(intent: Intent | undefined, subject: Snapshot, now: Instant): Finding {
  if (intent === undefined) return { says: "needs: intent", truth: "yes" };
  const parts = intent.of.map((condition) => condition.test(subject, now));
  const shown = parts.filter(({ truth }) => truth === "yes").length;
  const possible = parts.filter(({ truth }) => truth !== "no").length;
  const truth: Truth = shown >= intent.atLeast ? "yes" : possible >= intent.atLeast ? "unknown" : "no";
  const says = `needs: intent, at least ${intent.atLeast} of ${parts.length}`;
  return { says, truth, saw: String(shown), parts, source: intent.source };
}

/** Every fact of a list is known; `says` is `complete: …`. */
export function judgeKnown(parts: readonly Finding[]): Finding {
  return { says: "complete: what marketing promised is on the record", truth: allOf(parts), parts };
}
