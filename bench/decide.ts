/** The bench for deciding: forty rules and twenty signals a lead, on one core, beside json-rules-engine. */
import type { Engine } from "json-rules-engine";
import type { Snapshot } from "../src/model/lead.ts";
import { decide as decideWholly } from "../src/pipeline.ts";
import { withType } from "../src/playbook/subject.ts";
import { qualify } from "../src/qualify/index.ts";
import { nearestOf } from "../src/qualify/nearest.ts";
import { route } from "../src/route/index.ts";
import { median, shown } from "./figures.ts";
import { fortyRules, type FortyRules } from "./forty-rules.ts";
import { engineOf, factsOf } from "./json-rules.ts";
import type { Report } from "./table.ts";
import { twentySignalLeads } from "./twenty-signals.ts";

export interface DecideOptions {
  readonly seed: number;
  readonly rounds: number;
}

/** The target of the design: decisions a second on one core. */
const TARGET = 50_000;
const LEADS = 5_000;
/** The engine is so much slower that fewer leads say as much. */
const ENGINE_LEADS = 300;
/** Rounds until the code is compiled; they do not count. */
const WARM_UP = 2;
const NOW = Date.UTC(2026, 10, 17, 9);
const PUBLIC_URL = "https://baton.example";

/** One way to look at every lead, and what a lead took each round, in microseconds of CPU time. */
interface Way {
  readonly name: string;
  readonly leads: readonly Snapshot[];
  readonly run: (lead: Snapshot) => unknown;
  readonly took: number[];
}

/** Runs the bench. Throws an Error where the engine and Baton do not agree on a rule: then they are not the same rules. */
export async function decide({ seed, rounds }: DecideOptions): Promise<Report> {
  const forty = fortyRules(NOW);
  const leads = twentySignalLeads(LEADS, seed, NOW);
  const engine = engineOf(forty.rules, forty, NOW);
  const ways = waysOf(forty, leads, engine);
  const agreed = await compareTruths(engine, leads, forty);
  for (let round = 0; round < WARM_UP + rounds; round += 1)
    for (const way of ways) {
      const took = await timed(way);
      if (round >= WARM_UP) way.took.push(took);
    }
  return report({ seed, rounds }, ways, mixOf(leads, forty), agreed);
}

function waysOf(
  { playbook, roster, conditions }: FortyRules,
  leads: readonly Snapshot[],
  engine: Engine,
): readonly Way[] {
  const circumstances = { playbook, roster, now: NOW, publicUrl: PUBLIC_URL };
  const typed = typedLeads(leads);
  const [ready, others] = [true, false].map((isReady) =>
    leads.filter((lead) => (qualify(lead, playbook, NOW).outcome === "ready") === isReady),
  );
  const wholly = (lead: Snapshot): unknown => decideWholly(lead, circumstances);
  return [
    {
      name: "verdict and assignment, with what every condition saw",
      leads,
      run(lead) {
        const verdict = qualify(lead, playbook, NOW);
        return verdict.outcome === "ready" ? route(verdict.type, lead, playbook, roster, NOW) : verdict;
      },
      took: [],
    },
    { name: "the whole decision, with plan and brief", leads, run: wholly, took: [] },
    { name: "of these, leads not handed off", leads: others ?? [], run: wholly, took: [] },
    { name: "of these, leads handed off, whose brief is written", leads: ready ?? [], run: wholly, took: [] },
    {
      name: "the nearest other outcome, once somebody asks",
      leads,
      run: (lead) => nearestOf(qualify(lead, playbook, NOW), lead, playbook, NOW),
      took: [],
    },
    {
      name: "all 40 rules, with what they saw",
      leads: typed,
      run: (lead) => conditions.map((rule) => rule.test(lead, NOW)),
      took: [],
    },
    {
      name: "all 40 rules, truth alone",
      leads: typed,
      run: (lead) => conditions.map((rule) => rule.truth(lead, NOW)),
      took: [],
    },
    { name: ENGINE, leads: typed.slice(0, ENGINE_LEADS), run: (lead) => engine.run(factsOf(lead)), took: [] },
  ];
}

const ENGINE = "all 40 rules in json-rules-engine";

/** Conditions may ask for the type; any will do. */
function typedLeads(leads: readonly Snapshot[]): readonly Snapshot[] {
  return leads.map((lead) => withType(lead, "hand-raiser"));
}

/** Every rule on every lead of the engine's, by both. @returns How many truths were compared. */
async function compareTruths(
  engine: Engine,
  leads: readonly Snapshot[],
  { conditions }: FortyRules,
): Promise<number> {
  let compared = 0;
  for (const lead of typedLeads(leads.slice(0, ENGINE_LEADS))) {
    const { events } = await engine.run(factsOf(lead));
    const held = new Set(events.map(({ type }) => type));
    for (const [number, condition] of conditions.entries()) {
      compared += 1;
      const { truth } = condition.test(lead, NOW);
      if ((truth === "yes") !== held.has(String(number)) || truth !== condition.truth(lead, NOW))
        throw new Error(
          `rule ${number} (${condition.says}) is ${truth} for lead ${lead.lead.id}, and not so for the engine`,
        );
    }
  }
  return compared;
}

/** CPU time, so that a neighbour who takes the core away does not count; garbage collection does. */
async function timed({ leads, run }: Way): Promise<number> {
  const began = process.cpuUsage();
  for (const lead of leads) {
    const made = run(lead);
    if (made instanceof Promise) await made;
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / leads.length;
}

function mixOf(leads: readonly Snapshot[], { playbook }: FortyRules): string {
  const counts = new Map<string, number>();
  for (const lead of leads) {
    const { outcome } = qualify(lead, playbook, NOW);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${shown((100 * count) / leads.length, 0)} % ${outcome}`)
    .join(", ");
}

function report(options: DecideOptions, ways: readonly Way[], mix: string, agreed: number): Report {
  const perSecond = ({ took }: Way): number => 1e6 / median(took);
  const rate = ways[0] === undefined ? Number.NaN : perSecond(ways[0]);
  const engine = ways.find(({ name }) => name === ENGINE);
  return {
    bench: "decide",
    tried: {
      rules: 40,
      leads: LEADS,
      "leads for json-rules-engine": ENGINE_LEADS,
      "signals a lead": 20,
      rounds: options.rounds,
      "warm-up rounds": WARM_UP,
      seed: options.seed,
    },
    head: ["what", "leads / CPU second", "µs a lead", "least µs", "of json-rules-engine"],
    rows: ways.map((way) => [
      way.name,
      shown(perSecond(way), 0),
      shown(median(way.took), 1),
      shown(Math.min(...way.took), 1),
      engine === undefined ? "–" : `${shown(perSecond(way) / perSecond(engine), 1)} ×`,
    ]),
    notes: [
      `${shown(rate, 0)} decisions a second; the target of ≥ ${shown(TARGET, 0)} is ${rate >= TARGET ? "met" : "MISSED"}`,
      `the leads: ${mix}`,
      `json-rules-engine and Baton agreed on ${shown(agreed, 0)} of ${shown(agreed, 0)} truths; the engine says yes or no, Baton also what was not known and what was seen`,
      "conditions on what a lead did are Baton's code inside the engine as well, since it has none",
    ],
    figures: Object.fromEntries(ways.map(({ name, took }) => [name, took])),
  };
}
