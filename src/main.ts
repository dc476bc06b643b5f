/**
 * The only wiring: takes a configuration, chooses concrete adapters, and starts one Baton. Everything below receives what it
 * needs as arguments.
 */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { appsOf } from "./apps.ts";
import { startChores } from "./chores.ts";
import type { Config } from "./config.ts";
import type { Connector, CrmApp } from "./connector.ts";
import { openProvider, type Provider } from "./enrich/provider.ts";
import { BatonError } from "./errors.ts";
import { connecting } from "./install/connecting.ts";
import { createNightly } from "./install/nightly.ts";
import { storedConnections } from "./install/stored.ts";
import type { LaneTools } from "./lanes/lane.ts";
import { startListening } from "./listen/index.ts";
import { type Lanes, openLanes } from "./lanes/pool.ts";
import { wakingInbox, wakingSightings } from "./lanes/waking.ts";
import type { Log } from "./log.ts";
import { DAY_MS, type DurationMs, type Instant, MINUTE_MS } from "./model/instant.ts";
import { addNoticeFigures } from "./notify/figures.ts";
import { startSending } from "./notify/sending.ts";
import { storedDesk } from "./notify/slack/stored.ts";
import { takeTurn } from "./pipeline.ts";
import { storedReports } from "./present/stored.ts";
import { storedResyncs } from "./present/stored-resyncs.ts";
import { offeredAnswers } from "./playbook/offered.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { followLive, type Followed, underOneVersion } from "./publish/live.ts";
import { chooseVersion, type FolderNews } from "./publish/start.ts";
import { storedVersions } from "./publish/versions.ts";
import { remembering } from "./receive/remember.ts";
import { knownTenants } from "./receive/tenants.ts";
import { formRoster } from "./route/index.ts";
import { addAnswering } from "./server/answering.ts";
import { addBacklog } from "./server/backlog.ts";
import { buildServer, type ServerDeps } from "./server/build.ts";
import { addLiveProblems } from "./server/live-problems.ts";
import { createMetrics, type Metrics } from "./server/metrics.ts";
import { viewHandoff } from "./server/stored-handoffs.ts";
import type { Locksmith } from "./store/connections.ts";
import { readFigures } from "./store/figures.ts";
import { type Inbox, openInbox } from "./store/inbox.ts";
import type { Installation } from "./store/installations.ts";
import { countLiveProblems } from "./store/live-checks.ts";
import { lockForServer } from "./store/lock.ts";
import { putOAuthState, takeOAuthState } from "./store/oauth-states.ts";
import { answers, openStore, type Store } from "./store/open.ts";
import { countDeliveries } from "./store/stuck-notices.ts";
import { openSightings, type Sightings } from "./store/sightings.ts";
import { findWriteKey } from "./store/write-keys.ts";

/** What a start may be given instead of the real thing: time and ids, so that a run can be repeated. */
export interface Surroundings {
  readonly log: Log;
  readonly now?: () => Instant;
  readonly newId?: () => string;
  readonly settleMs?: DurationMs;
  readonly gatherMs?: DurationMs;
  /** Whether connections are kept open on which CRMs tell what changes; a run that is to be repeated hears webhooks only. */
  readonly listens?: boolean;
}

/** What a server works with: the store, the agreement, and the way to the CRMs. Nothing runs by itself yet. */
export interface Workshop extends LaneTools {
  readonly config: Config;
  readonly locksmith: Locksmith;
  readonly apps: readonly CrmApp[];
  /** The version that decides, followed as others publish. */
  readonly version: Followed;
  /** What became of the playbook's folder at the start. */
  readonly folder: FolderNews;
  readonly connect: (installation: Installation) => Connector;
  close(): Promise<void>;
}

/** A running server. */
export interface Baton extends Workshop {
  /** Where it listens, on this machine. */
  readonly url: string;
  readonly lanes: Lanes;
  /** Settles when everything received so far is decided and delivered, as far as it can be now. */
  idle(): Promise<void>;
  /** Stops taking requests, lets turns under way finish, closes the store. */
  stop(): Promise<void>;
}

