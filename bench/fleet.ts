/**
 * Many portals on one server, some of which answer slowly or not at all. Every portal gets the same events at the same moment, three
 * times: to warm up, with all of them well, and with some of them ill. What is compared is how long the others take in the last two
 * rounds. More portals are ill than lanes work at once.
 *
 * A portal is done with the last call about its contacts; the form polls of every minute are not counted. After the last round
 * the ill ones get well, and it must all be worked off in the end.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Portal, Sandbox } from "../sandbox/index.ts";
import { percentile, shown } from "./figures.ts";
import { addLead, askForDemo, writesPerLead } from "./leads.ts";
import { type BenchPortal, openPortal } from "./portal.ts";
import type { Report } from "./table.ts";

export interface FleetOptions {
  readonly seed: number;
  readonly portals: number;
  /** Events each portal gets in each round. */
  readonly events: number;
}

type Fault = Parameters<Sandbox["faults"]["add"]>[0]["fault"];
type Lead = Awaited<ReturnType<typeof addLead>>;

interface Round {
  readonly name: string;
  readonly ill: number;
  /** Of the portals that are well in both rounds: from the first webhook to their last call, milliseconds. */
  readonly drainMs: readonly number[];
}

/** One portal in so many is ill. */
const ILL_EVERY = 10;
const ILLS: readonly Fault[] = [
  { do: "hang" },
  { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING" },
  { do: "server-error", status: 503 },
];
/** Leads a portal has: each of them changes several times. */
const LEADS = 25;
/** Of them, those who ask for a demo in each round: written to, and compared with the ledger. */
const HAND_RAISERS = 4;
const LATENCY_MS = 50;
const WINDOW_OVER_MS = 10_500;
const QUIET_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 250;
const DRAINED_WITHIN_MS = 300_000;
const TARGET_RATIO = 1.5;

export async function fleet(options: FleetOptions): Promise<Report> {
  const stage = await openPortal(options.seed, options.portals);
  try {
    const leads = new Map<Portal, readonly Lead[]>();
    for (const portal of stage.portals) leads.set(portal, await addLeads(portal));
    await stage.install();
    await stage.quiet(QUIET_WITHIN_MS);
    stage.sandbox.pace.latencyMs = LATENCY_MS;
    await round(stage, leads, options, 0);
    const well = await round(stage, leads, options, 1);
    const ill = await round(stage, leads, options, 2);
    return report(options, [well, ill], ownersPerHandRaiser(stage, leads));
  } finally {
    await stage.close();
  }
}

async function addLeads(portal: Portal): Promise<readonly Lead[]> {
  const leads: Lead[] = [];
  for (let number = 1; number <= LEADS; number += 1) leads.push(await addLead(portal, number));
  return leads;
}

async function round(
  stage: BenchPortal,
  leads: ReadonlyMap<Portal, readonly Lead[]>,
  { events }: FleetOptions,
  number: 0 | 1 | 2,
): Promise<Round> {
  const { sandbox, portals } = stage;
  await pause(WINDOW_OVER_MS);
  sandbox.webhooks.mood.paused = true;
  for (const [portal, own] of leads) {
    for (let index = 0; index < events; index += 1) await change(portal, own, index, number);
    const raisers = own.slice(number * HAND_RAISERS, (number + 1) * HAND_RAISERS);
    for (const { email } of raisers) await askForDemo(portal, email);
  }
  if (number === 2) for (const [portal, fault] of illOnes(portals)) fallIll(sandbox, portal, fault);
  const beganMs = performance.now();
  sandbox.webhooks.mood.paused = false;
  sandbox.webhooks.wake();
  const ill = new Set([...illOnes(portals).keys()].map(({ id }) => id));
  const well = portals.filter(({ id }) => !ill.has(id));
  const drainMs = await drained(stage, well, beganMs);
  sandbox.faults.clear();
  await allDone(stage);
  return { name: number < 2 ? "all are well" : "some are ill", ill: number < 2 ? 0 : ill.size, drainMs };
}

/** One event: a job title that is another one each time. */
async function change(portal: Portal, own: readonly Lead[], index: number, number: number): Promise<void> {
  const who = own[index % own.length]?.id ?? "";
  await portal.act({ do: "change", who, properties: { jobtitle: `VP Marketing ${number}.${index}` } });
}

function illOnes(portals: readonly Portal[]): ReadonlyMap<Portal, Fault> {
  const chosen = portals.filter((_, index) => index % ILL_EVERY === 0);
  return new Map(chosen.map((portal, index) => [portal, ILLS[index % ILLS.length] ?? { do: "hang" }]));
}

function fallIll(sandbox: Sandbox, { id }: Portal, fault: Fault): void {
  sandbox.faults.add({ portalId: id, path: "/crm/**", fault });
}

/** How long each of these took, once none of them has anything left to do. */
async function drained(
  { sandbox }: BenchPortal,
  portals: readonly Portal[],
  beganMs: number,
): Promise<readonly number[]> {
  const ids = new Set(portals.map(({ id }) => id));
  const lasts = (): ReadonlyMap<number, number> => lastCalls(sandbox, ids, beganMs);
  let [found, sinceMs] = [lasts(), performance.now()];
  while (performance.now() - beganMs < DRAINED_WITHIN_MS) {
    await pause(LOOK_EVERY_MS);
    const now = lasts();
    const isSame = now.size === found.size && [...now].every(([id, endMs]) => found.get(id) === endMs);
    if (!isSame) [found, sinceMs] = [now, performance.now()];
    if (now.size === ids.size && performance.now() - sinceMs > 3_000) break;
  }
  return [...ids].map((id) => (found.get(id) ?? Number.POSITIVE_INFINITY) - beganMs);
}

/** Portal to the end of its last call about contacts, tasks or notes. */
function lastCalls(sandbox: Sandbox, ids: ReadonlySet<number>, sinceMs: number): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  for (const { portalId, startMs, endMs, path } of sandbox.ledger.calls) {
    if (portalId === undefined || endMs === undefined || startMs < sinceMs || !ids.has(portalId)) continue;
    if (/(?:contacts|tasks|notes)\/batch/.test(path))
      last.set(portalId, Math.max(last.get(portalId) ?? 0, endMs));
  }
  return last;
}

