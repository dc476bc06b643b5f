/** Keeping a lane through a turn that waits long for the CRM, and knowing when it may have been lost. */
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { countElapsed } from "../store/elapsed.ts";
import { keepLane, type LaneHold, LEASE_MS } from "../store/lanes.ts";
import type { LaneTools } from "./lane.ts";

/** How often a lease is renewed; it lasts about three of these. */
const RENEW_MS: DurationMs = 3 * SECOND_MS;
/** How long before its end a lease counts as over: time for the bytes of a write to leave. */
const MARGIN_MS: DurationMs = SECOND_MS;

/**
 * Runs a turn and renews the lane's lease meanwhile. Without it, a CRM that takes longer than a lease lasts would have a second
 * worker look for writes that the first is still making. The fence is checked all the same: a process may be paused past any
 * lease.
 *
 * @param turn  Is given `mayWrite`: whether the lease surely lasts now. It needs no store, so a worker that was paused, or is cut
 *              off from its store, learns by itself that it must not send what still waits in its gateway. On SQLite, where a lane
 *              is never taken over, it is always true.
 * Throws what the turn throws, and `deliver.lost-lane` when the lane has moved already.
 */
export async function renewing<T>(
  { store, log }: Pick<LaneTools, "store" | "log">,
  hold: LaneHold | undefined,
  turn: (mayWrite: () => boolean) => Promise<T>,
): Promise<T> {
  if (store.dialect === "sqlite" || hold === undefined) return await turn(() => true);
  let sinceKept = countElapsed();
  const renew = async (): Promise<void> => {
    // Counted from before the store is asked: the lease ends later than we think, never earlier.
    const asked = countElapsed();
    await keepLane(store.db, store.dialect, hold);
    sinceKept = asked;
  };
  await renew();
  const renewal = setInterval(() => {
    renew().catch((cause: unknown) =>
      log.warn({ installation: hold.installation, err: cause }, "a lease could not be renewed"),
    );
  }, RENEW_MS);
  try {
    return await turn(() => sinceKept() < LEASE_MS - MARGIN_MS);
  } finally {
    clearInterval(renewal);
  }
}
