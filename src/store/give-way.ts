/**
 * Long work that lets others in between: requests are read, timers fire and answers arrive only when the event loop goes round.
 *
 * An `await` of something that is there already does not make it go round, and SQLite always answers at once: without this, a turn
 * of a hundred leads is one piece of work from its first query to its commit, and a webhook waits for all of it.
 * Source: https://nodejs.org/learn/asynchronous-work/dont-block-the-event-loop, "Partitioning".
 */
import { setImmediate as nextRound } from "node:timers/promises";
import type { DurationMs } from "../model/instant.ts";

/** So much work in one go. A round costs some microseconds; more than a few such waits in a row are felt by whoever waits. */
const MOST_IN_ONE_GO_MS: DurationMs = 8;

/** When work began in this round of the loop, on the monotonic clock. There is one loop in a process, so there is one of these. */
let beganAt: number | undefined;

/**
 * Called between two pieces of work, each far shorter than `MOST_IN_ONE_GO_MS`. Returns at once while this round of the loop is
 * young, else in the next round, after whatever waits has had its turn. Throws nothing.
 */
export async function giveWay(): Promise<void> {
  if (beganAt === undefined) {
    beganAt = performance.now();
    setImmediate(() => {
      beganAt = undefined;
    });
  } else if (performance.now() - beganAt >= MOST_IN_ONE_GO_MS) await nextRound();
}
