/** Stage 3: is this lead ready for sales, as what, and if not, why? */
import type { OtherHandoff } from "../model/account.ts";
import type { Verdict } from "../model/decision.ts";
import { type Finding, whyOf } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { HandoffType } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { dayOf } from "../playbook/signal-condition.ts";
import { withType } from "../playbook/subject.ts";
import { completeness } from "./completeness.ts";
import { stillAnswered } from "./former.ts";
import { judgeConsent, judgeNeed, judgeRefusals, judgeType } from "./sections.ts";

type Outcome = Verdict extends infer V ? (V extends Verdict ? Omit<V, "findings" | "score"> : never) : never;

/** What the lead is judged as. `waivesNeeds`: somebody asked for the handoff, and no type's needs hold. */
interface Chosen {
  readonly type: HandoffType;
  readonly waivesNeeds: boolean;
}

/**
 * Judges a lead by the definition, at one instant.
 *
 * In this order: an open handoff that sales has; what sales said of the one before; a type that matches (or somebody's request); consent; refusals; the
 * type's needs; the fields marketing promised. What was judged is kept as findings, one section each with the conditions it is
 * made of; what was not reached is not judged. The single change that leads to the nearest other outcome is worked out when
 * somebody asks: see `nearestOf`. The same input gives the same verdict. Throws nothing.
 */
export function qualify(snapshot: Snapshot, playbook: Playbook, now: Instant): Verdict {
  const findings: Finding[] = [];
  const outcome = decide(snapshot, playbook, now, findings);
  const score = playbook.definition.score?.(snapshot, now);
  return { ...outcome, findings, ...(score === undefined ? {} : { score }) };
}

function decide(snapshot: Snapshot, playbook: Playbook, now: Instant, findings: Finding[]): Outcome {
  const { handoff } = snapshot;
  if (handoff?.state === "with-sales") {
    return { outcome: "with-sales", handoffId: handoff.id, reason: "with-sales" };
  }
  const answered = stillAnswered(snapshot, now);
  if (answered !== undefined) return answered;
  const chosen = chooseType(snapshot, playbook, now, findings);
  if (chosen === undefined) return { outcome: "not-ready", reason: "no-type-matches" };
  const type = chosen.type.name;
  const standing = standsForAll(snapshot, chosen.type);
  if (standing !== undefined) {
    const because = `sales has the account already, handed off as ${standing.type} on ${dayOf(standing.startedAt)}`;
    return { outcome: "with-sales", handoffId: standing.id, reason: "with-sales", because };
  }
  const subject = withType(snapshot, type);

  const consent = judgeConsent(playbook.definition, subject, now);
  findings.push(consent.finding);
  if (consent.against.length > 0) {
    const because = consent.against
      .map((one) => whyOf(one, one.truth === "yes" ? "yes" : "other"))
      .join("; ");
    return { outcome: "suppressed", type, reason: "consent", because };
  }

  const refusals = judgeRefusals(playbook.definition, subject, now);
  findings.push(...refusals.findings);
  if (refusals.refused !== undefined) {
    const because = refusals.findings.at(-1)?.parts?.[0];
    return {
      outcome: "refused",
      type,
      reason: refusals.refused,
      ...(because && { because: whyOf(because, "yes") }),
    };
  }

  return decideReadiness(subject, chosen, playbook, now, findings);
}

/** The open handoff of a colleague that stands for the whole account, where the lead would only be one more of the same. */
function standsForAll({ account }: Snapshot, { scope }: HandoffType): OtherHandoff | undefined {
  return scope === "account" ? account?.handoffs.find((handoff) => handoff.scope === "account") : undefined;
}

/**
 * Needs and completeness together. A need that fails is a reason by itself. A need that cannot be judged because
 * marketing left out a field it promised is marketing's to mend, so the lead is held, not turned down.
 */
function decideReadiness(
  subject: Snapshot,
  { type, waivesNeeds }: Chosen,
  playbook: Playbook,
  now: Instant,
  findings: Finding[],
): Outcome {
  const needs = waivesNeeds
    ? []
    : type.needs.map((need) => ({ need, finding: judgeNeed(need, playbook.definition, subject, now) }));
  findings.push(...needs.map(({ finding }) => finding));
  const failed = needs.find(({ finding }) => finding.truth === "no");
  if (failed !== undefined) return unmet(type, failed);

  const complete = completeness(subject, type, playbook.agreement);
  findings.push(complete.finding);
  if (complete.missing.length > 0) {
    return {
      outcome: "held",
      type: type.name,
      reason: "incomplete",
      missing: complete.missing,
      because: `missing: ${complete.missing.join(", ")}`,
    };
  }
  const unsure = needs.find(({ finding }) => finding.truth === "unknown");
  if (unsure !== undefined) return unmet(type, unsure);
  return { outcome: "ready", type: type.name, reason: type.name };
}

/** The need is named by the reason; what is left to say is what it asked for. */
function unmet(
  type: HandoffType,
  { need, finding }: { readonly need: string; readonly finding: Finding },
): Outcome {
  const says = finding.says.replace(`needs: ${need}, `, "");
  return {
    outcome: "not-ready",
    type: type.name,
    reason: need,
    because: whyOf({ ...finding, says }, "other"),
  };
}

/** The first type that matches; on request, the first whose needs hold, then the one the definition gives requests. */
function chooseType(
  snapshot: Snapshot,
  { definition }: Playbook,
  now: Instant,
  findings: Finding[],
): Chosen | undefined {
  for (const type of definition.types) {
    const finding = judgeType(type, snapshot, now);
    findings.push(finding);
    if (finding.truth === "yes") return { type, waivesNeeds: false };
  }
  if (snapshot.request === undefined) return undefined;
  findings.push({ says: "somebody asked for this handoff", truth: "yes", saw: snapshot.request.via });
  const willing = definition.types.find((type) =>
    type.needs.every((need) => judgeNeed(need, definition, snapshot, now).truth === "yes"),
  );
  if (willing !== undefined) return { type: willing, waivesNeeds: false };
  const requested = definition.types.find(({ name }) => name === definition.requested);
  return requested === undefined ? undefined : { type: requested, waivesNeeds: true };
}
