/**
 * The lanes of one process: who works now, and in what order.
 *
 * An idle lane costs nothing. A lane with work takes turns of up to 100 leads; after each turn it goes to the end of the
 * queue, so portals share the process fairly and a slow one delays nobody else. A turn that fails puts its lane, and only
 * that lane, to rest for a while; what it had claimed is still in the inbox. On SQLite a lane is kept until the process stops;
 * on PostgreSQL it is let go when idle, so that whichever process hears of work next can take it.
 */
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import PQueue from "p-queue";
import type { Connector } from "../connector.ts";
import { BatonError, type ErrorCode, IS_RETRIABLE } from "../errors.ts";
import { type DurationMs, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import type { Owner } from "../model/rep.ts";
import { record } from "../store/audit.ts";
import { markLost } from "../store/effects.ts";
import {
  type Installation,
  isConnected,
  loadInstallation,
  setInstallationState,
} from "../store/installations.ts";
import {
  dueLanes,
  freeAllLanes,
  holdLane,
  type LaneHold,
  lastTurn,
  noteTurn,
  releaseLane,
} from "../store/lanes.ts";
import type { Lane, LaneTools } from "./lane.ts";
import { renewing } from "./lease.ts";
import { lendingPlaces } from "./places.ts";

export interface Lanes {
  /** Says that an installation has work. Returns at once. */
  wake(installation: string): void;
  /** Wakes every lane with something due. */
  tick(): Promise<void>;
  /** Lanes are looked through again and again; false when that has not happened for a while. */
  isAlive(): boolean;
  /** Settles when nothing is due and no lane works. */
  idle(): Promise<void>;
  /** Forgets what was kept of an installation: it was connected anew, or removed. */
  forget(installation: string): Promise<void>;
  /** Lets turns under way finish, then holds no lane any more. */
  stop(): Promise<void>;
}

export interface PoolSettings extends LaneTools {
  readonly connect: (installation: Installation) => Connector;
  readonly takeTurn: (lane: Lane) => Promise<boolean>;
  /** Names this process among those that share the store. */
  readonly holder: string;
  /** Lanes that work at the same moment, beside those that wait long for their CRM. */
  readonly concurrency: number;
}

interface LaneState {
  readonly installation: Installation;
  readonly connector: Connector;
  hold: LaneHold | undefined;
  failures: number;
  /** No turn before this instant. */
  restsUntil: Instant;
  isStale: boolean;
  owners: { readonly list: readonly Owner[]; readonly until: Instant } | undefined;
}

const TICK_MS: DurationMs = SECOND_MS;
/** Between two looks at lanes that are due and that another process works on. */
const LOOK_AGAIN_MS: DurationMs = 50;
/** Several ticks in a row have failed or hang: the store does not answer. */
const ALIVE_WITHIN_MS: DurationMs = 15 * SECOND_MS;
const OWNERS_FOR_MS: DurationMs = 10 * MINUTE_MS;
const REST_MS: readonly DurationMs[] = [
  SECOND_MS,
  2 * SECOND_MS,
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
];

export async function openLanes(settings: PoolSettings): Promise<Lanes> {
  const { store, log } = settings;
  const queue = new PQueue({ concurrency: settings.concurrency });
  const inPlace = lendingPlaces(queue);
  const states = new Map<string, LaneState>();
  const queued = new Set<string>();
  const wokenMeanwhile = new Set<string>();
  let stopping = false;
  if (store.dialect === "sqlite") await freeAllLanes(store.db);

  const forget = async (id: string): Promise<void> => {
    const state = states.get(id);
    states.delete(id);
    await state?.connector.close();
  };

  const wake = (id: string): void => {
    if (stopping) return;
    if (queued.has(id)) {
      wokenMeanwhile.add(id);
      return;
    }
    queued.add(id);
    void queue.add(() => inPlace(() => work(id)));
  };

  const work = async (id: string): Promise<void> => {
    wokenMeanwhile.delete(id);
    let goesOn = false;
    try {
      goesOn = await oneTurn(id);
    } catch (cause) {
      log.error({ installation: id, code: "lanes.failed", err: cause }, "a lane broke off");
    }
    queued.delete(id);
    if (goesOn || wokenMeanwhile.has(id)) wake(id);
  };

  const oneTurn = async (id: string): Promise<boolean> => {
    const state = await stateOf(settings, states, forget, id);
    if (state === undefined || state.restsUntil > settings.now()) return false;
    if (!(await hold(settings, state))) return false;
    try {
      const worked = await renewing(settings, state.hold, (mayWrite) =>
        settings.takeTurn({ ...laneOf(settings, state), mayWrite }),
      );
      await noteGoodTurn(settings, state);
      if (state.isStale) await forget(id);
      if (!worked) await letGo(settings, state);
      return worked;
    } catch (cause) {
      const isCurrent = states.get(id) === state;
      await noteBadTurn(settings, state, cause, isCurrent);
      if (isCurrent && codeOf(cause) === "crm.disconnected") await forget(id);
      else await letGo(settings, state);
      return false;
    }
  };

  let tickedAt = performance.now();
  const tick = async (): Promise<void> => {
    for (const id of await dueLanes(store.db, settings.now())) wake(id);
    tickedAt = performance.now();
  };

  // A store that hangs is asked once, not once more every second.
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    tick()
      .catch((cause: unknown) =>
        log.error({ code: "lanes.tick-failed", err: cause }, "lanes could not be looked through"),
      )
      .finally(() => {
        isLooking = false;
      });
  }, TICK_MS);
  timer.unref();

  return {
    wake,
    tick,
    isAlive: () => !stopping && performance.now() - tickedAt < ALIVE_WITHIN_MS,
    async idle() {
      for (;;) {
        await queue.onIdle();
        if (stopping) return;
        const due = await dueLanes(store.db, settings.now());
        if (due.length === 0 && queued.size === 0) return;
        if (due.some((id) => states.get(id)?.hold === undefined)) await pause(LOOK_AGAIN_MS);
        for (const id of due) wake(id);
      }
    },
    forget,
    async stop() {
      stopping = true;
      clearInterval(timer);
      await queue.onIdle();
      for (const state of states.values()) {
        if (state.hold !== undefined) await releaseLane(store.db, state.hold);
        await state.connector.close();
      }
    },
  };
}

