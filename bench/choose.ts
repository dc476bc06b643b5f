/** The bench for choosing: one rep out of a thousand, with the reason for every one who was looked at. */
import { createRandom } from "../sandbox/random.ts";
import { DAY_MS, HOUR_MS } from "../src/model/instant.ts";
import type { Owner, Roster, Standing } from "../src/model/rep.ts";
import type { Member } from "../src/playbook/team.ts";
import { parseHours } from "../src/sla/hours.ts";
import { chooseFromPool } from "../src/route/pool.ts";
import { credit, formRoster } from "../src/route/index.ts";
import type { Assignment } from "../src/model/decision.ts";
import { median, percentile, shown } from "./figures.ts";
import type { Report } from "./table.ts";

export interface ChooseOptions {
  readonly seed: number;
}

/** The target of the design: milliseconds. */
const TARGET_MS = 0.1;
const REPS = 1_000;
const CHOICES = 2_000;
const WARM_UP = 1_000;
/** A Tuesday morning in Europe; America is asleep. */
const NOW = Date.UTC(2026, 10, 17, 9);
const POOL = "sdr";
const ZONES = ["Europe/Berlin", "Europe/Madrid", "Europe/Paris", "America/New_York"] as const;
const FAIRNESS = { unit: "lead", creditBack: [], outsideHours: "assign" } as const;

/** One way of asking, and how long each choice took. */
interface Case {
  readonly name: string;
  readonly eligible: number;
  readonly ms: readonly number[];
}

/** Runs the bench. Throws when the pool has nobody for a case, because then nothing was measured. */
export function choose({ seed }: ChooseOptions): Report {
  const roster = rosterOf(seed);
  const cases = [
    time("everybody of the pool", roster, []),
    time("those with a skill every fourth has", roster, ["enterprise"]),
  ];
  const credits = timeCredit(roster);
  const slowest = Math.max(...cases.map(({ ms }) => median(ms)));
  return {
    bench: "choose",
    tried: { reps: REPS, choices: CHOICES, "warm-up choices": WARM_UP, seed },
    head: ["asked for", "reps looked at", "of them eligible", "p50 ms", "p95 ms"],
    rows: [
      ...cases.map(({ name, eligible, ms }) => [
        name,
        shown(REPS, 0),
        shown(eligible, 0),
        shown(median(ms), 4),
        shown(percentile(ms, 0.95), 4),
      ]),
      [
        "writing a turn into the ledger",
        "–",
        "–",
        shown(median(credits), 4),
        shown(percentile(credits, 0.95), 4),
      ],
    ],
    notes: [
      `the median choice takes ${shown(slowest, 4)} ms at most; the target of < ${TARGET_MS} ms is ${slowest < TARGET_MS ? "met" : "MISSED"}`,
      "a choice explains every rep it looked at; every fourth rep sleeps, every twentieth is away, every thirtieth is new to the ledger",
      "between two choices the turn is written into the ledger, so that the next one is another's",
    ],
    figures: { cases, credits },
  };
}

function time(name: string, start: Roster, skills: readonly string[]): Case {
  const ledger = new Map(start.standings);
  const roster = { ...start, standings: ledger };
  let eligible = 0;
  const ms: number[] = [];
  for (let number = 0; number < WARM_UP + CHOICES; number += 1) {
    const now = NOW + number;
    const began = performance.now();
    const choice = chooseFromPool({ pool: POOL, skills }, roster, FAIRNESS, now);
    const took = performance.now() - began;
    if (choice.chosen === undefined) throw new Error(`nobody was found for: ${name}`);
    if (number >= WARM_UP) ms.push(took);
    eligible = choice.candidates.filter((one) => one.eligible).length;
    for (const [rep, standing] of credit(roster, assignmentOf(choice), now)) ledger.set(rep, standing);
  }
  return { name, eligible, ms };
}

function timeCredit(start: Roster): readonly number[] {
  const ledger = new Map(start.standings);
  const roster = { ...start, standings: ledger };
  const ms: number[] = [];
  for (let number = 0; number < WARM_UP + CHOICES; number += 1) {
    const assignment = assignmentOf(
      chooseFromPool({ pool: POOL, skills: [] }, roster, FAIRNESS, NOW + number),
    );
    const began = performance.now();
    for (const [rep, standing] of credit(roster, assignment, NOW + number)) ledger.set(rep, standing);
    if (number >= WARM_UP) ms.push(performance.now() - began);
  }
  return ms;
}

function assignmentOf({ chosen, candidates }: ReturnType<typeof chooseFromPool>): Assignment {
  return {
    rule: "bench",
    because: "bench",
    findings: [],
    candidates,
    outcome: "assigned",
    ownerId: chosen?.ownerId ?? "",
    ownerName: chosen?.name ?? "",
    counts: true,
    ...(chosen && { rep: chosen.id }),
  };
}

function rosterOf(seed: number): Roster {
  const random = createRandom(seed, "choose");
  const hours = parseHours("Mon-Fri 09:00-17:30") ?? [];
  const members = Array.from({ length: REPS }, (_, number): Member => ({
    id: `rep-${number}@acme.example`,
    team: POOL,
    skills: number % 4 === 0 ? ["enterprise"] : ["german"],
    weight: random.pick([50, 100, 100, 150]),
    cap: { open: 100_000, day: 10_000 },
    away: number % 20 === 7 ? [{ from: "2026-11-16", to: "2026-11-20" }] : [],
    hours,
    zone: ZONES[(number >> 2) % ZONES.length] ?? ZONES[0],
  }));
  const owners = members.map(({ id }, number): Owner => ({
    id: `owner-${number}`,
    kind: "person",
    email: id,
    name: `Rep ${number}`,
    active: true,
    teams: [],
  }));
  const standings = members.flatMap(({ id }, number): readonly [string, Standing][] =>
    number % 30 === 11
      ? []
      : [
          [
            id,
            {
              credits: random.between(90, 110),
              open: 3,
              day: "",
              today: 0,
              lastAt: NOW - DAY_MS + (number * HOUR_MS) / REPS,
            },
          ],
        ],
  );
  return formRoster({ members, teams: new Map([[POOL, {}]]) }, owners, new Map(standings), NOW);
}
