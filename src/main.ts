/** The only wiring: takes a configuration, opens the workshop, and starts one Baton in it. Everything below receives what it needs. */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { startChores } from "./chores.ts";
import type { Config } from "./config.ts";
import { BatonError } from "./errors.ts";
import { createNightly } from "./install/nightly.ts";
import { storedConnections } from "./install/stored.ts";
import { startListening } from "./listen/index.ts";
import { type Lanes, openLanes } from "./lanes/pool.ts";
import { wakingInbox, wakingSightings } from "./lanes/waking.ts";
import { DAY_MS, type DurationMs } from "./model/instant.ts";
import { addNoticeFigures } from "./notify/figures.ts";
import { startSending } from "./notify/sending.ts";
import { storedDesk } from "./notify/slack/stored.ts";
import { takeTurn } from "./pipeline.ts";
import { storedReports } from "./present/stored.ts";
import { storedResyncs } from "./present/stored-resyncs.ts";
import { offeredAnswers } from "./playbook/offered.ts";
import { underOneVersion } from "./publish/live.ts";
import { storedVersions } from "./publish/versions.ts";
import { remembering } from "./receive/remember.ts";
import { knownTenants } from "./receive/tenants.ts";
import { addAnswering } from "./server/answering.ts";
import { addBacklog } from "./server/backlog.ts";
import { buildServer, type ServerDeps } from "./server/build.ts";
import { addLiveProblems } from "./server/live-problems.ts";
import { createMetrics, type Metrics } from "./server/metrics.ts";
import { viewHandoff } from "./server/stored-handoffs.ts";
import { readFigures } from "./store/figures.ts";
import { type Inbox, openInbox } from "./store/inbox.ts";
import { countLiveProblems } from "./store/live-checks.ts";
import { putOAuthState, takeOAuthState } from "./store/oauth-states.ts";
import { answers } from "./store/open.ts";
import { countDeliveries } from "./store/stuck-notices.ts";
import { openSightings, type Sightings } from "./store/sightings.ts";
import { findWriteKey } from "./store/write-keys.ts";
import { openWorkshop, type Surroundings, type Workshop } from "./workshop.ts";

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

/** Lanes at work at once in one process. Most of a turn is waiting for the CRM. */
const CONCURRENT_LANES = 16;
/** How long a tenant or a sender is remembered between two requests: a removed one is refused that much later. */
const REMEMBER_MS: DurationMs = 1_000;

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
