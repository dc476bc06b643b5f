/**
 * Places for lanes that work at once. A turn that lasts long waits for its CRM, and costs the process nothing meanwhile: its place
 * is another lane's until it ends. Otherwise a few portals that hang would hold every place, and all others would wait for them.
 */
import type PQueue from "p-queue";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";

/** Longer than a turn takes of a CRM that answers. */
const LONG_MS: DurationMs = SECOND_MS;
/** Places lent at most: each turn holds up to a hundred leads in memory. A lane that hangs again and again rests ever longer. */
const MOST_LENT = 112;

/** Makes what runs a turn in its place of the queue. It rejects as the turn does. */
export function lendingPlaces(queue: PQueue): <T>(turn: () => Promise<T>) => Promise<T> {
  let lent = 0;
  const lend = (places: 1 | -1): void => {
    lent += places;
    queue.concurrency += places;
  };
  return async (turn) => {
    let isLent = false;
    const timer = setTimeout(() => {
      if (lent >= MOST_LENT) return;
      isLent = true;
      lend(1);
    }, LONG_MS);
    try {
      return await turn();
    } finally {
      clearTimeout(timer);
      if (isLent) lend(-1);
    }
  };
}
