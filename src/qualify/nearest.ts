/**
 * The nearest other outcome of a decision: derived when somebody asks, from what is stored with it. Deciding does not pay for
 * it, because most decisions are never asked about. Source: docs/decisions/0026-nearest-on-demand.md.
 */
import type { Verdict } from "../model/decision.ts";
import type { Nearest } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { otherOutcomeOf } from "./otherwise.ts";
import { changeToReady } from "./to-ready.ts";

/**
 * The one change that would have led to another outcome, found by trying it; undefined where no single change does.
 *
 * @param verdict   What `qualify` came to for the snapshot, under this very version of the playbook.
 * @param now       When it was decided.
 * Judges the lead some dozens of times. The same input gives the same answer. Throws nothing.
 */
export function nearestOf(
  verdict: Verdict,
  snapshot: Snapshot,
  playbook: Playbook,
  now: Instant,
): Nearest | undefined {
  const found =
    changeToReady(verdict, snapshot, playbook, now) ?? otherOutcomeOf(verdict, snapshot, playbook, now);
  return found?.nearest;
}
