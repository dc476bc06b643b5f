/**
 * A thousand leads ready at once: they are there before the app is installed, then all of them ask for a demo while webhooks are
 * held back, and then the webhooks leave in batches of 100, ten at a time. Counted by the sandbox's ledger, from that moment
 * until nobody works any more, so what echoes cost afterwards is in it; what the next poll of the forms costs is counted apart. Baton writes are echoed back to it.
 *
 * Tried with HubSpot's own limits and with limits lifted in the sandbox. Baton's own limiter stays as it is (100 calls in ten
 * seconds): it is part of what is measured. Then the same handoffs one call a step (naive.ts), in a portal of their own.
 */
import { setTimeout as pause } from "node:timers/promises";
import { callsSince, type EndedCall, kindsOf } from "./calls.ts";
import { percent, percentile, shown } from "./figures.ts";
import { addLead, askForDemo, writesPerLead } from "./leads.ts";
import { handOffNaively } from "./naive.ts";
import { type BenchPortal, openPortal } from "./portal.ts";
import type { Report } from "./table.ts";

export interface BurstOptions {
  readonly seed: number;
  readonly leads: number;
  /** Leads handed off one call a step: fewer, because each costs six calls of the same budget. */
  readonly naiveLeads: number;
}

interface Sample {
  readonly way: string;
  readonly limits: string;
  readonly leads: number;
  readonly calls: number;
  /** Until the last write was answered. */
  readonly seconds: number;
  /** Answers 429, and all answers that are not 2xx. */
  readonly rateLimited: number;
  readonly refused: number;
  /** Owner, task and note over all leads: 1 and 1 when each has one of each. */
  readonly least: number;
  readonly most: number;
  /** Calls in the minute after, when the forms were asked what they had heard; and which. */
  readonly pollCalls?: number;
  readonly pollKinds?: readonly (readonly [what: string, count: number])[];
  /** Of Baton's process, from the first webhook until nobody works any more. */
  readonly cpuMs?: number;
  readonly webhooks?: number;
  readonly webhookP99Ms?: number;
  readonly webhookMaxMs?: number;
  readonly kinds: readonly (readonly [what: string, count: number])[];
}

const TARGET_CALLS = 0.08;
const TARGET_ERRORS = 0.005;
const CALLS_PER_WINDOW = 100;
const LIFTED = 1_000_000;
/** Roughly what HubSpot is away; without it, calls cost nothing and only their number would tell. */
const LATENCY_MS = 50;
/** Longer than HubSpot's window: what the installation cost is out of it. */
const WINDOW_OVER_MS = 10_500;
const QUIET_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;
/** Baton asks the forms every minute. */
const POLLED_WITHIN_MS = 65_000;

export async function burst(options: BurstOptions): Promise<Report> {
  const samples = [
    await withBaton(options, false),
    await withBaton(options, true),
    await naively(options, false),
    await naively(options, true),
  ];
  return {
    bench: "burst",
    tried: {
      leads: options.leads,
      "naive leads": options.naiveLeads,
      seed: options.seed,
      "webhook batches": 100,
      "latency ms": LATENCY_MS,
      echoes: true,
    },
    head: [
      "way",
      "limits",
      "leads",
      "calls",
      "calls / handoff",
      "seconds",
      "handoffs/s",
      "CPU ms / handoff",
      "429",
      "other errors",
      "written once",
    ],
    rows: samples.map(rowOf),
    notes: notesOf(samples, options),
    figures: samples,
  };
}

async function withBaton(options: BurstOptions, isLifted: boolean): Promise<Sample> {
  const stage = await openPortal(options.seed);
  try {
    const { sandbox, portal } = stage;
    if (isLifted) Object.assign(sandbox.limits, { perWindow: LIFTED, searchPerSecond: LIFTED });
    const leads: { id: string; email: string }[] = [];
    for (let number = 1; number <= options.leads; number += 1) leads.push(await addLead(portal, number));
    await stage.install();
    await stage.quiet(QUIET_WITHIN_MS);
    await pause(WINDOW_OVER_MS);

    sandbox.pace.latencyMs = LATENCY_MS;
    sandbox.webhooks.mood.paused = true;
    for (const { email } of leads) await askForDemo(portal, email);
    const cpuBefore = await stage.server.cpuMs();
    const answeredBefore = sandbox.webhooks.deliveries.length;
    const beganMs = performance.now();
    sandbox.webhooks.mood.paused = false;
    sandbox.webhooks.wake();
    const lastWriteMs = await untilWritten(stage, leads.length, beganMs);
    await stage.quiet(QUIET_WITHIN_MS);

    const waits = sandbox.webhooks.deliveries.slice(answeredBefore).map(({ tookMs }) => tookMs);
    const ids = leads.map(({ id }) => id);
    const owners = sandbox.ledger.find({ portalId: portal.id, kind: "contact.update", by: "app" });
    const cpuMs = (await stage.server.cpuMs()) - cpuBefore;
    const calls = callsSince(sandbox, beganMs);
    const polled = isLifted ? [] : await callsOfThePoll(stage);
    return {
      way: "Baton",
      limits: isLifted ? "lifted" : "HubSpot's",
      leads: leads.length,
      seconds: (lastWriteMs - beganMs) / 1_000,
      ...counted(calls),
      ...(isLifted ? {} : { pollCalls: polled.length, pollKinds: kindsOf(polled) }),
      ...writesPerLead(portal, owners, ids),
      cpuMs,
      webhooks: waits.length,
      webhookP99Ms: percentile(waits, 0.99),
      webhookMaxMs: Math.max(...waits),
    };
  } finally {
    await stage.close();
  }
}

