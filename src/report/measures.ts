/** The shares people talk about, made of counts. docs/reports.md gives each its line; a test holds page and file equal. */
import type { PromiseName, StandingCounts } from "./counts.ts";
import type { Figures } from "./figures.ts";
import type { Share } from "./share.ts";

type Measured = Pick<Figures, "counts" | "standings">;

/** Kept, of those that were kept or broken; what still runs or was excused says nothing yet. */
export function keptShare({ standings }: Pick<Figures, "standings">, promise: PromiseName): Share {
  const { met, breached }: StandingCounts = standings[promise];
  return { count: met, of: met + breached };
}

/** Every share of a group, by the name it has in docs/reports.md. */
export const MEASURES = {
  "acceptance rate": ({ counts }: Measured): Share => ({ count: counts.accepted, of: counts.answered }),
  "rejection rate": ({ counts }: Measured): Share => ({ count: counts.rejected, of: counts.answered }),
  "recycling rate": ({ counts }: Measured): Share => ({ count: counts.recycled, of: counts.answered }),
  "came back": ({ counts }: Measured): Share => ({ count: counts.cameBack, of: counts.recycled }),
  "re-qualified": ({ counts }: Measured): Share => ({ count: counts.requalified, of: counts.handedOff }),
  answered: ({ counts }: Measured): Share => ({ count: counts.answered, of: counts.handedOff }),
  "in touch": ({ counts }: Measured): Share => ({ count: counts.inTouch, of: counts.handedOff }),
  meetings: ({ counts }: Measured): Share => ({ count: counts.meetings, of: counts.handedOff }),
  "show rate": ({ counts }: Measured): Share => ({
    count: counts.meetingsHeld,
    of: counts.meetingsHeld + counts.meetingsMissed,
  }),
  conversion: ({ counts }: Measured): Share => ({ count: counts.withOpportunity, of: counts.handedOff }),
  "win rate": ({ counts }: Measured): Share => ({ count: counts.withWon, of: counts.handedOff }),
  completeness: ({ counts }: Measured): Share => ({
    count: counts.complete,
    of: counts.complete + counts.incomplete,
  }),
} as const satisfies Readonly<Record<string, (figures: Measured) => Share>>;

/** Pipeline for each handoff, in hundredths, rounded down; 0 without handoffs. */
export function pipelinePerHandoff({ counts }: Pick<Figures, "counts">): number {
  return counts.handedOff === 0 ? 0 : Math.floor(counts.pipelineCents / counts.handedOff);
}
