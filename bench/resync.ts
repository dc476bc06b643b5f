/**
 * Comparing all pairs of a portal and an org, in calls: what the sandbox's ledger counted beside what full pages make necessary, once
 * through, and once with a death in the middle. Memory is what lives after a collection, the sandbox in the same process left as it is.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Org, Portal } from "../sandbox/index.ts";
import { associate } from "../sandbox/hubspot/association.ts";
import { createRecord } from "../sandbox/hubspot/writing.ts";
import { insertRow } from "../sandbox/salesforce/rows.ts";
import { type AnyStage, leadInstallation, openStageIn } from "../src/cli/demo/stage.ts";
import type { Connector } from "../src/connector.ts";
import { deliverDue } from "../src/deliver/index.ts";
import type { Lane } from "../src/lanes/lane.ts";
import { resync } from "../src/lanes/resync.ts";
import { createLog } from "../src/log.ts";
import { holdLane } from "../src/store/lanes.ts";
import { saveLinks } from "../src/store/links.ts";
import { askResync, loadResync, type Resync } from "../src/store/resyncs.ts";
import { shown } from "./figures.ts";
import type { Report } from "./table.ts";

export interface ResyncOptions {
  readonly seed: number;
  readonly pairs: number;
}

/** What one run came to. Memory in MB: after the first page, and at most after any. */
interface Run {
  readonly name: string;
  readonly calls: number;
  readonly reads: number;
  readonly necessary: number;
  readonly pages: number;
  readonly repeated: number;
  readonly seconds: number;
  readonly firstMb: number;
  readonly mostMb: number;
  readonly standing: Resync;
}

/** One pair in so many differs. */
const DIFFERING = 50;
const [PAGE, HUBSPOT_PAGE, SALESFORCE_PAGE] = [2_000, 100, 2_000];
const TARGET = 1.1;
const MB = 1_048_576;

