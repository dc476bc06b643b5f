/**
 * One lead at a time, from the form to the last of owner, task and note. Counted in round trips, because the distance to the CRM
 * is not ours to shorten; what remains is our own time, measured from the sandbox's side of the wire.
 *
 * The clock starts just before the form is submitted, so the millisecond in which the sandbox holds a webhook back is counted as
 * ours; so is everything the sandbox itself takes to answer beyond the latency it was told to have.
 */
import { setTimeout as pause } from "node:timers/promises";
import { callsSince, type EndedCall, kindsOf, openMs, roundTrips } from "./calls.ts";
import { median, percentile, shown } from "./figures.ts";
import { addLead, askForDemo } from "./leads.ts";
import { type BenchPortal, openPortal } from "./portal.ts";
import type { Report } from "./table.ts";

export interface LoneOptions {
  readonly seed: number;
  /** Leads for each latency. */
  readonly leads: number;
}

interface Sample {
  readonly latencyMs: number;
  readonly totalMs: number;
  readonly calls: number;
  readonly roundTrips: number;
  /** Total without the round trips' latency. */
  readonly ownMs: number;
  /** The part of it in which the sandbox was answering. */
  readonly sandboxMs: number;
}

/** The last: it is the one in which round trips can be told apart (see calls.ts). */
const LATENCIES_MS = [0, 50] as const;
const WARM_UP = 3;
const TARGET_TRIPS = 3;
const TARGET_MS = 50;
const LEAD_WITHIN_MS = 10_000;
const QUIET_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 2;
/** HubSpot's window, and less than half of its calls. */
const WINDOW_MS = 10_000;
const FEW_CALLS = 50;

export async function lone(options: LoneOptions): Promise<Report> {
  const stage = await openPortal(options.seed);
  try {
    const total = (options.leads + WARM_UP) * LATENCIES_MS.length;
    const leads: { id: string; email: string }[] = [];
    for (let number = 1; number <= total; number += 1) leads.push(await addLead(stage.portal, number));
    stage.sandbox.webhooks.mood.batchDelayMs = 0;
    await stage.install();

    const samples = new Map<number, Sample[]>();
    let example: readonly EndedCall[] = [];
    for (const latencyMs of LATENCIES_MS) {
      stage.sandbox.pace.latencyMs = latencyMs;
      const list: Sample[] = [];
      for (let index = 0; index < options.leads + WARM_UP; index += 1) {
        const lead = leads.pop();
        if (lead === undefined) break;
        await stage.quiet(QUIET_WITHIN_MS);
        await untilBudgetIsFree(stage.sandbox);
        const { sample, calls } = await follow(stage, lead, latencyMs);
        if (index >= WARM_UP) list.push(sample);
        example = calls;
      }
      samples.set(latencyMs, list);
    }
    return report(options, samples, example);
  } finally {
    await stage.close();
  }
}

/** A lead that comes while earlier ones have spent the window's calls is not a lone one: its wait is the limiter's. */
async function untilBudgetIsFree(sandbox: BenchPortal["sandbox"]): Promise<void> {
  while (callsSince(sandbox, performance.now() - WINDOW_MS).length > FEW_CALLS) await pause(LOOK_EVERY_MS);
}

async function follow(
  { sandbox, portal }: BenchPortal,
  lead: { id: string; email: string },
  latencyMs: number,
): Promise<{ sample: Sample; calls: readonly EndedCall[] }> {
  const beganMs = performance.now();
  await askForDemo(portal, lead.email);
  const calls = await untilWritten(sandbox, beganMs);
  const endMs = Math.max(...calls.map((call) => call.endMs));
  const totalMs = endMs - beganMs;
  const trips = roundTrips(calls);
  const ownMs = totalMs - trips * latencyMs;
  const sandboxMs = openMs(calls) - trips * latencyMs;
  return {
    sample: { latencyMs, totalMs, calls: calls.length, roundTrips: trips, ownMs, sandboxMs },
    calls,
  };
}

/** The calls up to the end of the last of the three writes. */
async function untilWritten(sandbox: BenchPortal["sandbox"], beganMs: number): Promise<readonly EndedCall[]> {
  while (performance.now() - beganMs < LEAD_WITHIN_MS) {
    const calls = callsSince(sandbox, beganMs);
    const writes = calls.filter(({ what }) => /batch\/(update|create)$/.test(what));
    const lastMs = Math.max(...writes.map(({ endMs }) => endMs));
    if (new Set(writes.map(({ what }) => what)).size === 3)
      return calls.filter((call) => call.endMs <= lastMs);
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`a lead was not handed off within ${LEAD_WITHIN_MS} ms`);
}

function report(
  options: LoneOptions,
  samples: ReadonlyMap<number, readonly Sample[]>,
  example: readonly EndedCall[],
): Report {
  const distant = samples.get(LATENCIES_MS[1]) ?? [];
  const trips = percentile(
    distant.map((sample) => sample.roundTrips),
    1,
  );
  const ownMs = percentile(
    distant.map((sample) => sample.ownMs),
    0.95,
  );
  const isMet = trips <= TARGET_TRIPS && ownMs <= TARGET_MS;
  return {
    bench: "lone",
    tried: {
      "leads for each latency": options.leads,
      "latencies ms": LATENCIES_MS.join(" and "),
      seed: options.seed,
      "warm-up leads": WARM_UP,
    },
    head: [
      "latency ms",
      "calls",
      "round trips",
      "total p50 ms",
      "total p95 ms",
      "own p50 ms",
      "own p95 ms",
      "of it, sandbox p50",
    ],
    rows: [...samples].map(([latencyMs, list]) => [
      String(latencyMs),
      shown(median(list.map((sample) => sample.calls)), 0),
      latencyMs === 0 ? "–" : shown(median(list.map((sample) => sample.roundTrips)), 0),
      shown(median(list.map((sample) => sample.totalMs)), 1),
      shown(
        percentile(
          list.map((sample) => sample.totalMs),
          0.95,
        ),
        1,
      ),
      shown(median(list.map((sample) => sample.ownMs)), 1),
      shown(
        percentile(
          list.map((sample) => sample.ownMs),
          0.95,
        ),
        1,
      ),
      shown(median(list.map((sample) => sample.sandboxMs)), 1),
    ]),
    notes: [
      `at most ${trips} round trips and p95 ${shown(ownMs, 1)} ms of our own at ${LATENCIES_MS[1]} ms; the target of ≤ ${TARGET_TRIPS} + ${TARGET_MS} ms is ${isMet ? "met" : "MISSED"}`,
      "with 0 ms of latency, round trips cannot be told from calls in parallel and are not counted",
      `the last lead's calls: ${sequenceOf(example)}`,
    ],
    figures: Object.fromEntries(samples),
  };
}

/** `[a, b] → c`: what ran side by side, and what waited for it. */
function sequenceOf(calls: readonly EndedCall[]): string {
  const rounds: EndedCall[][] = [];
  for (const call of calls.toSorted((a, b) => a.startMs - b.startMs)) {
    const round = rounds.at(-1);
    const isBeside = round?.some(({ endMs }) => call.startMs < endMs) === true;
    if (isBeside) round?.push(call);
    else rounds.push([call]);
  }
  return rounds
    .map((round) =>
      kindsOf(round)
        .map(([what, count]) => (count > 1 ? `${count} × ${what}` : what))
        .join(", "),
    )
    .map((round, index) => `(${index + 1}) ${round}`)
    .join("; ");
}
