/**
 * `baton demo`: one believable day of leads at an invented company, in about a minute, over real HTTP on this machine: signed
 * webhooks arrive (a fifth of them twice or out of order), leads are judged, owned, briefed and written back.
 */
import { setTimeout as pause } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { Command, InvalidArgumentError, Option } from "commander";
import { demoDay } from "../../../sandbox/world/demo-day.ts";
import { BatonError } from "../../errors.ts";
import { printJson, printLines, wrapped } from "../print.ts";
import type { Screen, Shell } from "../shell.ts";
import { createLog } from "../../log.ts";
import { beginAnew } from "../../store/begin-anew.ts";
import { createDemoClock } from "./clock.ts";
import { DEMO_DAY, playDay } from "./day.ts";
import { writePack } from "./pack.ts";
import { printFarewell, printStory, printWelcome } from "./print.ts";
import { openStageIn, TOPOLOGIES, type Topology } from "./stage.ts";
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
      "where the demo keeps its data: a file of its own, emptied at the start",
      ownFile,
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

  const acts = demoDay(options.seed).length;
  const told = options.json === true ? undefined : screen;
  if (told !== undefined) await printWelcome(told, stage, acts, options.seed);
  let began = performance.now();
  await playDay(stage, clock, {
    seed: options.seed,
    screen: told,
    async rest() {
      if (isWatched) await pause(Math.max(0, SHOW_MS / acts - (performance.now() - began)));
      began = performance.now();
    },
  });

  const { story, measured } = await tellStory(stage);
  if (told === undefined) await printJson(screen, { seed: options.seed, story, measured });
  else {
    await printStory(told, stage, { story, measured });
    const pack = await writePack(stage, options.database, clock.now());
    await printFarewell(told, { database: options.database, handoff: measured.seams[0]?.id, pack });
  }
  if (isOnce) {
    stopping.uninstall();
    await stage.close();
    return;
  }
  const { cyan } = screen.paint;
  const serving = `Still serving at ${cyan(stage.baton.url)} (sandbox: ${cyan(stage.sandbox.url)}). Ctrl-C ends it.`;
  await printLines(screen, ["", ...wrapped(screen, "", serving)]);
}

/**
 * A demo begins with nothing, so it keeps to a file that it may empty. What names a server would be a real database, and may hold a
 * password, which everybody on this machine could read: neither is taken, nor said again.
 */
function ownFile(url: string): string {
  if (url.startsWith("sqlite:")) return url;
  throw new BatonError(
    "cli.usage",
    "The demo keeps its data in a file of its own: --database sqlite:<path>. Addresses of servers are not taken: they may hold a password, which everybody on this machine can read among a command's arguments.",
  );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}