/** Runs the bench. */
export async function resyncAll({ seed, pairs }: ResyncOptions): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-resync-"));
  const stage = await openStageIn("both", {
    seed,
    now: Date.now,
    databaseUrl: `sqlite:${join(folder, "baton.sqlite")}`,
    playbook: "mappings/both",
    log: createLog({ level: "silent" }),
    port: 0,
  });
  try {
    await stage.quiet();
    await stage.baton.lanes.stop();
    const lane = await openLane(stage);
    await fill(stage, lane, pairs);
    const runs = [
      await run(stage, lane, { name: "dry", isDry: true }),
      await run(stage, lane, { name: "killed in the middle", isDry: false, isKilled: true }),
      await run(stage, lane, { name: "once more", isDry: true }),
    ];
    await lane.connector.close();
    return reportOf({ seed, pairs }, runs);
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openLane(stage: AnyStage): Promise<Lane> {
  const { baton } = stage;
  const installation = await leadInstallation(stage);
  const hold = await holdLane(baton.store.db, baton.store.dialect, installation.id, "bench");
  if (hold === undefined) throw new Error("the lane was let go");
  return {
    ...baton,
    installation,
    hold,
    connector: baton.connect(installation),
    owners: () => Promise.resolve([]),
    reconnect: () => undefined,
  };
}

/** People in both, the same in each, but for the title of some. */
async function fill(stage: AnyStage, lane: Lane, pairs: number): Promise<void> {
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new RangeError("a pair is of a portal and an org");
  const links = fillPortal(portal, pairs).map((lead, index) => ({
    lead,
    counterpart: leadOf(org, index),
    by: "made" as const,
  }));
  await saveLinks(stage.baton.store.db, lane.installation.id, links, Date.now());
  await stage.sandbox.drained();
}

/** Ten people work at a company. */
const PEOPLE = 10;
const LAID_OUT = {
  actor: { source: "CRM_UI", sourceId: "bench" },
  quiet: true,
} as const;

function fillPortal({ state }: Portal, pairs: number): readonly string[] {
  const context = { ...LAID_OUT, at: Date.now() };
  const companies = Array.from({ length: Math.ceil(pairs / PEOPLE) }, (_, index) =>
    createRecord(state, "company", { name: `Company ${index}` }, context),
  );
  return Array.from({ length: pairs }, (_, index) => {
    const names = { firstname: "Person", lastname: `Number ${index}`, jobtitle: "VP Marketing" };
    const contact = createRecord(state, "contact", { email: emailOf(index), ...names }, context);
    const company = companies[Math.floor(index / PEOPLE)];
    if (company !== undefined) associate(state, contact, company, context);
    return contact.id;
  });
}

function leadOf({ state }: Org, index: number): string {
  const Title = index % DIFFERING === 0 ? "Head of Marketing" : "VP Marketing";
  const Company = `Company ${Math.floor(index / PEOPLE)}`;
  const values = { Email: emailOf(index), FirstName: "Person", LastName: `Number ${index}`, Company, Title };
  return insertRow(state, "Lead", values, { userId: "", who: { other: "seed" } }).id;
}

function emailOf(index: number): string {
  return `person-${index}@bench.example`;
}

async function run(
  { sandbox, baton }: AnyStage,
  lane: Lane,
  {
    name,
    isDry,
    isKilled = false,
  }: { readonly name: string; readonly isDry: boolean; readonly isKilled?: boolean },
): Promise<Run> {
  const { db } = baton.store;
  const { id } = lane.installation;
  const nothing = { looked: 0, differing: 0, written: 0, calls: 0, counts: {} };
  await askResync(db, id, {
    id: name.replaceAll(" ", "-"),
    subject: "fields",
    isDry,
    askedAt: Date.now(),
    ...nothing,
  });
  sandbox.ledger.clear();
  const began = performance.now();
  let [calls, reads, pages, repeated, firstMb, mostMb] = [0, 0, 0, 0, 0, 0];
  let current = lane;
  for (;;) {
    const before = (await loadResync(db, id))?.looked ?? 0;
    const isDying = isKilled && pages === 2;
    if (isDying) current = { ...lane, connector: dying(lane.connector) };
    const wasDue = await resync(current).catch(killed);
    const counted = sandbox.ledger.calls;
    calls += counted.length;
    reads += counted.filter(isRead).length;
    const isLost = ((await loadResync(db, id))?.looked ?? 0) === before;
    if (isDying) {
      if (!isLost) throw new Error("the bench did not die");
      repeated = counted.length;
      current = lane;
    }
    // A ledger of everything would be what grows.
    sandbox.ledger.clear();
    if (!wasDue) break;
    pages += 1;
    const mb = livingMb();
    if (pages === 1) firstMb = mb;
    mostMb = Math.max(mostMb, mb);
  }
  // What could not be written within seconds is looked at again by other turns.
  while ((await deliverDue(lane)) > 0);
  calls += sandbox.ledger.calls.length;
  const standing = await loadResync(db, id);
  if (standing?.because !== "done") throw new Error("the resync did not end");
  const companies = Math.ceil(standing.looked / PEOPLE / HUBSPOT_PAGE);
  const people = Math.ceil(standing.looked / HUBSPOT_PAGE) + Math.ceil(standing.looked / SALESFORCE_PAGE);
  const necessary = people + companies;
  const seconds = (performance.now() - began) / 1_000;
  return { name, calls, reads, necessary, pages, repeated, seconds, firstMb, mostMb, standing };
}

/** The same, but whoever glances dies once everything was read, with nothing stored. */
function dying(connector: Connector): Connector {
  const dead: Connector = {
    ...connector,
    async glance(leads, properties) {
      await connector.asBulk().glance(leads, properties);
      throw new Error("killed");
    },
    asBulk: () => dead,
  };
  return dead;
}

function killed(cause: unknown): boolean {
  if (cause instanceof Error && cause.message === "killed") return true;
  throw cause;
}

/** Updates are the only writes of a resync. */
function isRead({ path, method }: { readonly path: string; readonly method: string }): boolean {
  return method !== "PATCH" && !path.includes("/batch/update") && !path.includes("oauth");
}

let collect: (() => void) | undefined;

function livingMb(): number {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    const gc: unknown = runInNewContext("gc");
    collect = typeof gc === "function" ? () => void Reflect.apply(gc, undefined, []) : () => undefined;
  }
  collect();
  return process.memoryUsage().heapUsed / MB;
}

function reportOf(options: ResyncOptions, runs: readonly Run[]): Report {
  return {
    bench: "resync",
    tried: { ...options, page: PAGE, differing: `1 in ${DIFFERING}` },
    head: [
      "run",
      "pairs",
      "differ",
      "written",
      "calls",
      "reads",
      "necessary",
      "times",
      "repeated",
      "seconds",
      "MB first",
      "MB most",
    ],
    rows: runs.map((one) => [
      one.name,
      shown(one.standing.looked, 0),
      shown(one.standing.differing, 0),
      shown(one.standing.written, 0),
      shown(one.calls, 0),
      shown(one.reads, 0),
      shown(one.necessary, 0),
      shown((one.reads - one.repeated) / one.necessary),
      shown(one.repeated, 0),
      shown(one.seconds, 1),
      shown(one.firstMb, 0),
      shown(one.mostMb, 0),
    ]),
    notes: [
      `Target: reads at most ${TARGET} times what pages of ${HUBSPOT_PAGE} (HubSpot) and ${SALESFORCE_PAGE} (Salesforce) make necessary, companies of HubSpot's included.`,
      "Repeated: the calls of the page that was in hand when the process died. Times leaves them out.",
    ],
    figures: runs,
  };
}
