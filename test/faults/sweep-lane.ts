/**
 * One lane of the sweep: a sandbox and a Baton of its own, on which cases are run one after the other. Each is run once without a
 * death, and the steps seen are the ones at which Baton dies afterwards.
 */
import { setTimeout as pause } from "node:timers/promises";
import { addLead, askForAll, giveBack, type Lead } from "./asking.ts";
import { type Kind, rulesFor } from "./calls.ts";
import type { Case } from "./cases.ts";
import type { AskingLead } from "./checker.ts";
import { type Judged, judge } from "./evidence.ts";
import { furnish } from "./house.ts";
import type { Step, Stop, Watch } from "./orders.ts";
import { untilQuiet } from "./rest.ts";
import { openRig, type PartOptions, type Rig } from "./rig.ts";

export interface SweepLane {
  /** Runs a case with all its deaths. Throws only what breaks the rig itself. */
  run(one: Case): Promise<RunCase>;
  /** Judges everything that was run so far. */
  judge(keepAs?: string): Promise<Judged>;
  /** Deaths that were ordered and did not come, and what did not come to rest. */
  readonly missed: readonly string[];
  close(): Promise<void>;
}

/** The commits that were seen without a death, each with its steps, and the deaths died at them. */
interface RunCase {
  readonly commits: readonly (readonly Step[])[];
  readonly deaths: number;
}

interface Stage {
  readonly rig: Rig;
  /** The commits since the last process began to watch. */
  readonly seen: (readonly Step[])[];
  readonly asking: AskingLead[];
  readonly missed: string[];
}

/** Shorter than HubSpot is given in earnest: a timeout is waited for some fifty times. */
const ANSWER_MS = 700;
/** A process must have died by then, and all be at rest. Long, because a machine with other work is slow, and nothing is late by it. */
const DEATH_WITHIN_MS = 60_000;
const REST_WITHIN_MS = 90_000;
const MOST_TRIES = 3;
/** What a member says of its end when it ended as it was told to. */
const KILLED = "SIGKILL";
const LOOK_EVERY_MS = 10;
/** Time passes while a death is waited for, or what it waits for might never come due. */
const LOOKS_A_STEP = 30;
const STEP_MS = 5_000;

/** Opens it on an empty database. */
export async function openLane(options: PartOptions): Promise<SweepLane> {
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
  return {
    run: (one) => runCase(stage, one),
    judge: (keepAs) => judgeAll(stage, keepAs),
    missed: stage.missed,
    close: () => rig.close(),
  };
}

async function runCase(stage: Stage, one: Case): Promise<RunCase> {
  let deaths = 0;
  const commits = await survey(stage, one);
  for (const [step] of commits)
    for (const when of ["before", "after"] as const) {
      if (step === undefined) continue;
      await dieAt(stage, one, { ...step, when });
      deaths += "death" in one.mishap ? 2 : 1;
    }
  return { commits, deaths };
}

async function judgeAll({ rig, asking, missed }: Stage, keepAs?: string): Promise<Judged> {
  const { findings, ...judged } = await judge(rig, asking, keepAs);
  const deaths = rig.deaths.filter((why) => !why.includes(KILLED));
  return { findings: { ...findings, orphaned: [...findings.orphaned, ...missed, ...deaths] }, ...judged };
}

/** The commits of a case in which nobody dies but by the mishap itself, each with the steps of the kinds that are looked at. */
async function survey(stage: Stage, one: Case): Promise<readonly (readonly Step[])[]> {
  const { commits, missed } = await runOnce(stage, one);
  stage.missed.push(...missed);
  return commits
    .map((steps) => steps.filter(({ kind }) => one.kinds.some((wanted) => effectOf(wanted) === kind)))
    .filter((steps) => steps.length > 0);
}

/**
 * Dies there. Effects that wait for each other step in one order or the other, so a step that was seen once may not come the next time:
 * then it is tried again.
 */
async function dieAt(stage: Stage, one: Case, stop: Stop): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { missed } = await runOnce(stage, one, stop);
    if (missed.length > 0 && tries < MOST_TRIES) continue;
    stage.missed.push(...missed);
    return;
  }
}

/** A lead is made in sales' CRM on the way to its update. */
function effectOf(kind: Kind): string {
  return kind === "lead in sales' CRM" ? "update-lead" : kind;
}

interface RunOnce {
  /** Of the last process that was watched. */
  readonly commits: readonly (readonly Step[])[];
  /** Deaths that were ordered and did not come. */
  readonly missed: readonly string[];
}

/** One lead asks, one thing goes wrong, one death is died. */
async function runOnce(stage: Stage, one: Case, stop?: Stop): Promise<RunOnce> {
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

  const missed: string[] = [];
  seen.length = 0;
  member.tell(watching(lead.id, own ?? stop));
  if (one.occasion === "given back") await returned(stage, lead);
  else await ask(stage, lead);
  if (own !== undefined) {
    missed.push(...(await waitForDeath(stage, one, own)));
    seen.length = 0;
    await rig.start(member, watching(lead.id, stop));
  }
  if (stop !== undefined) {
    missed.push(...(await waitForDeath(stage, one, stop)));
    await rig.start(member);
  }
  await comeToQuiet(stage, `${one.name}, ${shown(stop)}`);
  rig.sandbox.faults.clear();
  return { commits: [...seen], missed };
}

async function comeToQuiet({ rig, missed }: Stage, what: string): Promise<void> {
  const waits = await untilQuiet(rig, performance.now() + REST_WITHIN_MS, LOOK_EVERY_MS);
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

/** @returns What did not happen, in words. */
async function waitForDeath({ rig }: Stage, one: Case, stop: Stop): Promise<readonly string[]> {
  const [member] = rig.members;
  const until = performance.now() + DEATH_WITHIN_MS;
  let looks = 0;
  while (member?.isUp() === true && performance.now() < until) {
    await pause(LOOK_EVERY_MS);
    looks += 1;
    if (looks % LOOKS_A_STEP === 0) rig.pass(STEP_MS);
  }
  if (member?.isUp() !== true) return [];
  await member.kill();
  return [`${one.name}: nobody died ${shown(stop)}`];
}

function shown(stop: Stop | undefined): string {
  return stop === undefined ? "in the survey" : `${stop.when} ${stop.kind} ${stop.change}`;
}