/** How long a call whose answer was lost may still be running: twice as long as any gateway waits for its own. */
const SETTLE_MS: DurationMs = 60_000;
/** At most 288 looks at activities a day and portal: some 0.04 calls for each of 100,000 open handoffs. */
const GATHER_MS: DurationMs = 5 * MINUTE_MS;
/** Lanes at work at once in one process. Most of a turn is waiting for the CRM. */
const CONCURRENT_LANES = 16;
const ID_BYTES = 12;
/** How long a tenant or a sender is remembered between two requests: a removed one is refused that much later. */
const REMEMBER_MS: DurationMs = 1_000;

async function openWorkshop(config: Config, surroundings: Surroundings): Promise<Workshop> {
  const { log } = surroundings;
  const now = surroundings.now ?? Date.now;
  const store = await openOwnStore(config.databaseUrl);
  const { version, folder } = await openVersion(store, config, log, now);
  const provider = providerOf(config, version.playbook(), log, now);
  const apps = appsOf(config, now);
  const locksmith: Locksmith = { keys: config.secretKeys, audience: config.sandbox ? "sandbox" : "live" };
  const connect = connecting({ store, locksmith, apps, now, playbook: version.playbook });
  return {
    config,
    store,
    keys: config.secretKeys,
    log,
    now,
    newId: surroundings.newId ?? (() => randomBytes(ID_BYTES).toString("hex")),
    publicUrl: config.publicUrl,
    settleMs: surroundings.settleMs ?? SETTLE_MS,
    gatherMs: surroundings.gatherMs ?? GATHER_MS,
    playbook: version.playbook,
    version,
    folder,
    locksmith,
    apps,
    connect,
    ...(provider === undefined ? {} : { provider }),
    async close() {
      await provider?.close();
      await store.close();
    },
  };
}

/** Whom to ask for what the CRM does not know. A playbook that asks nobody is told so, and goes on without. */
function providerOf(
  config: Config,
  { fields }: Playbook,
  log: Log,
  now: () => Instant,
): Provider | undefined {
  if (config.enrich !== undefined) return openProvider({ ...config.enrich, sandbox: config.sandbox, now });
  if (fields.enrich !== undefined)
    log.warn({ code: "enrich.not-set" }, "the playbook asks a provider, and BATON_ENRICH_URL is not set");
  return undefined;
}

