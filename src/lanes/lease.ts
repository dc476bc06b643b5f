/** Keeping a lane through a turn that waits long for the CRM. */
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { keepLane, type LaneHold } from "../store/lanes.ts";
import type { LaneTools } from "./lane.ts";

/** How often a lease is renewed; it lasts about three of these. */
const RENEW_MS: DurationMs = 3 * SECOND_MS;

/**
 * Runs a turn and renews the lane's lease meanwhile. Without it, a CRM that takes longer than a lease lasts would have a second
 * worker look for writes that the first is still making. The fence is checked all the same: a process may be paused past any
 * lease. On SQLite a lane is never taken over. Throws what the turn throws.
 */
export async function renewing<T>(
  { store, log }: LaneTools,
  hold: LaneHold | undefined,
  turn: () => Promise<T>,
): Promise<T> {
  if (store.dialect === "sqlite" || hold === undefined) return await turn();
  const renewal = setInterval(() => {
    keepLane(store.db, store.dialect, hold).catch((cause: unknown) =>
      log.warn({ installation: hold.installation, err: cause }, "a lease could not be renewed"),
    );
  }, RENEW_MS);
  try {
    return await turn();
  } finally {
    clearInterval(renewal);
  }
}