async function callsOfThePoll(stage: BenchPortal): Promise<readonly EndedCall[]> {
  const beganMs = performance.now();
  await pause(POLLED_WITHIN_MS);
  await stage.quiet(QUIET_WITHIN_MS);
  return callsSince(stage.sandbox, beganMs);
}

/** @returns When the last write was answered. A burst that gets nowhere ends after the time the naive way would take. */
async function untilWritten({ sandbox }: BenchPortal, leads: number, beganMs: number): Promise<number> {
  const patienceMs = 30_000 + leads * 60;
  for (;;) {
    const calls = callsSince(sandbox, beganMs);
    const writes = calls.filter(({ what }) => /batch\/(update|create)$/.test(what));
    const written = writes.reduce((sum, { inputs, status }) => sum + (status < 300 ? inputs : 0), 0);
    const isOver = performance.now() - beganMs > patienceMs;
    if (written >= 3 * leads || isOver) return Math.max(...writes.map(({ endMs }) => endMs));
    await pause(LOOK_EVERY_MS);
  }
}

/** In a portal of its own, so that each way has the whole budget. */
async function naively(options: BurstOptions, isLifted: boolean): Promise<Sample> {
  const stage = await openPortal(options.seed);
  try {
    const { sandbox, portal, app } = stage;
    if (isLifted) Object.assign(sandbox.limits, { perWindow: LIFTED, searchPerSecond: LIFTED });
    const leads: string[] = [];
    for (let number = 1; number <= options.naiveLeads; number += 1)
      leads.push((await addLead(portal, number)).id);
    const { accessToken } = sandbox.install(app, portal.id);
    // What the app hears of is not what is measured here.
    sandbox.webhooks.mood.paused = true;
    sandbox.pace.latencyMs = LATENCY_MS;
    const beganMs = performance.now();
    await handOffNaively({
      apiUrl: sandbox.url,
      accessToken,
      leads,
      ownerId: portal.state.owners.find(({ archived }) => !archived)?.id ?? "",
      callsPerWindow: isLifted ? LIFTED : CALLS_PER_WINDOW,
    });
    const calls = callsSince(sandbox, beganMs);
    const owners = sandbox.ledger.find({ portalId: portal.id, kind: "contact.update", by: "app" });
    return {
      way: "one call a step",
      limits: isLifted ? "lifted" : "HubSpot's",
      leads: leads.length,
      seconds: (Math.max(...calls.map(({ endMs }) => endMs)) - beganMs) / 1_000,
      ...counted(calls),
      ...writesPerLead(portal, owners, leads),
    };
  } finally {
    await stage.close();
  }
}

function counted(calls: readonly EndedCall[]): Pick<Sample, "calls" | "rateLimited" | "refused" | "kinds"> {
  return {
    calls: calls.length,
    rateLimited: calls.filter(({ status }) => status === 429).length,
    refused: calls.filter(({ status }) => status < 200 || status > 299).length,
    kinds: kindsOf(calls),
  };
}

function rowOf(sample: Sample): readonly string[] {
  const { way, limits, leads, calls, seconds, cpuMs, rateLimited, refused, least, most } = sample;
  return [
    way,
    limits,
    shown(leads, 0),
    shown(calls, 0),
    shown(calls / leads, 3),
    shown(seconds, 1),
    shown(leads / seconds, 1),
    cpuMs === undefined ? "–" : shown(cpuMs / leads),
    String(rateLimited),
    String(refused - rateLimited),
    least === 1 && most === 1 ? "yes" : `NO: ${least} to ${most}`,
  ];
}

function notesOf(samples: readonly Sample[], options: BurstOptions): readonly string[] {
  const [real, lifted, naive] = samples;
  if (real === undefined || lifted === undefined || naive === undefined) return [];
  const perHandoff = real.calls / real.leads;
  const errors = real.refused / real.calls;
  const inTotal = real.calls + (real.pollCalls ?? 0);
  const withPolls = inTotal / real.leads;
  const naiveSeconds = ((naive.calls / naive.leads) * options.leads * 10) / CALLS_PER_WINDOW;
  return [
    `${shown(perHandoff, 3)} calls a handoff; the target of ≤ ${TARGET_CALLS} is ${perHandoff <= TARGET_CALLS ? "met" : "MISSED"}`,
    `with the poll of the forms in the minute after, ${inTotal} calls, ${shown(withPolls, 3)} a handoff: with them the target is ${withPolls <= TARGET_CALLS ? "met" : "MISSED"}`,
    `the poll's calls: ${said(real.pollKinds ?? [])}`,
    `${percent(errors, 2)} of the calls were answered with an error; the target of ≤ ${percent(TARGET_ERRORS, 1)} is ${errors <= TARGET_ERRORS ? "met" : "MISSED"}`,
    `one call a step makes ${shown(naive.calls / naive.leads, 1)} calls a handoff, ${shown(naive.calls / naive.leads / perHandoff, 0)} times as many; ${shown(options.leads, 0)} leads would take it ${shown(naiveSeconds, 0)} s at ${CALLS_PER_WINDOW} calls in ten seconds (computed from its calls; ${naive.leads} leads were measured)`,
    `${real.webhooks} webhooks, echoes included, were meanwhile answered in p99 ${shown(real.webhookP99Ms ?? Number.NaN, 0)} ms, at most ${shown(real.webhookMaxMs ?? Number.NaN, 0)} ms`,
    `Baton's calls: ${said(real.kinds)}`,
  ];
}

function said(kinds: Sample["kinds"]): string {
  return kinds.map(([what, count]) => `${count} × ${what}`).join(", ");
}
