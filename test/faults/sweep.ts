/**
 * The sweep: for every kind of effect and every fault of its call, Baton is ended right before and right after each commit that
 * changes the effect's state, one death at a time, started again, and left to come to rest. Which commits there are is not
 * written down here: each case is run once without a death, and the steps seen are the ones at which it dies afterwards.
 *
 * Two of the faults are deaths themselves, so the steps of the recovery are died at too.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../../sandbox/faults.ts";
import type { Topology } from "../../src/cli/demo/stage.ts";
import { addLead, askForAll, giveBack, type Lead } from "./asking.ts";
import { type Kind, rulesFor } from "./calls.ts";
import type { AskingLead } from "./checker.ts";
import { type Judged, judge } from "./evidence.ts";
import { furnish } from "./house.ts";
import type { Step, Stop, Watch } from "./orders.ts";
import { untilQuiet } from "./rest.ts";
import { openRig, type PartOptions, type Rig } from "./rig.ts";

export interface SweepOptions extends PartOptions {
  /** Only cases whose name begins with this: `create-task × 429`. */
  readonly only?: string;
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

/** What makes Baton want effects: somebody asks for a handoff, or sales gives the lead back. */
type Occasion = "handed off" | "given back";
const WANTED: Readonly<Record<Topology, Readonly<Record<Occasion, readonly Kind[]>>>> = {
  hubspot: {
    "handed off": ["update-lead", "create-task", "create-note", "start-sequence", "answer-request"],
    "given back": ["update-lead", "add-to-list"],
  },
  salesforce: {
    "handed off": ["update-lead", "create-task", "create-note"],
    "given back": ["update-lead", "add-to-list"],
  },
  both: {
    "handed off": ["update-lead", "create-task", "create-note", "answer-request", "lead in sales' CRM"],
    "given back": ["update-lead", "add-to-list"],
  },
};

/** What goes wrong with the first call: a fault of the CRM, or a death at a step. */
type Mishap = { readonly fault?: Fault } | { readonly death: Omit<Stop, "kind"> };

const MISHAPS: Readonly<Record<string, Mishap>> = {
  ok: {},
  "5xx before commit": { fault: { do: "server-error", status: 503 } },
  "5xx after commit": { fault: { do: "server-error", status: 502, commit: true } },
  "timeout after commit": { fault: { do: "hang", commit: true } },
  "reset mid-body": { fault: { do: "reset", commit: true } },
  "429": { fault: { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 } },
  "409": { fault: { do: "conflict" } },
  "death before the call": { death: { change: "planned>attempting/1", when: "after" } },
  "death after the call": { death: { change: "attempting>confirmed/1", when: "before" } },
};
/** Shorter than HubSpot is given in earnest: a timeout is waited for some fifty times. */
const ANSWER_MS = 700;
/** A process must have died by then, and all be at rest. Long, because a machine with other work is slow, and nothing is late by it. */
const DEATH_WITHIN_MS = 60_000;
const REST_WITHIN_MS = 90_000;
/** What a member says of its end when it ended as it was told to. */
const KILLED = "SIGKILL";
const LOOK_EVERY_MS = 10;

interface Case {
  readonly name: string;
  readonly occasion: Occasion;
  readonly kinds: readonly Kind[];
  readonly mishap: Mishap;
}

interface Stage {
  readonly rig: Rig;
  /** The commits since the last process began to watch. */
  readonly seen: (readonly Step[])[];
  readonly asking: AskingLead[];
  readonly missed: string[];
}

/**
 * All cases there are whose names begin so. The same mishap is met by all effects of an occasion at once, then by each kind alone
 * among others that meet nothing.
 */
function casesOf(topology: Topology, only = ""): readonly Case[] {
  const wanted = WANTED[topology];
  const groups: readonly Omit<Case, "mishap">[] = [
    { name: "every effect", occasion: "handed off", kinds: wanted["handed off"] },
    ...wanted["handed off"].map((kind) => ({ name: kind, occasion: "handed off" as const, kinds: [kind] })),
    { name: "given back", occasion: "given back", kinds: wanted["given back"] },
    { name: "add-to-list", occasion: "given back", kinds: ["add-to-list"] },
  ];
  return groups
    .flatMap((group) =>
      Object.entries(MISHAPS).map(([name, mishap]) => ({
        ...group,
        name: `${group.name} × ${name}`,
        mishap,
      })),
    )
    .filter(({ name }) => name.startsWith(only));
}

/** Runs it. Throws only what breaks the rig itself. */
export async function runSweep(options: SweepOptions): Promise<SweepResult> {
  const seen: (readonly Step[])[] = [];
  const rig = await openRig({
    ...options,
    processes: 1,
    latencyMs: 0,
    answerMs: ANSWER_MS,
    furnish,
    stepped: (steps) => seen.push(steps),
  });
  const stage: Stage = { rig, seen, asking: [], missed: [] };
  let [steps, deaths] = [0, 0];
  const cases = casesOf(rig.crms.topology, options.only);
  try {
    for (const one of cases) {
      const commits = await survey(stage, one);
      for (const [step] of commits)
        for (const when of ["before", "after"] as const) {
          if (step === undefined) continue;
          await runOnce(stage, one, { ...step, when });
          deaths += "death" in one.mishap ? 2 : 1;
        }
      steps += commits.flat().length;
      const found = Object.values((await judgeAll(stage)).findings).flat();
      options.progress?.(
        `${one.name}: ${commits.map(said).join(", ")}; ${deaths} deaths, ${found.length} findings so far ${found.at(-1) ?? ""}`,
      );
    }
    const judged = await judgeAll(stage, options.keepAs);
    return { ...judged, cases: cases.length, steps, deaths, missed: stage.missed };
  } finally {
    await rig.close();
  }
}

