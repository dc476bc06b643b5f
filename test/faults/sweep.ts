/**
 * The sweep: for every kind of effect and every fault of its call, Baton is ended right before and right after each commit that
 * changes the effect's state, one death at a time, started again, and left to come to rest. Which commits there are is not
 * written down here: each case is run once without a death, and the steps seen are the ones at which it dies afterwards.
 *
 * Two of the faults are deaths themselves, so the steps of the recovery are died at too. Most of a case is waiting, so several
 * are run side by side, each in a lane of its own (sweep-lane.ts).
 */
import { type Case, casesOf } from "./cases.ts";
import type { Judged } from "./evidence.ts";
import type { Step } from "./orders.ts";
import type { PartOptions } from "./rig.ts";
import { openLane, type SweepLane } from "./sweep-lane.ts";

export interface SweepOptions extends PartOptions {
  /** Only cases whose name begins with this: `create-task × 429`. */
  readonly only?: string;
  /** Empty databases for more lanes beside the first. */
  readonly more?: readonly string[];
}

export interface SweepResult extends Judged {
  /** Kinds of effect times faults. */
  readonly cases: number;
  /** Steps seen over all cases, and the deaths died at them. */
  readonly steps: number;
  readonly deaths: number;
  /** Deaths that were ordered and did not come: none, or the sweep proves less than it says. */
  readonly missed: readonly string[];
}

/** Runs it. Throws only what breaks a rig itself. */
export async function runSweep(options: SweepOptions): Promise<SweepResult> {
  const cases = casesOf(options.topology ?? "hubspot", options.foundBy, options.only);
  const urls = [options.databaseUrl, ...(options.more ?? [])].slice(0, Math.max(cases.length, 1));
  const lanes: SweepLane[] = [];
  try {
    // One after the other: a free port that was found stays free only while nobody else looks for one.
    for (const databaseUrl of urls) lanes.push(await openLane({ ...options, databaseUrl }));
    const counts = await runAll(lanes, cases, options.progress);
    const judged: Judged[] = [];
    for (const [index, lane] of lanes.entries()) judged.push(await lane.judge(fileOf(options.keepAs, index)));
    return {
      ...together(judged),
      cases: cases.length,
      ...counts,
      missed: lanes.flatMap(({ missed }) => missed),
    };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** Whichever lane is free takes the next case. */
async function runAll(
  lanes: readonly SweepLane[],
  cases: readonly Case[],
  progress: PartOptions["progress"],
): Promise<Pick<SweepResult, "steps" | "deaths">> {
  const waiting = [...cases];
  const found = new Map<SweepLane, readonly string[]>();
  let [steps, deaths] = [0, 0];
  const work = async (lane: SweepLane): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const run = await lane.run(one);
      steps += run.commits.flat().length;
      deaths += run.deaths;
      found.set(lane, Object.values((await lane.judge()).findings).flat());
      const all = [...found.values()].flat();
      progress?.(
        `${one.name}: ${run.commits.map(said).join(", ")}; ${deaths} deaths, ${all.length} findings so far ${all.at(-1) ?? ""}`,
      );
    }
  };
  await Promise.all(lanes.map(work));
  return { steps, deaths };
}

/** `planned>attempting/1` once where all kinds step alike. */
function said(steps: readonly Step[]): string {
  return [...new Set(steps.map(({ change }) => change))].join(" ");
}

/** What was judged in each lane, as of one. */
function together(judged: readonly Judged[]): Judged {
  const all = (kind: keyof Judged["findings"]): readonly string[] =>
    judged.flatMap(({ findings }) => findings[kind]);
  return {
    findings: {
      lost: all("lost"),
      doubled: all("doubled"),
      orphaned: all("orphaned"),
      parked: all("parked"),
      silent: all("silent"),
    },
    stories: judged.flatMap(({ stories }) => stories),
    effects: judged.reduce((sum, { effects }) => sum + effects, 0),
    repeated: judged.reduce((sum, { repeated }) => sum + repeated, 0),
  };
}

/** `sweep-sqlite.jsonl`, `sweep-sqlite-2.jsonl` and so on. */
function fileOf(keepAs: string | undefined, index: number): string | undefined {
  return index === 0 ? keepAs : keepAs?.replace(/(?=\.jsonl$)/, `-${index + 1}`);
}
