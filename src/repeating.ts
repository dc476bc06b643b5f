/** Work that comes back until it is stopped: ticks, looks, chores. */
import type { DurationMs } from "./model/instant.ts";

export interface Repeating {
  /** Begins no further round, and settles when the one under way has ended: it may need what is closed next. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Does work again and again. A round that is still under way when the next is due is waited for, not repeated beside itself: a store that
 * hangs is asked once, not once more every second. It keeps no process alive. Throws nothing.
 *
 * @param onError  Told why a round failed; the next one comes in its time. Must not throw.
 * @param atOnce   Whether the first round begins now, rather than after the first span.
 */
export function repeating(
  everyMs: DurationMs,
  work: () => Promise<unknown>,
  onError: (cause: unknown) => void,
  { atOnce = false } = {},
): Repeating {
  let underWay: Promise<void> | undefined;
  const round = async (): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      onError(cause);
    }
  };
  const begin = (): void => {
    underWay ??= round().finally(() => {
      underWay = undefined;
    });
  };
  const timer = setInterval(begin, everyMs).unref();
  if (atOnce) begin();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
