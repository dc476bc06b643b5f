/** Stage 3: is this lead ready for sales, as what, and if not, what is the one thing between it and sales? */
import type { Verdict } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { judge } from "./judge.ts";
import { nearestTo } from "./nearest.ts";
import { otherOutcomeOf } from "./otherwise.ts";

/**
 * Judges a lead by the definition, at one instant.
 *
 * In this order: an open handoff that sales has; a type that matches (or somebody's request); consent; refusals; the
 * type's needs; the fields marketing promised. What was judged is kept as findings, what was not reached is not judged.
 * The nearest other outcome comes along where one change leads to it, found by trying it. Throws nothing.
 */
export function qualify(snapshot: Snapshot, playbook: Playbook, now: Instant): Verdict {
  const verdict = judge(snapshot, playbook, now);
  const nearest =
    nearestTo(verdict, snapshot, playbook, now) ?? otherOutcomeOf(verdict, snapshot, playbook, now);
  return nearest === undefined ? verdict : { ...verdict, nearest: nearest.nearest };
}
