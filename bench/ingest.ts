/**
 * Ingest: signed webhooks a second, on Baton's own server and on a bare Fastify that does the same work with the same
 * durability. The two take turns in one run, because a machine is never equally fast twice; their ratio is the figure.
 *
 * No lane works meanwhile: the portal's connection has ended (see server.ts). CPU a request is measured beside the throughput: it
 * does not care how fast the disk happens to be, nor who else is on the machine.
 */
import { type ServerChild, startServer } from "./child.ts";
import { freePort } from "../src/cli/demo/setting.ts";
import { median, percent, percentile, shown } from "./figures.ts";
import { fire } from "./load.ts";
import type { Report } from "./table.ts";
import { signedWebhooks, type SignedRequest } from "./webhooks.ts";

export interface IngestOptions {
  /** Counted rounds; one more before them is thrown away. */
  readonly rounds: number;
  /** Events in each round and contender, for each size of body. */
  readonly events: number;
  readonly connections: number;
  /** Event ids that count up, which nobody may rely on; see webhooks.ts. */
  readonly ascending: boolean;
}

interface Contender {
  readonly name: string;
  readonly server: ServerChild;
  readonly sign: (requests: number, events: number) => readonly SignedRequest[];
  readonly url: string;
}

interface Sample {
  readonly requestsPerSecond: number;
  readonly eventsPerSecond: number;
  readonly cpuMsPerThousandEvents: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

const KINDS = [
  "baton-receiving",
  "commit-per-request",
  "baton-table",
  "group-commit",
  "answer-only",
] as const;
const NAMES: Readonly<Record<(typeof KINDS)[number], string>> = {
  "baton-receiving": "Baton",
  "commit-per-request": "bare, commit a request",
  "baton-table": "bare, commit a request, Baton's table",
  "group-commit": "bare, group commit",
  "answer-only": "answer only (ceiling)",
};
const BASELINE = NAMES["commit-per-request"];
const BODY_SIZES = [1, 100] as const;
const TARGET = 0.8;
const ROUND_WITHIN_MS = 30_000;
const PORTAL = 891_472_211;
const APP = 7_000_001;
const SECRET = "sandbox-bench-secret";
/** With 64 connections, fewer single-event requests would be over before they are a measurement. */
const LEAST_REQUESTS = 192;

export async function ingest(options: IngestOptions): Promise<Report> {
  const contenders: Contender[] = [];
  try {
    for (const kind of KINDS) contenders.push(await contend(kind, options.ascending));
    const rows: string[][] = [];
    const figures: Record<string, unknown> = {};
    const notes: string[] = [];
    for (const size of BODY_SIZES) {
      const samples = await takeTurns(contenders, size, options);
      figures[`${size} events a body`] = Object.fromEntries(samples);
      rows.push(...rowsOf(samples, size));
      notes.push(verdict(samples, size));
    }
    return {
      bench: "ingest",
      tried: {
        rounds: options.rounds,
        "events a round": options.events,
        connections: options.connections,
        "body sizes": BODY_SIZES.join(" and "),
        "event ids": options.ascending ? "ascending" : "scattered",
      },
      head: [
        "events a body",
        "server",
        "requests/s",
        "events/s",
        "p50 ms",
        "p99 ms",
        "CPU ms / 1,000 events",
        "of the baseline",
      ],
      rows,
      notes: [
        ...notes,
        "medians over the rounds; failed requests are in the JSON and were 0 unless a note says otherwise",
        ...failures(figures),
      ],
      figures,
    };
  } finally {
    for (const { server } of contenders) await server.stop();
  }
}

async function contend(kind: (typeof KINDS)[number], ascending: boolean): Promise<Contender> {
  const port = await freePort();
  const server = await startServer(kind, port, {
    BATON_HUBSPOT_APP_ID: String(APP),
    BATON_HUBSPOT_CLIENT_ID: "bench",
    BATON_HUBSPOT_CLIENT_SECRETS: SECRET,
    // Nobody listens there, and nobody calls.
    BATON_HUBSPOT_API_URL: "http://127.0.0.1:9",
    BATON_HUBSPOT_AUTHORIZE_URL: "http://127.0.0.1:9/oauth/authorize",
    BENCH_PORTAL: String(PORTAL),
  });
  const url = `http://127.0.0.1:${port}/hubspot/webhooks`;
  let first = 1;
  return {
    name: NAMES[kind],
    server,
    url,
    sign(requests, events) {
      const made = signedWebhooks({
        url,
        secret: SECRET,
        portalId: PORTAL,
        appId: APP,
        requests,
        events,
        first,
        ascending,
      });
      first += requests * events;
      return made;
    },
  };
}

/** Each round has another first, so that nobody always runs on a disk that somebody else has just filled. */
async function takeTurns(
  contenders: readonly Contender[],
  size: number,
  options: IngestOptions,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const sample = await measure(contender, size, options);
      if (round > 0) samples.get(contender.name)?.push(sample);
    }
  }
  return samples;
}

