/** `npm run bench`: runs the benches one after the other and prints what they came to. Nothing here passes or fails. */
import { Command, InvalidArgumentError } from "commander";
import { amid } from "./amid.ts";
import { burst } from "./burst.ts";
import { check } from "./check.ts";
import { choose } from "./choose.ts";
import { clocks } from "./clocks.ts";
import { decide } from "./decide.ts";
import { fleet } from "./fleet.ts";
import { following } from "./following.ts";
import { ingest } from "./ingest.ts";
import { lone } from "./lone.ts";
import { describeMachine, machineLines } from "./machine.ts";
import { match } from "./match.ts";
import { pressure } from "./pressure.ts";
import { report } from "./report.ts";
import { salesforceBurst } from "./salesforce-burst.ts";
import { resyncAll } from "./resync.ts";
import { type Report, reportText } from "./table.ts";
import { tick } from "./tick.ts";

interface Options {
  readonly json?: true;
  readonly seed: number;
  readonly rounds: number;
  readonly events: number;
  readonly connections: number;
  readonly ascending?: true;
  readonly leads: number;
  readonly burst: number;
  readonly naive: number;
  readonly portals: number;
  readonly portalEvents: number;
  readonly queued: number;
  readonly accounts: number;
  readonly matched: number;
  readonly handoffs: number;
  readonly open: number;
  readonly pairs: number;
}

const BENCHES: Readonly<Record<string, (options: Options) => Report | Promise<Report>>> = {
  ingest: ({ rounds, events, connections, ascending }) =>
    ingest({ rounds, events, connections, ascending: ascending === true }),
  lone: ({ seed, leads }) => lone({ seed, leads }),
  burst: ({ seed, burst: leads, naive }) => burst({ seed, leads, naiveLeads: naive }),
  "salesforce-burst": ({ seed, burst: leads }) => salesforceBurst({ seed, leads }),
  amid: ({ seed, burst: leads }) => amid({ seed, leads }),
  fleet: ({ seed, portals, portalEvents: events }) => fleet({ seed, portals, events }),
  pressure: ({ seed, queued }) => pressure({ seed, queued }),
  decide: ({ seed, rounds }) => decide({ seed, rounds }),
  choose: ({ seed }) => choose({ seed }),
  check: ({ rounds }) => check({ rounds }),
  clocks: ({ seed, rounds }) => clocks({ seed, rounds }),
  tick: ({ rounds }) => tick({ rounds }),
  report: ({ rounds, handoffs }) => report({ rounds, handoffs }),
  following: ({ seed, open: handoffs }) => following({ seed, handoffs }),
  match: ({ seed, accounts, matched: leads }) => match({ seed, accounts, leads }),
  resync: ({ seed, pairs }) => resyncAll({ seed, pairs }),
};

await new Command("bench")
  .description("measure Baton against the figures its design is held to, on this machine")
  .argument("[names...]", `which: ${Object.keys(BENCHES).join(", ")} (default: all)`)
  .option("--json", "print everything measured as JSON")
  .option("--seed <number>", "of the sandbox's portal and of made-up leads", count, 7)
  .option("--rounds <number>", "ingest, decide, check, clocks, report: counted rounds", count, 7)
  .option("--events <number>", "ingest: events a round, server and body size", count, 6_000)
  .option("--connections <number>", "ingest: connections of the load generator", count, 64)
  .option("--ascending", "ingest: event ids that count up, instead of scattered ones")
  .option("--leads <number>", "lone: leads measured for each latency", count, 20)
  .option(
    "--burst <number>",
    "burst, salesforce-burst, amid: leads that are ready, or imported, at once",
    count,
    1_000,
  )
  .option("--naive <number>", "burst: leads handed off one call a step", count, 60)
  .option("--portals <number>", "fleet: portals on one server", count, 60)
  .option("--portal-events <number>", "fleet: events for each of them", count, 100)
  .option("--queued <number>", "pressure: events that wait for a CRM that hangs", count, 20_000)
  .option("--accounts <number>", "match: accounts stored", count, 100_000)
  .option("--matched <number>", "match: leads matched by keys", count, 1_000)
  .option("--handoffs <number>", "report: handoffs stored", count, 1_000_000)
  .option("--open <number>", "following: open handoffs", count, 2_000)
  .option("--pairs <number>", "resync: leads that are in both CRMs", count, 20_000)
  .action(async (names: readonly string[], options: Options) => await run(names, options))
  .parseAsync();

async function run(names: readonly string[], options: Options): Promise<void> {
  const wanted = names.length === 0 ? Object.keys(BENCHES) : names;
  const machine = describeMachine();
  const reports: Report[] = [];
  if (options.json !== true) print(machineLines(machine));
  for (const name of wanted) {
    const bench = BENCHES[name];
    if (bench === undefined)
      throw new InvalidArgumentError(`"${name}" is no bench: ${Object.keys(BENCHES).join(", ")}`);
    const told = await bench(options);
    reports.push(told);
    if (options.json !== true) print(`\n${reportText(told)}`);
  }
  if (options.json === true) print(JSON.stringify({ machine, reports }, null, 2));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("Give a whole number from 1.");
  return number;
}
