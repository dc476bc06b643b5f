/** Handoffs for tests of figures: one that was handed off and nothing more, and whatever is said of it. */
import { type HandoffFigure, toColumns } from "../../src/model/handoff-figure.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import { type Figures, groupFigures, totalFigures } from "../../src/report/figures.ts";
import { type SeamSpan, SPEEDS } from "../../src/report/seams.ts";
import { addColumns, type Dimension, newTally } from "../../src/report/tally.ts";

/** Tuesday 17 November 2026, 09:00 UTC. */
export const NOW = Date.UTC(2026, 10, 17, 9);

const EMPTY: HandoffFigure = {
  type: "hand-raiser",
  source: undefined,
  team: undefined,
  rep: undefined,
  campaignFirst: undefined,
  campaignLast: undefined,
  answer: undefined,
  reason: undefined,
  missing: undefined,
  unclear: undefined,
  occurredAt: NOW,
  receivedAt: NOW,
  readAt: NOW,
  decidedAt: NOW,
  writtenAt: undefined,
  firstAttemptAt: undefined,
  firstAttemptDue: undefined,
  meaningfulAt: undefined,
  meaningfulDue: undefined,
  attemptsDue: undefined,
  answeredAt: undefined,
  answerDue: undefined,
  acceptedAt: undefined,
  meetingBookedAt: undefined,
  meetingHeldAt: undefined,
  opportunityAt: undefined,
  wonAt: undefined,
  closedAt: undefined,
  attempts: 0,
  attemptsInTime: 0,
  attemptsOwed: 0,
  missedMeetings: 0,
  opportunities: 0,
  opportunityCents: 0,
  won: 0,
  wonCents: 0,
  isQueued: false,
  isAgain: false,
  cameBack: false,
  isEnriched: false,
  isReassigned: false,
  isPaused: false,
};

/** A handoff of `NOW`. */
export function aFigure(more: Partial<HandoffFigure> = {}): HandoffFigure {
  return { ...EMPTY, ...more };
}

/** So many alike. */
export function many(count: number, more: Partial<HandoffFigure>): readonly HandoffFigure[] {
  return Array.from({ length: count }, () => aFigure(more));
}

/** A rejection for a reason. */
export function rejected(reason: string, more: Partial<HandoffFigure> = {}): HandoffFigure {
  return aFigure({ answer: "rejected", reason, answeredAt: NOW, ...more });
}

/** What these handoffs come to, all of them and by a grouping. */
export function counted(
  figures: readonly HandoffFigure[],
  by: Dimension = "type",
  spans: readonly SeamSpan[] = Object.values(SPEEDS),
): { readonly total: Figures; readonly groups: readonly Figures[] } {
  const day = Math.floor(NOW / DAY_MS);
  const tally = newTally({ span: { fromDay: day - 400, toDay: day + 1 }, by: [by], asOf: NOW, spans });
  addColumns(tally, toColumns(figures));
  return { total: totalFigures(tally), groups: groupFigures(tally, by) };
}
