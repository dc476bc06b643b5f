/**
 * One installation's share of HubSpot's call budget. A sliding window keeps Baton below the limit by itself; the rate
 * headers tell when somebody else spends the same budget (another process of this app, a lane that moved), and then
 * the lane waits before HubSpot refuses. Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
import PQueue from "p-queue";
import type { DurationMs } from "../../src/model/instant.ts";

/** HubSpot counts in rolling windows of ten seconds, per app and account. */
const WINDOW_MS: DurationMs = 10_000;
/**
 * Until HubSpot says how many an app has (100 to 250, by distribution and the customer's tier): of the 110 of an OAuth app.
 * The rest is for clocks that differ and for what another process may have in flight.
 */
const CALLS_PER_WINDOW = 100;
const SHARE_OF_LIMIT = CALLS_PER_WINDOW / 110;
/** Calls open at once. A lane works in three or four at a time, so this only bounds the unexpected. */
export const OPEN_CALLS = 8;
/** When less than this share of the window is left by HubSpot's count, calls wait. */
const RESERVE_SHARE = 0.08;
/** How long they wait before looking again: a tenth of the window frees about a tenth of the calls. */
const RESERVE_HOLD_MS: DurationMs = 1_000;

export interface Limiter {
  /** Runs a call when its turn comes. Calls start in the order they were asked for. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Learns from an answer's headers how much of the window is left. */
  note(headers: Readonly<Record<string, string | string[] | undefined>>): void;
  /** Starts no call for this long. A shorter hold never cuts a longer one. */
  hold(ms: DurationMs): void;
  /** Turns away who still waits, with this error, and everybody who comes later. Calls under way are left to end. */
  close(reason: Error): void;
}

/** Makes a limiter with an empty window. Throws nothing. */
export function createLimiter(callsPerWindow = CALLS_PER_WINDOW): Limiter {
  let cap = callsPerWindow;
  let queue = createQueue(cap);
  let timer: NodeJS.Timeout | undefined;
  let heldUntil = 0;

  const waiting = new Set<(reason: Error) => void>();
  let closedFor: Error | undefined;

  /** Calls that wait in the old queue keep their places there; a paused one is not left behind. */
  const adapt = (most: number): void => {
    const wanted = Math.max(1, Math.floor(most * SHARE_OF_LIMIT));
    if (wanted === cap || heldUntil > 0 || callsPerWindow !== CALLS_PER_WINDOW) return;
    cap = wanted;
    queue = createQueue(cap);
  };
  const release = (): void => {
    heldUntil = 0;
    queue.start();
  };
  const hold = (ms: DurationMs): void => {
    const until = performance.now() + ms;
    if (until <= heldUntil) return;
    heldUntil = until;
    queue.pause();
    clearTimeout(timer);
    timer = setTimeout(release, ms);
  };

  return {
    run: <T>(call: () => Promise<T>) =>
      // Not p-queue's own signal: that would also reject calls under way, whose outcome is then lost.
      new Promise<T>((resolve, reject) => {
        if (closedFor) {
          reject(closedFor);
          return;
        }
        waiting.add(reject);
        queue
          .add(() => {
            waiting.delete(reject);
            return call();
          })
          .then(resolve, reject);
      }),
    hold,
    close(reason) {
      closedFor = reason;
      clearTimeout(timer);
      queue.clear();
      for (const reject of waiting) reject(reason);
      waiting.clear();
    },
    note(headers) {
      const most = Number(headers["x-hubspot-ratelimit-max"] ?? Number.NaN);
      const left = Number(headers["x-hubspot-ratelimit-remaining"] ?? Number.NaN);
      if (most > 0) adapt(most);
      if (left < Math.floor(most * RESERVE_SHARE)) hold(RESERVE_HOLD_MS);
    },
  };
}

function createQueue(callsPerWindow: number): PQueue {
  return new PQueue({
    concurrency: OPEN_CALLS,
    interval: WINDOW_MS,
    intervalCap: callsPerWindow,
    strict: true,
  });
}
