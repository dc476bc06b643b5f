/**
 * `npm run test:faults`: torments Baton on purpose and lets the checker judge. Without options, about five minutes of everything on
 * SQLite and PostgreSQL. Exits with 1 when anything was lost, doubled, orphaned or left unexplained, or too much is parked; every
 * failure comes with the line that repeats it.
 */
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Topology, TOPOLOGIES } from "../../src/cli/demo/stage.ts";
import { type Findings, isClean } from "./checker.ts";
import { type Bed, openBeds } from "./beds.ts";
import { runKills } from "./kills.ts";
import type { FoundBy, PartOptions } from "./rig.ts";
import { runSweep } from "./sweep.ts";
import { runTwo } from "./two.ts";

interface Options {
  readonly seed: number;
  readonly topology: Topology;
  readonly kills: number;
  readonly handoffs: number;
  readonly pauses: number;
  readonly sweep: string;
  readonly lanes: number;
  readonly on: string;
  readonly only?: string;
  readonly foundBy?: FoundBy;
  readonly keep?: string;
}

/** What one part of a run came to. */
interface Verdict {
  readonly part: string;
  readonly replay: string;
  readonly findings: Findings;
  readonly stories: readonly string[];
  /** Effects, for the share of those that are parked. */
  readonly effects: number;
  readonly counts: Readonly<Record<string, unknown>>;
  /** What the part itself checks beside the findings. */
  readonly wrong: readonly string[];
}

/** Each way is tried on one of the databases: where things are found does not depend on where they are remembered. */
const FOUND_BY: Readonly<Record<Bed["name"], FoundBy>> = { sqlite: "key", postgres: "mark" };
/** Of all effects. */
const MOST_PARKED = 0.001;
const SHOWN = 20;

const command = new Command("test:faults")
  .description("kill, starve and deceive Baton, and count what is lost, doubled, orphaned or parked")
  .option("--seed <number>", "draws everything that is drawn", toNumber, randomInt(1, 1_000_000))
  .addOption(
    new Option("--topology <which>", "where the leads are and where sales works")
      .choices(TOPOLOGIES)
      .default("hubspot"),
  )
  .option("--kills <number>", "SIGKILLs of the random run, on each database", toNumber, 12)
  .option("--handoffs <number>", "handoffs of the random run, on each database", toNumber, 1_200)
  .option("--pauses <number>", "pauses past the lease with two processes", toNumber, 2)
  .option(
    "--sweep <prefix>",
    'cases of the sweep: "all", "none", or how their names begin',
    "every effect × 5xx before",
  )
  .option("--lanes <number>", "cases of the sweep that are run side by side", toNumber, 2)
  .option("--on <databases>", "sqlite, postgres, or both", "both")
  .option("--only <part>", "random, sweep or two")
  .addOption(
    new Option(
      "--found-by <how>",
      "how tasks and notes are found again; without it by key on SQLite, by mark on PostgreSQL",
    ).choices(["key", "mark"]),
  )
  .option("--keep <folder>", "keeps SQLite's databases there, and what was judged of each part as JSON lines")
  .parse();
process.exitCode = (await main(command.opts<Options>())) ? 0 : 1;

async function main(options: Options): Promise<boolean> {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), "baton-faults-"));
  mkdirSync(folder, { recursive: true });
  const beds = await openBeds(folder, options.on);
  const verdicts: Verdict[] = [];
  say(`seed ${options.seed}, ${options.topology}`);
  try {
    for (const bed of beds.all) {
      for (const part of partsOf(options, bed)) {
        const verdict = await part();
        verdicts.push(verdict);
        for (const line of shown(verdict)) say(line);
      }
    }
  } finally {
    beds.close();
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  return verdicts.every(isGood);
}

function partsOf(options: Options, bed: Bed): readonly (() => Promise<Verdict>)[] {
  const { only, sweep } = options;
  const wants = (part: string): boolean => only === undefined || only === part;
  return [
    ...(wants("random") && options.kills > 0 ? [() => randomPart(options, bed)] : []),
    ...(wants("sweep") && sweep !== "none" ? [() => sweepPart(options, bed)] : []),
    ...(wants("two") && options.pauses > 0 && bed.name === "postgres" ? [() => twoPart(options, bed)] : []),
  ];
}

async function randomPart(options: Options, bed: Bed): Promise<Verdict> {
  const { kills, handoffs } = options;
  const processes = bed.name === "postgres" ? 2 : 1;
  const given = await givenTo("random", options, bed);
  const { findings, stories, ...counts } = await runKills({ ...given, kills, handoffs, processes });
  const replay = `${replayOf("random", given, bed)} --kills ${kills} --handoffs ${handoffs}`;
  const part = `random run on ${bed.name}`;
  return { part, replay, findings, stories, effects: counts.effects, counts, wrong: [] };
}

async function sweepPart(options: Options, bed: Bed): Promise<Verdict> {
  const { sweep, lanes } = options;
  const only = sweep === "all" ? "" : sweep;
  const given = await givenTo("sweep", options, bed);
  const more: string[] = [];
  while (more.length + 1 < lanes) more.push(await bed.fresh());
  const { findings, stories, missed, ...counts } = await runSweep({ ...given, only, more });
  const replay = `${replayOf("sweep", given, bed)} --sweep "${sweep}"`;
  const part = `sweep on ${bed.name}`;
  return { part, replay, findings, stories, effects: counts.steps, counts, wrong: missed };
}

async function twoPart(options: Options, bed: Bed): Promise<Verdict> {
  const { pauses } = options;
  const given = await givenTo("two", options, bed);
  const { findings, stories, overlapping, outside, ...counts } = await runTwo({ ...given, pauses });
  const replay = `${replayOf("two", given, bed)} --pauses ${pauses}`;
  const wrong = [...overlapping, ...outside];
  const part = "two processes on postgres";
  return { part, replay, findings, stories, effects: counts.effects, counts, wrong };
}

async function givenTo(
  part: string,
  { seed, topology, foundBy, keep }: Options,
  bed: Bed,
): Promise<PartOptions> {
  return {
    seed,
    topology,
    databaseUrl: await bed.fresh(),
    foundBy: foundBy ?? FOUND_BY[bed.name],
    keepAs: keep === undefined ? undefined : join(keep, `${part}-${bed.name}.jsonl`),
    progress: say,
  };
}

function replayOf(part: string, { seed, topology, foundBy }: PartOptions, bed: Bed): string {
  return `--topology ${topology} --only ${part} --on ${bed.name} --seed ${seed} --found-by ${foundBy}`;
}

function isGood({ findings, wrong, effects }: Verdict): boolean {
  const parked = findings.parked.filter((one) => one.startsWith("effect")).length;
  return isClean(findings) && wrong.length === 0 && parked <= effects * MOST_PARKED;
}

function shown(verdict: Verdict): readonly string[] {
  const { part, replay, findings, stories, counts, wrong } = verdict;
  const figures = Object.entries(findings).map(([what, list]) => `${list.length} ${what}`);
  const details = [
    ...wrong,
    ...Object.entries(findings).flatMap(([what, list]) => list.map((one: string) => `${what}: ${one}`)),
  ];
  return [
    `${isGood(verdict) ? "good" : "BAD "}  ${part}: ${figures.join(", ")}`,
    `      ${JSON.stringify(counts)}`,
    ...[...details.slice(0, SHOWN), ...stories].map((line) => `      ${line}`),
    ...(isGood(verdict) ? [] : [`      again: npm run test:faults -- ${replay}`]),
  ];
}

function toNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError("give a whole number");
  return number;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