/** Waits until the server says that no event and no write waits any more. */
async function allDone({ server }: BenchPortal): Promise<void> {
  const untilMs = performance.now() + DRAINED_WITHIN_MS;
  while (performance.now() < untilMs) {
    const scraped = await (await fetch(`${server.url}/metrics`)).text();
    const hasEvents = !/^baton_waiting_events 0$/m.test(scraped);
    const hasWrites = /^baton_effects\{state="(?:planned|attempting|ambiguous)"\} [1-9]/m.test(scraped);
    if (!hasEvents && !hasWrites) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error("work still waits five minutes after every portal got well");
}

/** Owners, tasks and notes of everybody who asked for a demo, over all portals: one of each. */
function ownersPerHandRaiser(
  { sandbox }: BenchPortal,
  leads: ReadonlyMap<Portal, readonly Lead[]>,
): { readonly least: number; readonly most: number } {
  const each = [...leads].map(([portal, own]) => {
    const owners = sandbox.ledger.find({ portalId: portal.id, kind: "contact.update", by: "app" });
    const raisers = own.slice(0, 3 * HAND_RAISERS).map(({ id }) => id);
    return writesPerLead(portal, owners, raisers);
  });
  return {
    least: Math.min(...each.map(({ least }) => least)),
    most: Math.max(...each.map(({ most }) => most)),
  };
}

function report(
  options: FleetOptions,
  rounds: readonly [well: Round, ill: Round],
  { least, most }: { readonly least: number; readonly most: number },
): Report {
  const ratioOf = (share: number): number =>
    percentile(rounds[1].drainMs, share) / percentile(rounds[0].drainMs, share);
  const isMet = ratioOf(0.5) <= TARGET_RATIO && ratioOf(1) <= TARGET_RATIO;
  return {
    bench: "fleet",
    tried: { ...options, "ill portals": rounds[1].ill, "latency ms": LATENCY_MS },
    head: ["round", "ill", "well", "drained p50 s", "p95 s", "max s"],
    rows: rounds.map(({ name, ill, drainMs }) => [
      name,
      String(ill),
      String(drainMs.length),
      ...[0.5, 0.95, 1].map((share) => shown(percentile(drainMs, share) / 1_000, 1)),
    ]),
    notes: [
      `the same portals took ${shown(ratioOf(0.5))} times as long at the median, ${shown(ratioOf(1))} times at most, while others hung, were throttled or failed: ${isMet ? "no lane waits for another" : "lanes WAIT for others"}`,
      `everything was worked off once the ill ones were well; owners, tasks and notes a hand-raiser: ${least === 1 && most === 1 ? "one of each" : `NO: ${least} to ${most}`}`,
    ],
    figures: rounds,
  };
}
