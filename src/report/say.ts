/** Figures in words, the same on every page and in every file. */
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import type { PromiseName } from "./counts.ts";
import type { SpanFigure } from "./spans.ts";

/** What sales promised, as a heading. */
export const PROMISE_WORDS: Readonly<Record<PromiseName, string>> = {
  firstAttempt: "First attempt",
  meaningfulTouch: "In touch",
  attempts: "Number of attempts",
  answer: "Answer",
};

/** `412 ms`, `42 s`, `3.5 min`, `2.1 h`, `3.4 d`; a sign for negative ones. */
export function sayMs(ms: DurationMs): string {
  if (ms < 0) return `−${sayMs(-ms)}`;
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${tenths(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${tenths(ms / HOUR_MS)} h`;
  return `${tenths(ms / DAY_MS)} d`;
}

/** The middle of a span, or the tenth slowest: `3.5 min`, or a dash where there is nothing. */
export function sayPercentile(span: SpanFigure | undefined, percentile: "p50" | "p90"): string {
  const ms = span?.[percentile];
  return ms === undefined ? "–" : sayMs(ms);
}

/** Hundredths as a whole amount: `1,204`. */
export function sayCents(cents: number): string {
  return Math.round(cents / 100).toLocaleString("en-GB");
}

/** `1,204`. */
export function sayCount(count: number): string {
  return count.toLocaleString("en-GB");
}

/** `2026-11-17 09:30` in UTC. */
export function sayInstant(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}
