/**
 * Webhooks of 100 events, 50 of them a second, while the CRM of their portal hangs and another portal's lane works: how fast they are
 * answered, and how much memory what waits takes. Then the CRM answers again, and memory is looked at until all is worked off.
 *
 * The load is open: a request leaves when it is due, and its latency counts from then. Memory is what is resident, every second;
 * the slope is that of a straight line through the second half of each part, because the first half fills caches.
 */
import { setTimeout as pause } from "node:timers/promises";
import { percentile, shown } from "./figures.ts";
import { addLead, askForDemo } from "./leads.ts";
import { fireSteadily } from "./load.ts";
import { type BenchPortal, openPortal } from "./portal.ts";
import type { Report } from "./table.ts";
import { signedWebhooks } from "./webhooks.ts";

export interface PressureOptions {
  readonly seed: number;
  /** Events that wait before any of them is worked off. */
  readonly queued: number;
}

/** Resident memory at one moment. */
interface MemorySample {
  readonly atMs: number;
  readonly rssMb: number;
}

const EVENTS = 100;
const PER_SECOND = 50;
/** Of the portal that hangs: each changes again and again. */
const LEADS = 100;
/** Of the portal that works meanwhile. */
const HAND_RAISERS = 300;
const LATENCY_MS = 50;
const QUIET_WITHIN_MS = 30_000;
const WINDOW_OVER_MS = 10_500;
const SAMPLE_EVERY_MS = 1_000;
const DRAINED_WITHIN_MS = 600_000;
const MB = 1_048_576;
const TARGET_P99_MS = 250;
const TARGET_RSS_MB = 300;
/** A line through noise has a slope, too: this much more for ten thousand events is one. */
const TARGET_SLOPE_MB = 2;

export async function pressure(options: PressureOptions): Promise<Report> {
  const stage = await openPortal(options.seed, 2);
  try {
    const [hanging, working] = stage.portals;
    if (hanging === undefined || working === undefined) throw new Error("two portals were asked for");
    const contacts: number[] = [];
    for (let number = 1; number <= LEADS; number += 1)
      contacts.push(Number((await addLead(hanging, number)).id));
    const raisers: string[] = [];
    for (let number = 1; number <= HAND_RAISERS; number += 1)
      raisers.push((await addLead(working, number)).email);
    await stage.install();
    await stage.quiet(QUIET_WITHIN_MS);
    await pause(WINDOW_OVER_MS);
    stage.sandbox.pace.latencyMs = LATENCY_MS;

    const requests = requestsFor(stage, contacts, options.queued);
    const heal = stage.sandbox.faults.add({ portalId: hanging.id, path: "/crm/**", fault: { do: "hang" } });
    stage.sandbox.webhooks.mood.paused = true;
    for (const email of raisers) await askForDemo(working, email);
    stage.sandbox.webhooks.mood.paused = false;
    stage.sandbox.webhooks.wake();
    const url = `${stage.server.url}/hubspot/webhooks`;
    const [load, filling] = await sampled(stage, fireSteadily(url, requests, PER_SECOND));
    heal();
    const [, draining] = await sampled(stage, drained(stage));
    return report(options, load, filling, draining);
  } finally {
    await stage.close();
  }
}

function requestsFor(
  { app, portals: [hanging], server }: BenchPortal,
  contacts: readonly number[],
  queued: number,
): ReturnType<typeof signedWebhooks> {
  return signedWebhooks({
    url: `${server.url}/hubspot/webhooks`,
    secret: app.clientSecret,
    portalId: hanging?.id ?? 0,
    appId: app.id,
    requests: Math.ceil(queued / EVENTS),
    events: EVENTS,
    first: 1,
    contacts,
    ascending: false,
  });
}

/** What comes of the work, and the server's memory while it is done. */
async function sampled<T>(
  { server }: BenchPortal,
  work: Promise<T>,
): Promise<readonly [T, readonly MemorySample[]]> {
  const samples: MemorySample[] = [];
  const sample = async (): Promise<void> => {
    samples.push({ atMs: performance.now(), rssMb: (await server.rssBytes()) / MB });
  };
  const timer = setInterval(() => void sample(), SAMPLE_EVERY_MS);
  const outcome = await work;
  clearInterval(timer);
  await sample();
  return [outcome, samples];
}

