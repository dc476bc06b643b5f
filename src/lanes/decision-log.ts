/**
 * A line of the log for each decision, made of the same explanation as the handoff's page: no values, no names. The nearest other
 * outcome is left out, because finding it costs more than deciding; `baton explain` tells it of the decision whose id the line has.
 */
import type { Logger } from "pino";
import type { Decision } from "../model/decision.ts";
import { bareExplanation, explainDecision } from "../model/explanation.ts";

/** Decisions that planned something are news; what was looked at and left as it is, is not. */
export function logDecision(
  { log, installation }: { readonly log: Logger; readonly installation: string },
  id: string,
  decision: Decision,
): void {
  const isNews = decision.plan.writes.length > 0 || decision.plan.clocks.length > 0;
  const level = isNews ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  const { outcome, reason, unknown, assignment, passedOver } = bareExplanation(
    explainDecision(decision, undefined),
  );
  const facts = {
    installation,
    decision: id,
    outcome,
    reason,
    ...(assignment === undefined ? {} : { assignment: assignment.outcome, rule: assignment.rule }),
    ...(passedOver.length === 0 ? {} : { passedOver }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
  log[level](facts, "decided");
}