async function measure(contender: Contender, size: number, options: IngestOptions): Promise<Sample> {
  const requests = contender.sign(Math.max(LEAST_REQUESTS, Math.ceil(options.events / size)), size);
  const warmUp = contender.sign(options.connections, 1);
  const cpuBefore = await contender.server.cpuMs();
  const result = await fire(contender.url, requests, warmUp, {
    connections: options.connections,
    withinMs: ROUND_WITHIN_MS,
  });
  const cpuMs = (await contender.server.cpuMs()) - cpuBefore;
  const events = result.requests * size;
  return {
    requestsPerSecond: result.requests / result.seconds,
    eventsPerSecond: events / result.seconds,
    cpuMsPerThousandEvents: (cpuMs * 1_000) / (events + warmUp.length),
    p50Ms: median(result.latenciesMs),
    p99Ms: percentile(result.latenciesMs, 0.99),
    failed: result.failed,
  };
}

function middle(samples: readonly Sample[], figure: keyof Sample): number {
  return median(samples.map((sample) => sample[figure]));
}

function rowsOf(samples: ReadonlyMap<string, readonly Sample[]>, size: number): string[][] {
  return [...samples].map(([name, list]) => [
    String(size),
    name,
    shown(middle(list, "requestsPerSecond"), 0),
    shown(middle(list, "eventsPerSecond"), 0),
    shown(middle(list, "p50Ms")),
    shown(middle(list, "p99Ms")),
    shown(middle(list, "cpuMsPerThousandEvents")),
    percent(ratioTo(BASELINE, list, samples)),
  ]);
}

/** The median of the rounds' own ratios: both sides of each were measured within seconds. */
function ratioTo(
  baseline: string,
  list: readonly Sample[],
  samples: ReadonlyMap<string, readonly Sample[]>,
): number {
  const others = samples.get(baseline) ?? [];
  return median(
    list.map(
      ({ eventsPerSecond }, round) => eventsPerSecond / (others[round]?.eventsPerSecond ?? Number.NaN),
    ),
  );
}

function verdict(samples: ReadonlyMap<string, readonly Sample[]>, size: number): string {
  const baton = samples.get(NAMES["baton-receiving"]) ?? [];
  const ratio = ratioTo(BASELINE, baton, samples);
  const sameTable = ratioTo(NAMES["baton-table"], baton, samples);
  const word = ratio >= TARGET ? "met" : "MISSED";
  return `${size} event${size === 1 ? "" : "s"} a body: ${percent(ratio, 1)} of the baseline; the target of ≥ ${percent(TARGET)} is ${word} (${percent(sameTable)} of the baseline with Baton's own table and indexes)`;
}

function failures(figures: Readonly<Record<string, unknown>>): readonly string[] {
  const failed = [...JSON.stringify(figures).matchAll(/"failed":(\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
  return failed === 0 ? [] : [`${failed} requests FAILED: the figures above cannot be trusted`];
}
