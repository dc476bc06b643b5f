/**
 * The only wiring: takes a configuration, chooses concrete adapters, and starts one Baton. Everything below receives what it
 * needs as arguments.
 */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { hubspotApp } from "../connectors/hubspot/index.ts";
import type { Config } from "./config.ts";
import type { CrmApp } from "./connector.ts";
import { BatonError } from "./errors.ts";
import type { Crm } from "./model/lead.ts";
import { wipeDeparted } from "./install/departed.ts";
import { createNightly } from "./install/nightly.ts";
import { storedConnections } from "./install/stored.ts";
import type { LaneTools } from "./lanes/lane.ts";
import { type Lanes, openLanes } from "./lanes/pool.ts";
import type { Log } from "./log.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant } from "./model/instant.ts";
import { takeTurn } from "./pipeline.ts";
import { loadPlaybook } from "./playbook-folder.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { addBacklog } from "./server/backlog.ts";
import { formRoster } from "./route/index.ts";
import { remembering } from "./receive/remember.ts";
import { buildServer } from "./server/build.ts";
import { addLiveProblems } from "./server/live-problems.ts";
import { createMetrics } from "./server/metrics.ts";
import { viewHandoff } from "./server/stored-handoffs.ts";
import { readFigures } from "./store/figures.ts";
import { countLiveProblems } from "./store/live-checks.ts";
import { findInstallation, type Installation } from "./store/installations.ts";
import { type Inbox, openInbox } from "./store/inbox.ts";
import { lockForServer } from "./store/lock.ts";
import { openStore, type Store } from "./store/open.ts";
import { expireSignals } from "./store/signals.ts";
import { openSightings, type Sightings } from "./store/sightings.ts";
import { findWriteKey } from "./store/write-keys.ts";
import { putOAuthState, takeOAuthState } from "./store/oauth-states.ts";
import { savePlaybook } from "./store/playbooks.ts";
import { type Locksmith, tokenVault } from "./store/connections.ts";

/** What a start may be given instead of the real thing: time and ids, so that a run can be repeated. */
export interface Surroundings {
  readonly log: Log;
  readonly now?: () => Instant;
  readonly newId?: () => string;
  readonly settleMs?: DurationMs;
}

