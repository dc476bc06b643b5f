/**
 * When the agreement is to be looked at again: the pack every so many weeks, what sales rejects every month, definition and routing
 * every quarter, and both when the team has changed. Pure: what was announced before arrives as an argument.
 */
import { createHash } from "node:crypto";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant } from "../model/instant.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { dayOf, mondayOf } from "./days.ts";
import { type Period, periodOf } from "./periods.ts";

export const REVIEW_KINDS = ["pack", "reasons", "definition", "team"] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** What is remembered between two looks. */
export interface ReviewMemory {
  /** When it is due next; of `team` never by the calendar. */
  readonly dueAt?: Instant;
  /** Of `team`: the team as it was. */
  readonly team?: string;
}

/** What a look at one kind of review comes to. */
export interface ReviewLook {
  readonly memory: ReviewMemory;
  /** It is to be announced now. The same announcing has the same name, whoever looks. */
  readonly announcing?: string;
}

const HOUR_OF_DAY = 6;
const DAYS_A_WEEK = 7;
const PERIODS: Readonly<Partial<Record<ReviewKind, Period>>> = { reasons: "month", definition: "quarter" };

/** What it is about, as people are told. */
export const REVIEW_WORDS: Readonly<Record<ReviewKind, string>> = {
  pack: "Marketing and sales review",
  reasons: "Monthly: the patterns of rejected leads",
  definition: "Quarterly: definition and routing",
  team: "The team has changed: routing and the definition",
};

/**
 * Looks whether a review is due. The first look only remembers; of several that fell due while nobody looked one is announced.
 * Throws nothing.
 */
export function lookAtReview(
  kind: ReviewKind,
  memory: ReviewMemory | undefined,
  playbook: Pick<Playbook, "team">,
  everyMs: DurationMs,
  now: Instant,
): ReviewLook {
  if (kind === "team") {
    const team = teamDigest(playbook);
    const isNews = memory?.team !== undefined && memory.team !== team;
    return { memory: { team }, ...(isNews ? { announcing: `${team}.${dayOf(now)}` } : {}) };
  }
  const dueAt = memory?.dueAt;
  if (dueAt === undefined) return { memory: { dueAt: nextDue(kind, everyMs, now) } };
  if (dueAt > now) return { memory: { dueAt } };
  return { memory: { dueAt: nextDue(kind, everyMs, now, dueAt) }, announcing: String(dueAt) };
}

/** The next morning it is due after `now`; a pack keeps its rhythm from the one before. */
function nextDue(kind: ReviewKind, everyMs: DurationMs, now: Instant, before?: Instant): Instant {
  const period = PERIODS[kind];
  if (period !== undefined) return morningOf(periodOf(period, dayOf(now)).toDay);
  if (before === undefined) return morningOf(mondayOf(dayOf(now)) + DAYS_A_WEEK);
  return before + everyMs * (Math.floor((now - before) / everyMs) + 1);
}

function morningOf(day: number): Instant {
  return day * DAY_MS + HOUR_OF_DAY * HOUR_MS;
}

/** Who is in which team with which skills; hours and days off are no change of the team. */
function teamDigest({ team }: Pick<Playbook, "team">): string {
  const members = team.members.map(({ id, team: name, skills }) => [id, name, skills.toSorted()] as const);
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}
