/**
 * `npm run test:faults`: torments Baton on purpose and lets the checker judge. Without options, about five minutes of everything on
 * SQLite and PostgreSQL. Exits with 1 when anything was lost, doubled, orphaned or left unexplained, or too much is parked; every
 * failure comes with the line that repeats it.
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Findings, isClean } from "./checker.ts";
import { type Bed, openBeds } from "./beds.ts";
import { runKills } from "./kills.ts";
import { runSweep } from "./sweep.ts";
import { runTwo } from "./two.ts";

interface Options {
  readonly seed: number;
  readonly kills: number;
  readonly handoffs: number;
  readonly pauses: number;
  readonly sweep: string;
  readonly on: string;
  readonly only?: string;
}

/** What one part of a run came to. */
interface Verdict {
  readonly part: string;
  readonly replay: string;
  readonly findings: Findings;
  /** Effects, for the share of those that are parked. */
  readonly effects: number;
  readonly counts: Readonly<Record<string, unknown>>;
  /** What the part itself checks beside the findings. */
  readonly wrong: readonly string[];
}

/** Of all effects. */
const MOST_PARKED = 0.001;
const SHOWN = 20;

const command = new Command("test:faults")
  .description("kill, starve and deceive Baton, and count what is lost, doubled, orphaned or parked")
  .option("--seed <number>", "draws everything that is drawn", toNumber, randomInt(1, 1_000_000))
  .option("--kills <number>", "SIGKILLs of the random run, on each database", toNumber, 12)
  .option("--handoffs <number>", "handoffs of the random run, on each database", toNumber, 1_200)
  .option("--pauses <number>", "pauses past the lease with two processes", toNumber, 2)
  .option(
    "--sweep <prefix>",
    'cases of the sweep: "all", "none", or how their names begin',
    "every effect × 5xx before",
  )
  .option("--on <databases>", "sqlite, postgres, or both", "both")
  .option("--only <part>", "random, sweep or two")
  .parse();
process.exitCode = (await main(command.opts<Options>())) ? 0 : 1;

async function main(options: Options): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "baton-faults-"));
  const beds = await openBeds(folder, options.on);
  const verdicts: Verdict[] = [];
  say(`seed ${options.seed}`);
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
    rmSync(folder, { recursive: true, force: true });
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

async function randomPart({ seed, kills, handoffs }: Options, bed: Bed): Promise<Verdict> {
  const processes = bed.name === "postgres" ? 2 : 1;
  const databaseUrl = await bed.fresh();
  const { findings, ...counts } = await runKills({
    seed,
    kills,
    handoffs,
    processes,
    databaseUrl,
    progress: say,
  });
  const replay = `--only random --on ${bed.name} --seed ${seed} --kills ${kills} --handoffs ${handoffs}`;
  return { part: `random run on ${bed.name}`, replay, findings, effects: counts.effects, counts, wrong: [] };
}

async function sweepPart({ seed, sweep }: Options, bed: Bed): Promise<Verdict> {
  const only = sweep === "all" ? "" : sweep;
  const databaseUrl = await bed.fresh();
  const { findings, missed, ...counts } = await runSweep({ seed, databaseUrl, only, progress: say });
  const replay = `--only sweep --on ${bed.name} --seed ${seed} --sweep "${sweep}"`;
  return { part: `sweep on ${bed.name}`, replay, findings, effects: counts.steps, counts, wrong: missed };
}

async function twoPart({ seed, pauses }: Options, bed: Bed): Promise<Verdict> {
  const databaseUrl = await bed.fresh();
  const { findings, overlapping, outside, ...counts } = await runTwo({
    seed,
    pauses,
    databaseUrl,
    progress: say,
  });
  const replay = `--only two --on postgres --seed ${seed} --pauses ${pauses}`;
  const wrong = [...overlapping, ...outside];
  return { part: "two processes on postgres", replay, findings, effects: counts.handoffs * 3, counts, wrong };
}

function isGood({ findings, wrong, effects }: Verdict): boolean {
  const parked = findings.parked.filter((one) => one.startsWith("effect")).length;
  return isClean(findings) && wrong.length === 0 && parked <= effects * MOST_PARKED;
}

function shown(verdict: Verdict): readonly string[] {
  const { part, replay, findings, counts, wrong } = verdict;
  const figures = Object.entries(findings).map(([what, list]) => `${list.length} ${what}`);
  const details = [
    ...wrong,
    ...Object.entries(findings).flatMap(([what, list]) => list.map((one: string) => `${what}: ${one}`)),
  ];
  return [
    `${isGood(verdict) ? "good" : "BAD "}  ${part}: ${figures.join(", ")}`,
    `      ${JSON.stringify(counts)}`,
    ...details.slice(0, SHOWN).map((line) => `      ${line}`),
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