/**
 * What is kept of an installation, as long as it is what the store says: another process may have connected it anew, or found out what
 * its tenant can do.
 */
async function stateOf(
  settings: PoolSettings,
  states: Map<string, LaneState>,
  forget: Lanes["forget"],
  id: string,
): Promise<LaneState | undefined> {
  const known = states.get(id);
  const installation = await loadInstallation(settings.store.db, id);
  if (known !== undefined && isDeepStrictEqual(known.installation, installation)) return known;
  await forget(id);
  if (installation === undefined || !isConnected(installation)) return undefined;
  const state: LaneState = {
    installation,
    connector: settings.connect(installation),
    hold: undefined,
    ...(await lastTurn(settings.store.db, id)),
    isStale: false,
    owners: undefined,
  };
  states.set(id, state);
  return state;
}

/** Takes or keeps the lane. Whoever takes it over looks after what the last holder was attempting. */
async function hold(settings: PoolSettings, state: LaneState): Promise<boolean> {
  const { store, holder, settleMs } = settings;
  if (store.dialect === "sqlite" && state.hold !== undefined) return true;
  const taken = await holdLane(store.db, store.dialect, state.installation.id, holder);
  if (taken === undefined) return false;
  if (taken.fence !== state.hold?.fence) await markLost(store.db, state.installation.id, settleMs);
  state.hold = taken;
  return true;
}

async function letGo(settings: PoolSettings, state: LaneState): Promise<void> {
  if (settings.store.dialect === "sqlite" || state.hold === undefined) return;
  const { hold: held } = state;
  state.hold = undefined;
  await releaseLane(settings.store.db, held);
}

function laneOf(settings: PoolSettings, state: LaneState): Lane {
  if (state.hold === undefined)
    throw new BatonError("deliver.lost-lane", `Lane ${state.installation.id} is not held.`);
  return {
    ...settings,
    installation: state.installation,
    hold: state.hold,
    connector: state.connector,
    owners: async () => {
      if (state.owners === undefined || state.owners.until <= settings.now()) {
        state.owners = { list: await state.connector.owners(), until: settings.now() + OWNERS_FOR_MS };
      }
      return state.owners.list;
    },
    reconnect: () => {
      state.isStale = true;
    },
  };
}

async function noteGoodTurn(settings: PoolSettings, state: LaneState): Promise<void> {
  if (state.failures === 0) return;
  state.failures = 0;
  await noteTurn(settings.store.db, state.installation.id, { failures: 0, retryAt: 0, code: null });
}

/** A turn broke off: nothing it had not committed has happened. The lane rests, longer each time. */
async function noteBadTurn(
  settings: PoolSettings,
  state: LaneState,
  cause: unknown,
  isCurrent: boolean,
): Promise<void> {
  const { store, log, now } = settings;
  const { id } = state.installation;
  const code = codeOf(cause);
  if (code === "deliver.lost-lane") {
    state.hold = undefined;
    return;
  }
  const isPassing = cause instanceof BatonError && IS_RETRIABLE[cause.remedy];
  log[isPassing ? "warn" : "error"](
    { installation: id, code, ...(isPassing ? {} : { err: cause }) },
    "a turn broke off",
  );

  await markLost(store.db, id, settings.settleMs);
  // A connection that was replaced meanwhile says nothing about the one that replaced it.
  if (!isCurrent) return;

  state.failures += 1;
  const rest = REST_MS[Math.min(state.failures, REST_MS.length) - 1] ?? MINUTE_MS;
  const asked = cause instanceof BatonError ? (cause.retryAfterMs ?? 0) : 0;
  state.restsUntil = now() + Math.max(rest, asked);
  await noteTurn(store.db, id, { failures: state.failures, retryAt: state.restsUntil, code });
  if (code === "crm.disconnected") {
    const whose = (cause instanceof BatonError ? cause.installation : undefined) ?? id;
    await setInstallationState(store.db, whose, "disconnected", now());
    await record(
      store.db,
      { installation: whose, actor: "baton", action: "disconnected", detail: code },
      now(),
    );
  }
}

function codeOf(cause: unknown): ErrorCode {
  return cause instanceof BatonError ? cause.code : "lanes.failed";
}
