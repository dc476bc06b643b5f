/** What a pack says, in words both the page and the Markdown use: headlines, standings, and what to type. */
import type { HalfStanding, MarketingStanding } from "./marketing.ts";
import { keptShare, MEASURES } from "./measures.ts";
import type { Pack } from "./pack.ts";
import { sayDay } from "./days.ts";
import { percentOf, sayShare, type Share } from "./share.ts";

/** One figure everybody looks at first. */
export interface Headline {
  readonly says: string;
  readonly value: string;
  /** What it was in as many days before. */
  readonly before: string;
}

/** The four headlines, two of each side. */
export function headlinesOf({ now, before }: Pack): readonly Headline[] {
  const one = (says: string, share: (figures: Pack["now"]["total"]) => Share): Headline => ({
    says,
    value: sayShare(share(now.total)),
    before: changeOf(share(now.total), share(before.total)),
  });
  return [
    one("First attempts in time", (figures) => keptShare(figures, "firstAttempt")),
    one("Answers in time", (figures) => keptShare(figures, "answer")),
    one("Accepted by sales", MEASURES["acceptance rate"]),
    one("Complete when handed off", MEASURES.completeness),
  ];
}

/** `10 points more than before (52 % of 60)`. */
function changeOf(now: Share, before: Share): string {
  const [is, was] = [percentOf(now), percentOf(before)];
  if (is === undefined || was === undefined) return `before: ${sayShare(before)}`;
  if (is === was) return `as before (${sayShare(before)})`;
  return `${sayPoints(Math.abs(is - was))} ${is > was ? "more" : "less"} than before (${sayShare(before)})`;
}

/** `1 point`, `12 points`. */
export function sayPoints(points: number): string {
  return `${points} ${points === 1 ? "point" : "points"}`;
}

/** `4 Nov`: days of a pack, both included: `2026-11-04 to 2026-11-17`. */
export function saySpan({ fromDay, toDay }: Pack["span"]): string {
  return `${sayDay(fromDay)} to ${sayDay(toDay - 1)}`;
}

/** How a promised volume stands, in words: `broken`, `counted since 2026-11-17`. */
export function sayVolume({ standing, sinceDay }: MarketingStanding["volume"][number]): string {
  return standing === "part" && sinceDay !== undefined
    ? `${HALF_WORDS.part} ${sayDay(sinceDay)}`
    : HALF_WORDS[standing];
}

/** How a promise of marketing stands, in a word. */
export const HALF_WORDS: Readonly<Record<HalfStanding, string>> = {
  met: "kept",
  breached: "broken",
  running: "still running",
  "too-few": "too few to say",
  part: "counted since",
};

/** What to type so that the next pack opens with it. */
export const RECORD_COMMAND = 'baton report decided "…" --by you@company.example';

/** What waits, in one sentence; empty when nothing does. */
export function sayStuck({ stuck }: Pack): string {
  const parts = [
    [stuck.queued, "wait for an owner"],
    [stuck.untouched, "are owned and untouched"],
    [stuck.quiet, "went quiet after the first touch"],
  ] as const;
  const waiting = parts.filter(([count]) => count > 0).map(([count, says]) => `${count} ${says}`);
  return waiting.length === 0 ? "" : `Stuck now: ${waiting.join(", ")}. List them: baton report stuck`;
}
