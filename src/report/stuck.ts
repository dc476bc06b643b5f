/** Leads that go nowhere: owned and untouched, quiet after the first touch, waiting for somebody to take them; and what to do. */
import { DAY_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { OpenCourse } from "../model/open-course.ts";
import { sayMs } from "./say.ts";

/** An open handoff for the operator's own eyes. */
export interface OpenFigure extends OpenCourse {
  readonly name?: string;
  readonly url?: string;
}

export const STUCK_KINDS = ["queued", "untouched", "quiet"] as const;
export type StuckKind = (typeof STUCK_KINDS)[number];

export interface StuckLead extends OpenFigure {
  readonly kind: StuckKind;
  /** Since when it is stuck. */
  readonly sinceAt: Instant;
  readonly todo: string;
}

/** Without anything for so long, a conversation has gone quiet: a working week. */
const QUIET_MS: DurationMs = 5 * DAY_MS;
/** Where no first attempt was promised, as to a partner, or before deadlines were kept, a lead is untouched after this. */
const UNTOUCHED_MS: DurationMs = 2 * DAY_MS;

/** The stuck ones, by kind, those stuck longest first. Paused ones are not stuck. Throws nothing. */
export function stuckOf(open: readonly OpenFigure[], now: Instant): readonly StuckLead[] {
  const stuck = open.flatMap((one): readonly StuckLead[] => {
    const kind = kindOf(one, now);
    return kind === undefined ? [] : [{ ...one, ...kind, todo: todoOf(kind.kind, kind.sinceAt, one, now) }];
  });
  return stuck.toSorted(
    (a, b) => STUCK_KINDS.indexOf(a.kind) - STUCK_KINDS.indexOf(b.kind) || a.sinceAt - b.sinceAt,
  );
}

function kindOf(one: OpenFigure, now: Instant): Pick<StuckLead, "kind" | "sinceAt"> | undefined {
  if (one.isQueued) return { kind: "queued", sinceAt: one.ownedAt };
  if (one.isPaused) return undefined;
  if (one.firstAttemptAt === undefined) {
    const sinceAt = one.firstAttemptDue ?? one.ownedAt + UNTOUCHED_MS;
    return sinceAt < now ? { kind: "untouched", sinceAt } : undefined;
  }
  const sinceAt = one.lastTouchAt ?? one.firstAttemptAt;
  return sinceAt + QUIET_MS < now ? { kind: "quiet", sinceAt } : undefined;
}

function todoOf(kind: StuckKind, sinceAt: Instant, one: OpenFigure, now: Instant): string {
  const { because, firstAttemptDue, ownedAt } = one;
  const ago = sayMs(now - sinceAt);
  switch (kind) {
    case "queued":
      return `Nobody can take it for ${ago}${because === undefined ? "" : ` (${because})`}: free somebody, or change the rule; baton routes audit says who could.`;
    case "untouched":
      return firstAttemptDue === undefined
        ? `Nobody has tried for ${sayMs(now - ownedAt)}: call or write today, or give the lead to somebody else.`
        : `The first attempt is ${ago} late: call or write today, or give the lead to somebody else.`;
    case "quiet":
      return `Nothing has passed for ${ago}: try once more, or answer with a reason, so that marketing can go on.`;
  }
}