/** The store, which no other server may use as long as it is open. */
async function openOwnStore(url: string): Promise<Store> {
  const store = await openStore(url);
  try {
    const lock = lockForServer(url);
    return {
      ...store,
      async close() {
        lock.release();
        await store.close();
      },
    };
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** The version this server begins with. Where there is none, the store is closed. */
async function openVersion(
  store: Store,
  config: Config,
  log: Log,
  now: () => Instant,
): Promise<Pick<Workshop, "version" | "folder">> {
  try {
    const start = await chooseVersion(store, config.playbook, now);
    // Expands the holidays of the years around now, once: otherwise a turn would keep webhooks waiting for it.
    const prepare = ({ team }: Playbook): void => void formRoster(team, [], new Map(), now());
    return { version: followLive({ db: store.db, log, prepare }, start), folder: start.folder };
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/**
 * Starts a server that listens on the configured port. Throws `store.unavailable`, `playbook.invalid`, `playbook.missing`, and
 * `config.invalid` for a port or a database that somebody else has.
 */
export async function startBaton(config: Config, surroundings: Surroundings): Promise<Baton> {
  const workshop = await openWorkshop(config, surroundings);
  const inboxes = {
    events: openInbox(workshop.store),
    signals: openSightings(workshop.store, workshop.keys),
  };
  const holder = randomBytes(8).toString("hex");
  const lanes = await openLanes({
    ...workshop,
    takeTurn: (lane) => takeTurn(underOneVersion(lane)),
    holder,
    concurrency: CONCURRENT_LANES,
  });
  const deps = serverDeps(workshop, inboxes, lanes);
  const app = await buildServer(deps);
  const flushed = () => Promise.all([inboxes.events.flushed(), inboxes.signals.flushed()]);
  const close = async (): Promise<void> => {
    await flushed();
    await lanes.stop();
    await workshop.close();
  };
  try {
    await app.listen({ port: config.port, host: config.host });
  } catch (cause) {
    await close();
    throw new BatonError(
      "config.invalid",
      `Port ${config.port} on ${config.host} cannot be listened on: is it taken?`,
      { cause },
    );
  }
  sayVersion(workshop);
  await lanes.tick();
  const watching = workshop.version.watch();
  const chores = choresOf(workshop);
  const count = addNoticeFigures(deps.metrics.registry, () => countDeliveries(workshop.store.db));
  const listening =
    surroundings.listens === false
      ? undefined
      : startListening({ ...workshop, wake: (id) => lanes.wake(id), holder });
  const sending = startSending({ ...workshop, sandbox: config.sandbox, count });

  return {
    ...workshop,
    url: `http://${config.host}:${portOf(app.server.address())}`,
    lanes,
    async idle() {
      await flushed();
      await lanes.idle();
      await sending.idle();
    },
    async stop() {
      await watching.stop();
      await chores.stop();
      await listening?.stop();
      await app.close();
      await sending.stop();
      await close();
    },
  };
}

/** A folder that does not decide is worth a warning: somebody may wait for what they wrote. */
function sayVersion({ log, folder, playbook }: Workshop): void {
  const decides = ["live", "first", "published"].includes(folder.status);
  const facts = { version: playbook().version, folder: folder.status };
  log[decides ? "info" : "warn"](facts, "a version of the playbook decides");
}

interface Inboxes {
  readonly events: Inbox;
  readonly signals: Sightings;
}

/** What the routes need. */
function serverDeps(workshop: Workshop, inboxes: Inboxes, lanes: Lanes): ServerDeps {
  const { config, log, store, keys, now, apps, newId } = workshop;
  const versions = storedVersions(store.db, workshop.playbook);
  return {
    config,
    log,
    metrics: metricsOf(workshop),
    now,
    apps,
    inbox: wakingInbox(inboxes.events, lanes),
    installations: { byTenant: knownTenants(store, REMEMBER_MS, now) },
    install: {
      states: {
        put: (flow) => putOAuthState(store.db, keys, flow, now()),
        take: (crm, state) => takeOAuthState(store.db, keys, crm, state, now()),
      },
      connections: storedConnections(workshop, workshop.locksmith, lanes),
      offered: () => offeredAnswers(workshop.playbook().agreement),
    },
    handoffs: { find: (id) => viewHandoff(store.db, versions, id) },
    reports: storedReports(workshop),
    resyncs: storedResyncs(workshop),
    signals: {
      senderOf: remembering((key) => findWriteKey(store.db, key), REMEMBER_MS, now),
      inbox: wakingSightings(inboxes.signals, lanes),
      newId,
      keepMs: keepMsOf(config),
    },
    slack: storedDesk({ ...workshop, sandbox: config.sandbox }, wakingInbox(inboxes.events, lanes)),
    checks: { store: () => answers(store), playbook: () => true, lanes: () => lanes.isAlive() },
  };
}

function metricsOf({ store, now, apps }: Workshop): Metrics {
  const metrics = createMetrics({ process: true });
  addBacklog(metrics.registry, () => readFigures(store.db), now);
  addLiveProblems(metrics.registry, () => countLiveProblems(store.db));
  addAnswering(metrics.registry, apps);
  return metrics;
}

function choresOf(workshop: Workshop): ReturnType<typeof startChores> {
  const nightly = createNightly({ ...workshop, files: workshop.version.files });
  return startChores({ ...workshop, keepMs: keepMsOf(workshop.config), nightly });
}

function keepMsOf({ signalDays }: Config): DurationMs {
  return signalDays * DAY_MS;
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
