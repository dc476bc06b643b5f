/**
 * The lanes a process has in hand: what is kept of each installation from one turn to the next, and the hold that lets a turn work.
 * On SQLite a lane is kept until the process stops; on PostgreSQL it is let go when idle, so that whichever process hears of work next
 * can take it.
 */
import { isDeepStrictEqual } from "node:util";
import type { Connector } from "../connector.ts";
import { BatonError } from "../errors.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/instant.ts";
import type { Owner } from "../model/rep.ts";
import { markLost } from "../store/effects.ts";
import { type Installation, isConnected, loadInstallation } from "../store/installations.ts";
import { holdLane, type LaneHold, lastTurn, releaseLane } from "../store/lanes.ts";
import type { Lane, LaneTools } from "./lane.ts";

/** What holding lanes takes. */
export interface HoldingTools extends LaneTools {
  readonly connect: (installation: Installation) => Connector;
  /** Names this process among those that share the store. */
  readonly holder: string;
}

export interface LaneState {
  readonly installation: Installation;
  /** Made by the first turn, so that one that cannot be made is a turn that broke off, and the lane rests. */
  connector: Connector | undefined;
  hold: LaneHold | undefined;
  failures: number;
  /** No turn before this instant. */
  restsUntil: Instant;
  isStale: boolean;
  owners: { readonly list: readonly Owner[]; readonly until: Instant } | undefined;
}

export interface HeldLanes {
  /**
   * What is kept of an installation, as long as it is what the store says: another process may have connected it anew, or found out what
   * its tenant can do. @returns undefined when it is not connected. Rejects when the store does.
   */
  of(id: string): Promise<LaneState | undefined>;
  /** Whether it is still what is kept of its installation. */
  keeps(state: LaneState): boolean;
  /** Whether this process holds the lane of an installation. */
  holds(id: string): boolean;
  /** Forgets what is kept of an installation: it was connected anew, or removed. */
  forget(id: string): Promise<void>;
  /** Lets every lane go. */
  close(): Promise<void>;
}

const OWNERS_FOR_MS: DurationMs = 10 * MINUTE_MS;

/** Nothing is in hand yet. Throws nothing. */
export function holdNone(tools: HoldingTools): HeldLanes {
  const { db } = tools.store;
  const states = new Map<string, LaneState>();
  const forget = async (id: string): Promise<void> => {
    const state = states.get(id);
    states.delete(id);
    await state?.connector?.close();
  };
  return {
    async of(id) {
      const known = states.get(id);
      const installation = await loadInstallation(db, id);
      if (known !== undefined && isDeepStrictEqual(known.installation, installation)) return known;
      await forget(id);
      if (installation === undefined || !isConnected(installation)) return undefined;
      const last = await lastTurn(db, id);
      const fresh = { connector: undefined, hold: undefined, isStale: false, owners: undefined };
      const state: LaneState = { installation, ...last, ...fresh };
      states.set(id, state);
      return state;
    },
    keeps: (state) => states.get(state.installation.id) === state,
    holds: (id) => states.get(id)?.hold !== undefined,
    forget,
    async close() {
      for (const { hold: held, connector } of states.values()) {
        if (held !== undefined) await releaseLane(db, held);
        await connector?.close();
      }
    },
  };
}

/** Takes or keeps the lane. Whoever takes it over looks after what the last holder was attempting. */
export async function hold(tools: HoldingTools, state: LaneState): Promise<boolean> {
  const { store, holder, settleMs } = tools;
  if (store.dialect === "sqlite" && state.hold !== undefined) return true;
  const taken = await holdLane(store.db, store.dialect, state.installation.id, holder);
  if (taken === undefined) return false;
  if (taken.fence !== state.hold?.fence) await markLost(store.db, state.installation.id, settleMs);
  state.hold = taken;
  return true;
}

/** Lets an idle lane go, where another process may take it. */
export async function letGo({ store }: HoldingTools, state: LaneState): Promise<void> {
  if (store.dialect === "sqlite" || state.hold === undefined) return;
  const { hold: held } = state;
  state.hold = undefined;
  await releaseLane(store.db, held);
}

/** The lane as a turn sees it. Throws `deliver.lost-lane` when it is not held, and what connecting throws. */
export function laneOf(tools: HoldingTools, state: LaneState): Lane {
  const { installation } = state;
  if (state.hold === undefined)
    throw new BatonError("deliver.lost-lane", `Lane ${installation.id} is not held.`);
  const connector = (state.connector ??= tools.connect(installation));
  return {
    ...tools,
    installation,
    hold: state.hold,
    connector,
    owners: async () => {
      if (state.owners === undefined || state.owners.until <= tools.now()) {
        state.owners = { list: await connector.owners(), until: tools.now() + OWNERS_FOR_MS };
      }
      return state.owners.list;
    },
    reconnect: () => {
      state.isStale = true;
    },
  };
}