async function judgeAll({ rig, asking, missed }: Stage, keepAs?: string): Promise<Judged> {
  const { findings, ...judged } = await judge(rig, asking, keepAs);
  const deaths = rig.deaths.filter((why) => !why.includes(KILLED));
  return { findings: { ...findings, orphaned: [...findings.orphaned, ...missed, ...deaths] }, ...judged };
}

/** The commits of a case in which nobody dies but by the mishap itself, each with the steps of the kinds that are looked at. */
async function survey(stage: Stage, one: Case): Promise<readonly (readonly Step[])[]> {
  const commits = await runOnce(stage, one);
  return commits
    .map((steps) => steps.filter(({ kind }) => one.kinds.some((wanted) => effectOf(wanted) === kind)))
    .filter((steps) => steps.length > 0);
}

/** A lead is made in sales' CRM on the way to its update. */
function effectOf(kind: Kind): string {
  return kind === "lead in sales' CRM" ? "update-lead" : kind;
}

/** One lead asks, one thing goes wrong, one death is died. @returns The commits of the last process that was watched. */
async function runOnce(stage: Stage, one: Case, stop?: Stop): Promise<readonly (readonly Step[])[]> {
  const { rig, seen } = stage;
  const [member] = rig.members;
  if (member === undefined) throw new Error("the sweep runs on one process");
  const lead = await addLead(rig.crms, stage.asking.length);
  await rig.sandbox.drained();
  if (one.occasion === "given back") await handOff(stage, one, lead);
  setFault(rig, one);
  const [kind] = one.kinds;
  const own =
    "death" in one.mishap && kind !== undefined ? { ...one.mishap.death, kind: effectOf(kind) } : undefined;

  seen.length = 0;
  member.tell(watching(lead.id, own ?? stop));
  if (one.occasion === "given back") await returned(stage, lead);
  else await ask(stage, lead);
  if (own !== undefined) {
    await died(stage, one, own);
    seen.length = 0;
    await rig.start(member, watching(lead.id, stop));
  }
  if (stop !== undefined) {
    await died(stage, one, stop);
    await rig.start(member);
  }
  await comeToQuiet(stage, `${one.name}, ${shown(stop)}`);
  rig.sandbox.faults.clear();
  return [...seen];
}

async function comeToQuiet({ rig, missed }: Stage, what: string): Promise<void> {
  const waits = await untilQuiet(rig, performance.now() + REST_WITHIN_MS);
  if (waits !== undefined) missed.push(`${what}: still waiting: ${waits}`);
}

/** The lead asks, and nothing goes wrong. */
async function handOff(stage: Stage, one: Case, lead: Lead): Promise<void> {
  await ask(stage, lead);
  await comeToQuiet(stage, `${one.name}, before it was given back`);
}

function watching(lead: string, stop: Stop | undefined): Watch {
  return { do: "watch", lead, ...(stop === undefined ? {} : { stop }) };
}

function setFault({ sandbox, crms }: Rig, { kinds, mishap }: Case): void {
  const fault = "fault" in mishap ? mishap.fault : undefined;
  if (fault === undefined) return;
  for (const rule of rulesFor(crms.topology, kinds, fault)) sandbox.faults.add(rule);
}

async function ask({ rig, asking }: Stage, lead: Lead): Promise<void> {
  asking.push(await askForAll(rig.crms, lead));
}

/** Its owner does not take it. */
async function returned({ rig, asking }: Stage, lead: Lead): Promise<void> {
  const at = asking.findIndex(({ id }) => id === lead.id);
  asking.splice(at, 1, { id: lead.id, ...asking[at], list: await giveBack(rig.crms, lead) });
}

/** Waits for an ordered death; time passes meanwhile, or what it waits for might never come due. */
async function died(stage: Stage, one: Case, stop: Stop): Promise<void> {
  const [member] = stage.rig.members;
  const until = performance.now() + DEATH_WITHIN_MS;
  let looks = 0;
  while (member?.isUp() === true && performance.now() < until) {
    await pause(LOOK_EVERY_MS);
    looks += 1;
    if (looks % 30 === 0) stage.rig.pass(5_000);
  }
  if (member?.isUp() !== true) return;
  stage.missed.push(`${one.name}: nobody died ${shown(stop)}`);
  await member.kill();
}

/** `planned>attempting/1` once where all kinds step alike. */
function said(steps: readonly Step[]): string {
  return [...new Set(steps.map(({ change }) => change))].join(" ");
}

function shown(stop: Stop | undefined): string {
  return stop === undefined ? "in the survey" : `${stop.when} ${stop.change}`;
}