/** What every command works with: the store, the agreement, and the way to the CRMs. Nothing runs by itself yet. */
export interface Workshop extends LaneTools {
  readonly config: Config;
  readonly locksmith: Locksmith;
  readonly apps: readonly CrmApp[];
  /** The texts of the playbook that decides now. */
  readonly playbookFiles: Readonly<Record<string, string>>;
  readonly connect: (installation: Installation) => ReturnType<CrmApp["connect"]>;
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
/** Lanes at work at once in one process. Most of a turn is waiting for the CRM. */
const CONCURRENT_LANES = 16;
const ID_BYTES = 12;
/** How long a tenant or a sender is remembered between two requests: a removed one is refused that much later. */
const REMEMBER_MS: DurationMs = 1_000;

/** Throws `store.unavailable`, `playbook.invalid` or `playbook.missing`. */
export async function openWorkshop(config: Config, surroundings: Surroundings): Promise<Workshop> {
  const now = surroundings.now ?? Date.now;
  const settleMs = surroundings.settleMs ?? SETTLE_MS;
  const { playbook, files } = await loadPlaybook(config.playbook);
  const store = await openStore(config.databaseUrl);
  await savePlaybook(store.db, playbook.version, files, now());
  const apps = [hubspotApp({ ...config.hubspot, publicUrl: config.publicUrl, now })];
  const locksmith: Locksmith = { keys: config.secretKeys, audience: config.sandbox ? "sandbox" : "live" };
  const connect: Workshop["connect"] = (installation) =>
    appOf(apps, installation.crm).connect(
      installation.tenant,
      tokenVault(store, locksmith, installation.id, now),
      installation.capabilities,
    );
  return {
    config,
    store,
    keys: config.secretKeys,
    log: surroundings.log,
    now,
    newId: surroundings.newId ?? (() => randomBytes(ID_BYTES).toString("hex")),
    publicUrl: config.publicUrl,
    settleMs,
    playbook: (): Playbook => playbook,
    playbookFiles: files,
    locksmith,
    apps,
    connect,
    close: () => store.close(),
  };
}

/** Starts a server that listens on the configured port. Throws what `openWorkshop` throws. */
export async function startBaton(config: Config, surroundings: Surroundings): Promise<Baton> {
  const workshop = await openWorkshop(config, surroundings);
  const lock = await lockOrClose(workshop);
  const { store, keys, now } = workshop;
  // Expands the holidays of the years around now, once: otherwise the first turn would keep webhooks waiting for it.
  formRoster(workshop.playbook().team, [], {}, now());
  const inbox = openInbox(store);
  const sightings = openSightings(store, keys);
  const keepMs = config.signalDays * DAY_MS;
  const lanes = await openLanes({
    ...workshop,
    takeTurn,
    holder: randomBytes(8).toString("hex"),
    concurrency: CONCURRENT_LANES,
  });
  const metrics = createMetrics({ process: true });
  addBacklog(metrics.registry, () => readFigures(store.db), now);
  addLiveProblems(metrics.registry, () => countLiveProblems(store.db));
  const app = await buildServer({
    config,
    log: workshop.log,
    metrics,
    now,
    apps: workshop.apps,
    inbox: wakingInbox(inbox, lanes),
    installations: { byTenant: knownTenants(store, now) },
    install: {
      states: {
        put: (flow) => putOAuthState(store.db, keys, flow, now()),
        take: (crm, state) => takeOAuthState(store.db, keys, crm, state, now()),
      },
      connections: storedConnections(workshop, workshop.locksmith, lanes),
    },
    handoffs: { find: (id) => viewHandoff(store.db, id) },
    signals: {
      senderOf: remembering((key) => findWriteKey(store.db, key), REMEMBER_MS, now),
      inbox: wakingSightings(sightings, lanes),
      newId: workshop.newId,
      keepMs,
    },
    checks: { store: () => answers(store), playbook: () => true, lanes: () => lanes.isAlive() },
  });
  try {
    await app.listen({ port: config.port, host: config.host });
  } catch (cause) {
    await lanes.stop();
    lock.release();
    await store.close();
    throw new BatonError(
      "config.invalid",
      `Port ${config.port} on ${config.host} cannot be listened on: is it taken?`,
      { cause },
    );
  }
  await lanes.tick();
  const cleaning = everyHour(async () => {
    const wiped = await wipeDeparted(store, now());
    if (wiped > 0) workshop.log.info({ wiped }, "portals that left were wiped");
    const expired = await expireSignals(store.db, now() - keepMs);
    if (expired > 0) workshop.log.info({ expired }, "old signals were forgotten");
  }, workshop.log);
  const nightly = createNightly({ ...workshop, files: workshop.playbookFiles });
  const checking = everyHour(async () => void (await nightly.run()), workshop.log);

  return {
    ...workshop,
    url: `http://${config.host}:${portOf(app.server.address())}`,
    lanes,
    async idle() {
      await Promise.all([inbox.flushed(), sightings.flushed()]);
      await lanes.idle();
    },
    async stop() {
      clearInterval(cleaning);
      clearInterval(checking);
      await nightly.stop();
      await app.close();
      await Promise.all([inbox.flushed(), sightings.flushed()]);
      await lanes.stop();
      lock.release();
      await store.close();
    },
  };
}

async function lockOrClose(workshop: Workshop): Promise<ReturnType<typeof lockForServer>> {
  try {
    return lockForServer(workshop.config.databaseUrl);
  } catch (cause) {
    await workshop.close();
    throw cause;
  }
}

/** A tenant by CRM and name. */
function knownTenants(
  store: Store,
  now: () => Instant,
): (crm: Crm, tenant: string) => Promise<{ readonly id: string } | undefined> {
  const byCrm = (crm: Crm) =>
    remembering((tenant) => findInstallation(store.db, crm, tenant), REMEMBER_MS, now);
  const known = { hubspot: byCrm("hubspot"), salesforce: byCrm("salesforce") };
  return (crm, tenant) => known[crm](tenant);
}

/** Stored first, then said, as with webhooks. */
function wakingSightings(sightings: Sightings, lanes: Lanes): Pick<Sightings, "store"> {
  return {
    async store(owner, seen, receivedAt) {
      const stored = await sightings.store(owner, seen, receivedAt);
      if (stored.wakes) lanes.wake(owner.installation);
      return stored;
    },
  };
}

/** Work that is in no hurry: once at the start, then every hour. A failure is logged and tried again. */
function everyHour(work: () => Promise<void>, log: Log): NodeJS.Timeout {
  const run = (): void => {
    work().catch((cause: unknown) =>
      log.error({ code: "store.unavailable", err: cause }, "hourly work failed"),
    );
  };
  run();
  return setInterval(run, HOUR_MS).unref();
}

/** Stored first, then said: a lane is woken only by what is on disk. */
function wakingInbox(inbox: Inbox, lanes: Lanes): Pick<Inbox, "store"> {
  return {
    async store(deliveries, receivedAt) {
      const stored = await inbox.store(deliveries, receivedAt);
      for (const { installation } of deliveries) lanes.wake(installation);
      return stored;
    },
  };
}

function appOf(apps: readonly CrmApp[], crm: CrmApp["crm"]): CrmApp {
  const app = apps.find((candidate) => candidate.crm === crm);
  if (app === undefined) throw new BatonError("config.invalid", `No app for ${crm} is configured.`);
  return app;
}

async function answers(store: Store): Promise<boolean> {
  await store.db.selectFrom("installations").select("id").limit(1).execute();
  return true;
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
