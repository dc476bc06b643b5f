/**
 * The workshop: the store, the agreement and the ways to the CRMs and the provider, opened and not yet at work. A server works in it.
 */
import { randomBytes } from "node:crypto";
import { appsOf } from "./apps.ts";
import type { Config } from "./config.ts";
import type { Connector } from "./connector.ts";
import type { CrmApp } from "./crm-app.ts";
import { openProvider, type Provider } from "./enrich/provider.ts";
import { connecting } from "./install/connecting.ts";
import type { LaneTools } from "./lanes/lane.ts";
import type { Log } from "./log.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "./model/instant.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { followLive, type Followed } from "./publish/live.ts";
import { chooseVersion, type FolderNews } from "./publish/start.ts";
import { formRoster } from "./route/index.ts";
import type { Locksmith } from "./store/connections.ts";
import type { Installation } from "./store/installations.ts";
import { lockForServer } from "./store/lock.ts";
import { openStore, type Store } from "./store/open.ts";

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

/** How long a call whose answer was lost may still be running: twice as long as any gateway waits for its own. */
const SETTLE_MS: DurationMs = 60_000;
/** At most 288 looks at activities a day and portal: some 0.04 calls for each of 100,000 open handoffs. */
const GATHER_MS: DurationMs = 5 * MINUTE_MS;
const ID_BYTES = 12;

/**
 * Opens the store, which no other server may use from now on, the version that decides, and the ways out; nothing runs yet. Throws
 * `store.unavailable`, `playbook.invalid`, `playbook.missing`, and `config.invalid` for a database that another server works on.
 */
export async function openWorkshop(config: Config, surroundings: Surroundings): Promise<Workshop> {
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
