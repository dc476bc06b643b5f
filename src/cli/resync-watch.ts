/** Watching resyncs until they end: one line on a terminal that is written anew, whole lines elsewhere. Watching does no work. */
import { type DurationMs, type Instant, SECOND_MS } from "../model/instant.ts";
import { isOpen, type PairStanding, type ResyncStanding } from "../present/resyncs.ts";
import { printLines } from "./print.ts";
import { placeOf, sentenceOf } from "./resync-words.ts";
import type { Screen, Shell } from "./shell.ts";
import { counted, inDuration } from "./words.ts";

/** How time passes, and whether the person has had enough of watching. */
export interface Watching {
  readonly wait: (ms: DurationMs) => Promise<unknown>;
  readonly isInterrupted: () => boolean;
}

const LOOK_EVERY_MS: DurationMs = SECOND_MS;
/** A server that has nothing more urgent to do begins within two seconds. */
const PATIENCE_LOOKS = 15;
const START_OF_LINE = "\r\u001b[2K";

/** Where something was when it was first seen: what the rate counts from. */
type Beginnings = Map<string, { readonly at: Instant; readonly looked: number }>;

/** Until nothing is left to wait for, nobody gets on with it, or the person has left. @returns How it stood last. */
export async function watch(
  { err, now }: Pick<Shell, "err" | "now">,
  load: () => Promise<readonly ResyncStanding[]>,
  { wait, isInterrupted }: Watching,
): Promise<readonly ResyncStanding[]> {
  const beginnings: Beginnings = new Map();
  const show = err.columns === undefined ? linesOn(err, now) : oneLineOn(err, err.columns, now);
  let before = await load();
  for (let idle = 0; idle < PATIENCE_LOOKS && before.some(isOpen) && !isInterrupted(); idle += 1) {
    await wait(LOOK_EVERY_MS);
    const after = await load();
    const moved = after.filter((one, index) => JSON.stringify(one) !== JSON.stringify(before[index]));
    noteBeginnings(beginnings, after, now());
    await show(after, moved, beginnings);
    if (moved.length > 0) idle = -1;
    before = after;
  }
  if (err.columns !== undefined) await err.write(START_OF_LINE);
  return before;
}

type Show = (
  all: readonly ResyncStanding[],
  moved: readonly ResyncStanding[],
  beginnings: Beginnings,
) => Promise<void>;

/** Each step forward is a line of its own. */
function linesOn(screen: Screen, now: () => Instant): Show {
  return async (_all, moved, beginnings) =>
    await printLines(
      screen,
      moved
        .filter(({ state }) => state === "under-way" || state === "waiting")
        .map((one) => lineOf(one, beginnings, now())),
    );
}

function oneLineOn(screen: Screen, columns: number, now: () => Instant): Show {
  return async (all, _moved, beginnings) => {
    const open = all.filter(isOpen);
    const [first, ...others] = open.filter(({ state }) => state !== "asked");
    const shown = first ?? open[0];
    if (shown === undefined) return;
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    await screen.write(START_OF_LINE + `${lineOf(shown, beginnings, now())}${more}`.slice(0, columns - 1));
  };
}

function noteBeginnings(beginnings: Beginnings, standings: readonly ResyncStanding[], at: Instant): void {
  for (const one of standings)
    if (one.state === "under-way" && !beginnings.has(placeOf(one)))
      beginnings.set(placeOf(one), { at, looked: one.looked });
}

/** How far, how fast, how long still, and what it has cost. */
function lineOf(standing: ResyncStanding, beginnings: Beginnings, now: Instant): string {
  if (standing.about === "leads" || standing.state !== "under-way") return sentenceOf(standing, now);
  const begun = beginnings.get(placeOf(standing));
  const perMs =
    begun === undefined || now <= begun.at ? 0 : (standing.looked - begun.looked) / (now - begun.at);
  return [`${placeOf(standing)}: ${doneOf(standing)}`, ...paceOf(standing, perMs), ...costOf(standing)].join(
    ", ",
  );
}

function doneOf({ looked, total }: PairStanding): string {
  if (total === undefined) return counted(looked, "lead");
  const share = total === 0 ? 100 : Math.min(100, Math.floor((looked / total) * 100));
  return `${looked.toLocaleString("en-GB")} of ${counted(total, "lead")} (${share} %)`;
}

function paceOf({ looked, total }: PairStanding, perMs: number): readonly string[] {
  if (perMs <= 0) return [];
  const rate = `${Math.round(perMs * SECOND_MS).toLocaleString("en-GB")} a second`;
  return total === undefined || total <= looked
    ? [rate]
    : [rate, `${inDuration(Math.ceil((total - looked) / perMs / SECOND_MS) * SECOND_MS)} left`];
}

function costOf({ calls, mostCalls, day }: PairStanding): readonly string[] {
  const most = mostCalls === undefined ? "" : ` of ${mostCalls.toLocaleString("en-GB")}`;
  const left =
    day === undefined ? [] : [`${counted(Math.max(0, day.most - day.used), "call")} left of the org's day`];
  return [`${calls.toLocaleString("en-GB")}${most} calls`, ...left];
}