/** @returns How long it took until no event waited any more, in seconds. */
async function drained({ server }: BenchPortal): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < DRAINED_WITHIN_MS) {
    const scraped = await (await fetch(`${server.url}/metrics`)).text();
    if (/^baton_waiting_events 0$/m.test(scraped)) return (performance.now() - began) / 1_000;
    await pause(SAMPLE_EVERY_MS);
  }
  throw new Error("events still wait ten minutes after their CRM answered again");
}

/** How much a straight line through the second half of the samples rises from its one end to the other. */
function riseMb(samples: readonly MemorySample[]): number {
  const half = samples.slice(Math.floor(samples.length / 2));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(half.map(({ atMs }) => atMs)), mean(half.map(({ rssMb }) => rssMb))];
  const covariance = half.reduce((sum, { atMs, rssMb }) => sum + (atMs - x) * (rssMb - y), 0);
  const variance = half.reduce((sum, { atMs }) => sum + (atMs - x) ** 2, 0);
  const spanMs = (half.at(-1)?.atMs ?? 0) - (half[0]?.atMs ?? 0);
  return variance === 0 ? 0 : (covariance / variance) * spanMs;
}

function report(
  options: PressureOptions,
  load: Awaited<ReturnType<typeof fireSteadily>>,
  filling: readonly MemorySample[],
  draining: readonly MemorySample[],
): Report {
  const p99 = percentile(load.latenciesMs, 0.99);
  const parts = [
    { name: `${shown(options.queued, 0)} events come, the CRM hangs`, samples: filling },
    { name: "the CRM answers, they are worked off", samples: draining },
  ].map(({ name, samples }) => {
    const rss = samples.map(({ rssMb }) => rssMb);
    // Half of the events pass in the half of the time that the line is drawn through.
    const slope = riseMb(samples) / (options.queued / 2 / 10_000);
    return {
      name,
      samples,
      first: rss[0] ?? Number.NaN,
      last: rss.at(-1) ?? Number.NaN,
      most: Math.max(...rss),
      slope,
    };
  });
  const most = Math.max(...parts.map((part) => part.most));
  const slope = Math.max(...parts.map((part) => part.slope));
  const isFast = p99 <= TARGET_P99_MS && load.failed === 0;
  const isSmall = most <= TARGET_RSS_MB && slope <= TARGET_SLOPE_MB;
  return {
    bench: "pressure",
    tried: {
      ...options,
      "events a webhook": EVENTS,
      "webhooks/s": PER_SECOND,
      "hand-raisers of the other portal": HAND_RAISERS,
    },
    head: ["part", "seconds", "RSS first MB", "last MB", "most MB", "slope MB / 10,000 events"],
    rows: parts.map(({ name, samples, first, last, most: own, slope: rise }) => [
      name,
      shown(((samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0)) / 1_000, 0),
      shown(first, 0),
      shown(last, 0),
      shown(own, 0),
      shown(rise, 2),
    ]),
    notes: [
      `webhooks were answered in p50 ${shown(percentile(load.latenciesMs, 0.5), 1)} ms, p99 ${shown(p99, 0)} ms, at most ${shown(percentile(load.latenciesMs, 1), 0)} ms; ${load.failed} of ${load.requests} failed; requests left this process up to ${shown(percentile(load.lateMs, 0.99), 0)} ms late (p99), which is in it; the target of p99 ≤ ${TARGET_P99_MS} ms is ${isFast ? "met" : "MISSED"}`,
      `at most ${shown(most, 0)} MB; the target of ≤ ${TARGET_RSS_MB} MB without a slope is ${isSmall ? "met" : "MISSED"}`,
    ],
    figures: { load: { ...load, latenciesMs: undefined, lateMs: undefined }, filling, draining },
  };
}
