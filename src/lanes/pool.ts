/**
 * The lanes of one process: who works now, and in what order.
 *
 * An idle lane costs nothing. A lane with work takes turns of up to 100 leads; after each turn it goes to the end of the
 * queue, so portals share the process fairly and a slow one delays nobody else. A turn that fails puts its lane, and only
 * that lane, to rest for a while; what it had claimed is still in the inbox.
 */
import { setTimeout as pause } from "node:timers/promises";
import PQueue from "p-queue";
import { codeOf } from "../errors.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { repeating } from "../repeating.ts";
import { dueLanes, freeAllLanes } from "../store/lanes.ts";
import { type HeldLanes, hold, type HoldingTools, holdNone, laneOf, letGo } from "./held.ts";
import type { Lane } from "./lane.ts";
import { renewing } from "./lease.ts";
import { lendingPlaces } from "./places.ts";
import { noteBadTurn, noteGoodTurn } from "./resting.ts";

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

export interface PoolSettings extends HoldingTools {
  readonly takeTurn: (lane: Lane) => Promise<boolean>;
  /** Lanes that work at the same moment, beside those that wait long for their CRM. */
  readonly concurrency: number;
}

const TICK_MS: DurationMs = SECOND_MS;
/** Between two looks at lanes that are due and that another process works on. */
const LOOK_AGAIN_MS: DurationMs = 50;
/** Several ticks in a row have failed or hang: the store does not answer. */
const ALIVE_WITHIN_MS: DurationMs = 15 * SECOND_MS;

export async function openLanes(settings: PoolSettings): Promise<Lanes> {
  const { store, log } = settings;
  const queue = new PQueue({ concurrency: settings.concurrency });
  const inPlace = lendingPlaces(queue);
  const held = holdNone(settings);
  const queued = new Set<string>();
  const wokenMeanwhile = new Set<string>();
  let stopping = false;
  if (store.dialect === "sqlite") await freeAllLanes(store.db);

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
      goesOn = await oneTurn(settings, held, id);
    } catch (cause) {
      log.error({ installation: id, code: codeOf(cause, "lanes.failed"), err: cause }, "a lane broke off");
    }
    queued.delete(id);
    if (goesOn || wokenMeanwhile.has(id)) wake(id);
  };

  let tickedAt = performance.now();
  const tick = async (): Promise<void> => {
    for (const id of await dueLanes(store.db, settings.now())) wake(id);
    tickedAt = performance.now();
  };
  const ticking = repeating(TICK_MS, tick, (cause) =>
    log.error({ code: codeOf(cause, "store.unavailable"), err: cause }, "lanes could not be looked through"),
  );

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
        if (due.some((id) => !held.holds(id))) await pause(LOOK_AGAIN_MS);
        for (const id of due) wake(id);
      }
    },
    forget: (id) => held.forget(id),
    async stop() {
      stopping = true;
      await ticking.stop();
      await queue.onIdle();
      await held.close();
    },
  };
}

/** @returns Whether there is more to do. Throws what the store throws. */
async function oneTurn(settings: PoolSettings, held: HeldLanes, id: string): Promise<boolean> {
  const state = await held.of(id);
  if (state === undefined || state.restsUntil > settings.now()) return false;
  if (!(await hold(settings, state))) return false;
  if (!held.keeps(state)) {
    // Forgotten while the lane was taken: nobody would close what is connected now.
    await letGo(settings, state);
    return true;
  }
  try {
    const lane = laneOf(settings, state);
    const worked = await renewing(settings, lane.hold, (mayWrite) =>
      settings.takeTurn({ ...lane, mayWrite }),
    );
    await noteGoodTurn(settings, state);
    if (state.isStale) await held.forget(id);
    if (!worked) await letGo(settings, state);
    return worked;
  } catch (cause) {
    const isCurrent = held.keeps(state);
    const code = await noteBadTurn(settings, state, cause, isCurrent);
    if (isCurrent && code === "crm.disconnected") await held.forget(id);
    else await letGo(settings, state);
    return false;
  }
}
