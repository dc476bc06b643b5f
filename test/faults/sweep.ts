/**
 * The sweep: for every kind of effect and every fault of its call, Baton is ended right before and right after each commit that
 * changes the effect's state, one death at a time, started again, and left to come to rest. Which commits there are is not
 * written down here: each case is run once without a death, and the steps seen are the ones at which it dies afterwards.
 *
 * Two of the faults are deaths themselves, so the steps of the recovery are died at too.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../../sandbox/faults.ts";
import { addReadyLead } from "../support/leads.ts";
import type { AskingLead, Findings } from "./checker.ts";
import { type Judged, judge } from "./evidence.ts";
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

/** What is called to write each kind of effect. */
const PATHS: Readonly<Record<string, string>> = {
  "update-lead": "/crm/objects/*/contacts/batch/update",
  "create-task": "/crm/objects/*/tasks/batch/create",
  "create-note": "/crm/objects/*/notes/batch/create",
  "answer-request": "/automation/actions/callbacks/*/complete",
};

/** The case in which the same happens to every effect of a lead. */
const EVERY = "every effect";

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
/** A process must have died by then. */
const DEATH_WITHIN_MS = 20_000;
const REST_WITHIN_MS = 30_000;
/** What a member says of its end when it ended as it was told to. */
const KILLED = "SIGKILL";
const LOOK_EVERY_MS = 10;

interface Case {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly mishap: Mishap;
}

interface Stage {
  readonly rig: Rig;
  /** The commits since the last process began to watch. */
  readonly seen: (readonly Step[])[];
  readonly asking: AskingLead[];
  readonly missed: string[];
}

/** All cases there are: all kinds of effect at once, then each alone among others that meet nothing. */
function casesOf(only = ""): readonly Case[] {
  const groups = [
    [EVERY, Object.keys(PATHS)] as const,
    ...Object.keys(PATHS).map((kind) => [kind, [kind]] as const),
  ];
  return groups
    .flatMap(([who, kinds]) =>
      Object.entries(MISHAPS).map(([name, mishap]) => ({ name: `${who} × ${name}`, kinds, mishap })),
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
    stepped: (steps) => seen.push(steps),
  });
  const stage: Stage = { rig, seen, asking: [], missed: [] };
  let [steps, deaths] = [0, 0];
  const cases = casesOf(options.only);
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
      const total = totalOf((await judgeAll(stage)).findings);
      options.progress?.(
        `${one.name}: ${commits.map(said).join(", ")}; ${deaths} deaths, ${total} findings so far`,
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

function totalOf(findings: Findings): number {
  return Object.values(findings).flat().length;
}

/** The commits of a case in which nobody dies but by the mishap itself, each with the steps of the kinds that are looked at. */
async function survey(stage: Stage, one: Case): Promise<readonly (readonly Step[])[]> {
  const commits = await runOnce(stage, one);
  return commits
    .map((steps) => steps.filter(({ kind }) => one.kinds.includes(kind)))
    .filter((steps) => steps.length > 0);
}

/** One lead asks, one thing goes wrong, one death is died. @returns The commits of the last process that was watched. */
async function runOnce(stage: Stage, one: Case, stop?: Stop): Promise<readonly (readonly Step[])[]> {
  const { rig, seen } = stage;
  const [member] = rig.members;
  if (member === undefined) throw new Error("the sweep runs on one process");
  const { id } = await addReadyLead(rig.portal, stage.asking.length);
  await rig.sandbox.drained();
  setFault(rig, one);
  const [kind = ""] = one.kinds;
  const own = "death" in one.mishap ? { ...one.mishap.death, kind } : undefined;

  seen.length = 0;
  member.tell(watching(id, own ?? stop));
  stage.asking.push({ id, callback: await enrol(rig, id) });
  if (own !== undefined) {
    await died(stage, one, own);
    seen.length = 0;
    await rig.start(member, watching(id, stop));
  }
  if (stop !== undefined) {
    await died(stage, one, stop);
    await rig.start(member);
  }
  const waits = await untilQuiet(rig, performance.now() + REST_WITHIN_MS);
  if (waits !== undefined) stage.missed.push(`${one.name}, ${shown(stop)}: still waiting: ${waits}`);
  rig.sandbox.faults.clear();
  return [...seen];
}

function watching(lead: string, stop: Stop | undefined): Watch {
  return { do: "watch", lead, ...(stop === undefined ? {} : { stop }) };
}

function setFault({ sandbox }: Rig, { kinds, mishap }: Case): void {
  const fault = "fault" in mishap ? mishap.fault : undefined;
  if (fault === undefined) return;
  for (const kind of kinds) sandbox.faults.add({ method: "POST", path: PATHS[kind] ?? "", times: 1, fault });
}

/** Asks as a workflow does. @returns The callback that waits. */
async function enrol({ portal }: Rig, id: string): Promise<string> {
  await portal.act({ do: "enrol", who: id, inputFields: {} });
  const execution = [...portal.state.executions.values()].find(({ contactId }) => contactId === id);
  if (execution === undefined) throw new Error(`contact ${id} is in no workflow`);
  return execution.callbackId;
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
