/**
 * `baton demo`: one believable day of leads at an invented company, in about a minute, over real HTTP on this machine: signed
 * webhooks arrive (a fifth of them twice or out of order), leads are judged, owned, briefed and written back.
 */
import { setTimeout as pause } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { Command, InvalidArgumentError, Option } from "commander";
import { demoDay, runAct, type DayAct } from "../../../sandbox/world/demo-day.ts";
import { printJson, printLines } from "../print.ts";
import type { Screen, Shell } from "../shell.ts";
import { createLog } from "../../log.ts";
import { DAY_MS } from "../../model/instant.ts";
import { beginAnew } from "../../store/begin-anew.ts";
import { addressOf, describeAct } from "./acts.ts";
import { type Aftermath, playAfterwards } from "./afterwards.ts";
import { createDemoClock } from "./clock.ts";
import { writePack } from "./pack.ts";
import { printAftermath, printFarewell, printOutcome, printStory, printWelcome } from "./print.ts";
import { type AnyStage, openStageIn, TOPOLOGIES, type Topology } from "./stage.ts";
import { tellStory } from "./story.ts";

interface DemoOptions {
  readonly once?: true;
  readonly json?: true;
  readonly seed: number;
  readonly port?: number;
  readonly topology: Topology;
  readonly playbook?: string;
  readonly database: string;
}

/** What ships for each topology. */
const PLAYBOOKS: Readonly<Record<Topology, string>> = {
  hubspot: "mappings/default",
  salesforce: "mappings/salesforce",
  both: "mappings/both",
};
/** The day takes about this long when somebody watches. */
const SHOW_MS = 45_000;
const FIRST_PORT = 3_000;
const DEMO_DATABASE = "sqlite:.baton/demo.sqlite";
/** "btnd" */
const DEMO_MARK = 0x62_74_6e_64;
const DEMO_DAY = Date.UTC(2026, 10, 17);

/** @param shell  Where the story is told. */
export function demoCommand(shell: Shell): Command {
  return new Command("demo")
    .description("play one day of leads against the built-in sandbox: no account, no service")
    .option("--once", "end when the day is over, instead of serving until Ctrl-C")
    .option("--json", "print the story as JSON (implies --once)")
    .option("--seed <number>", "the same seed tells the same story", wholeNumber, 7)
    .option(
      "--port <number>",
      `where Baton listens (default: ${FIRST_PORT}, or a free one with --once)`,
      wholeNumber,
    )
    .addOption(
      new Option("--topology <crms>", "where the leads are, and where sales works")
        .choices(TOPOLOGIES)
        .default("hubspot"),
    )
    .option("--playbook <folder>", "the playbook to run (default: the one that ships for the topology)")
    .option(
      "--database <url>",
      "where the demo keeps its data; a file of its own, emptied at the start",
      DEMO_DATABASE,
    )
    .action(async (options: DemoOptions) => await demo(shell.out, options));
}

async function demo(screen: Screen, options: DemoOptions): Promise<void> {
  const isOnce = options.once === true || options.json === true;
  const isWatched = !isOnce && screen.columns !== undefined;
  const clock = createDemoClock(DEMO_DAY);
  beginAnew(options.database, { mark: DEMO_MARK, home: DEMO_DATABASE });
  const stage = await openStageIn(options.topology, {
    seed: options.seed,
    now: () => clock.now(),
    databaseUrl: options.database,
    playbook: options.playbook ?? PLAYBOOKS[options.topology],
    log: createLog({ level: "silent" }),
    port: options.port ?? (isOnce ? 0 : FIRST_PORT),
    // A day in a minute: what would gather for some minutes is told as it happens.
    gatherMs: 0,
  });
  const stopping = closeWithGrace({ delay: 10_000 }, () => stage.close());

  const day = demoDay(options.seed);
  if (options.json !== true) await printWelcome(screen, stage, day.length, options.seed);
  const afterwards = playAfterwards(stage, clock, options.seed);
  const tell = async (happened: Aftermath): Promise<void> => {
    if (options.json !== true) await printAftermath(screen, stage, happened);
  };
  for (const entry of day) {
    const began = performance.now();
    await afterwards.until(entry.at, tell);
    clock.moveTo(entry.at);
    await play(stage, entry, options.json === true ? undefined : screen);
    afterwards.note(clock.now());
    if (isWatched) await pause(Math.max(0, SHOW_MS / day.length - (performance.now() - began)));
  }
  await afterwards.until(DEMO_DAY + DAY_MS - 1, tell);
  clock.moveTo(DEMO_DAY + DAY_MS - 1);
  await stage.baton.lanes.tick();
  await stage.quiet();

  const told = await tellStory(stage);
  if (options.json === true) await printJson(screen, { seed: options.seed, ...told });
  else {
    await printStory(screen, told);
    const pack = await writePack(stage, options.database, clock.now());
    await printFarewell(screen, { database: options.database, handoff: told.measured.seams[0]?.id, pack });
  }
  if (isOnce) {
    stopping.uninstall();
    await stage.close();
    return;
  }
  const { cyan } = screen.paint;
  await printLines(screen, [
    "",
    `Still serving at ${cyan(stage.baton.url)} (sandbox: ${cyan(stage.sandbox.url)}). Ctrl-C ends it.`,
  ]);
}

/** One act, everything it causes, and what came of it. @param screen  Absent when nobody wants to be told. */
async function play(stage: AnyStage, entry: DayAct, screen: Screen | undefined): Promise<void> {
  await stage.baton.lanes.tick();
  // What marketing and the website do happens where the leads are.
  const outcome = await runAct(stage.sandbox, stage.portal?.id ?? stage.org?.id ?? "", entry);
  await stage.quiet();
  if (screen === undefined) return;
  await printOutcome(screen, stage, {
    at: entry.at,
    who: addressOf(entry.act) ?? "",
    what: describeAct(entry.act),
    ...(outcome.id === undefined ? {} : { lead: outcome.id }),
  });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}
