/**
 * Stage 4: who gets the lead. Rules are read from the top; the first that matches and finds somebody decides. A rule that
 * matches and finds nobody (its owner left, its whole pool is absent) says so and leaves the lead to the rules below it.
 */
import type { Assignment, Candidate } from "../model/decision.ts";
import type { Finding } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Roster } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";
import type { Rule } from "../playbook/routing.ts";
import { withType } from "../playbook/subject.ts";
import { aimAt, aimAtQueue } from "./aim.ts";

export { passOn } from "./pass-on.ts";
export { creditBack } from "./credit-back.ts";
export { credit, formRoster } from "./roster.ts";

/** The name of the rule that takes what no rule could give to anybody. */
const OTHERWISE = "otherwise";

/**
 * Finds an owner for a lead that is ready as `type`.
 *
 * @returns `assigned`, `partner`, or `queued` with the instant at which to try again: the earlier of the queue's own limit
 * and the next time one of those passed over is back. The findings are one per rule that was read, in order; the
 * candidates are everyone who was looked at. A `queued` outcome is an outcome, not an error. Throws `playbook.invalid` only
 * for a rep whose calendar has no working time. Source: playbook.md, "routing.yaml".
 */
export function route(
  type: string,
  snapshot: Snapshot,
  playbook: Playbook,
  roster: Roster,
  now: Instant,
): Assignment {
  const { rules, otherwise, fairness } = playbook.routing;
  const subject = withType(snapshot, type);
  const findings: Finding[] = [];
  const candidates: Candidate[] = [];
  let opensAt = Infinity;
  for (const rule of rules) {
    const finding = read(rule, subject, now);
    const aim = finding.truth === "yes" ? aimAt(rule.to, subject, fairness, roster, now) : undefined;
    findings.push(
      aim === undefined || aim.outcome !== undefined ? finding : { ...finding, saw: aim.because },
    );
    if (aim === undefined) continue;
    candidates.push(...aim.candidates);
    if (aim.outcome !== undefined)
      return settle({ rule: rule.name, because: aim.because, candidates, findings, ...aim.outcome }, opensAt);
    opensAt = Math.min(opensAt, aim.opensAt ?? Infinity);
  }
  const because = candidates.length > 0 ? "nobody can take it now" : "no rule covers this lead";
  const { outcome } = aimAtQueue(otherwise, because, now);
  return settle({ rule: OTHERWISE, because, candidates, findings, ...outcome }, opensAt);
}

function read(rule: Rule, subject: Snapshot, now: Instant): Finding {
  const says = `rule "${rule.name}"`;
  if (rule.when === undefined) return { says, truth: "yes", source: rule.source };
  const finding = rule.when.test(subject, now);
  return { says, truth: finding.truth, parts: [finding], source: rule.source };
}

/** A queue does not wait for its limit when somebody is back earlier. */
function settle(assignment: Assignment, opensAt: Instant): Assignment {
  if (assignment.outcome !== "queued") return assignment;
  return { ...assignment, retryAt: Math.min(assignment.retryAt, opensAt) };
}
