/** How one promise of sales stands for one handoff. Numbers instead of words, because a million of them are asked at once. */

/** In the order of the codes. `none`: nothing was promised. */
export const STANDINGS = ["none", "met", "breached", "running", "excused"] as const;
export type PromiseStanding = (typeof STANDINGS)[number];

const [NONE, MET, BREACHED, RUNNING, EXCUSED] = [0, 1, 2, 3, 4];

/** What is not known is NaN. */
interface Held {
  /** When the handoff ended. */
  readonly closedAt: number;
  readonly isPaused: boolean;
}

/**
 * Whether something was done by its deadline: exactly then is in time, and what came late stays breached, because a promise
 * measures the wait. `excused`: the handoff ended before it was due.
 *
 * @param asOf  Seen from when; a deadline of exactly then is still running. @returns A place in `STANDINGS`.
 */
export function standingOf(
  dueAt: number,
  doneAt: number,
  { closedAt, isPaused }: Held,
  asOf: number,
): number {
  if (Number.isNaN(dueAt)) return NONE;
  if (doneAt <= dueAt) return MET;
  if (doneAt > dueAt) return BREACHED;
  return undone(dueAt, { closedAt, isPaused }, asOf);
}

/** Whether sales tried as often as promised. `excused`: they were in touch by then, so that no further attempt was needed. */
export function attemptsStanding(
  dueAt: number,
  {
    inTime,
    owed,
    meaningfulAt,
  }: { readonly inTime: number; readonly owed: number; readonly meaningfulAt: number },
  held: Held,
  asOf: number,
): number {
  if (Number.isNaN(dueAt) || owed === 0) return NONE;
  if (inTime >= owed) return MET;
  if (meaningfulAt <= dueAt) return EXCUSED;
  return undone(dueAt, held, asOf);
}

function undone(dueAt: number, { closedAt, isPaused }: Held, asOf: number): number {
  if (closedAt <= dueAt) return EXCUSED;
  return isPaused || dueAt >= asOf ? RUNNING : BREACHED;
}
