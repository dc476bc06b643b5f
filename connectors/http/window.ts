/**
 * The calls of the last seconds, as instants of the monotonic clock. HubSpot, for one, counts in rolling windows too, by the instant a
 * call reaches it: after we began it and before we had its answer.
 *
 * What the CRM has counted beyond ours was spent by others. How many of its count are ours is known within bounds: those that
 * have ended and began within the span certainly are; those still open, and those that began before it and ended within it, may
 * be. Others are believed in only when even the second does not explain the count, or else a busy lane would take its own late
 * calls for somebody else's and get a part of its budget; but then as many as the first allows, to be on the safe side. They are
 * taken to go on as they did, until the next count says otherwise or a span has passed without one.
 */
import type { DurationMs } from "../../src/model/instant.ts";

/** `nowMs` is `performance.now()`, the same clock in every call. Nothing here throws. */
export interface CallWindow {
  /** One of our calls begins. */
  begin(nowMs: number): void;
  /** One of our calls has ended, well or not. */
  end(nowMs: number): void;
  /**
   * When the next call may begin, so that with it at most `limit` are in the window: `nowMs` when that is so already.
   * `looksAgain` lets one through now and then while only others keep it full: its answer tells whether they still do. There is one
   * in each tenth of a span, which is what a limit leaves free below the CRM's.
   */
  freeAtMs(limit: number, nowMs: number, looksAgain: boolean): number;
  /** The CRM has counted this many calls. */
  hear(count: number, nowMs: number): void;
}

/** Calls that only look whether others have gone, per span. */
const LOOKS = 10;

/** Makes an empty window. */
export function createWindow(spanMs: DurationMs): CallWindow {
  // In the order of time.
  const begun: number[] = [];
  const ended: number[] = [];
  let open = 0;
  let others = { count: 0, heardMs: 0 };

  const forgetOld = (nowMs: number): void => {
    for (const instants of [begun, ended]) {
      const kept = instants.findIndex((at) => at > nowMs - spanMs);
      instants.splice(0, kept === -1 ? instants.length : kept);
    }
    if (others.heardMs <= nowMs - spanMs) others = { count: 0, heardMs: nowMs };
  };

  return {
    begin(nowMs) {
      begun.push(nowMs);
      open += 1;
    },
    end(nowMs) {
      ended.push(nowMs);
      open -= 1;
    },
    freeAtMs(limit, nowMs, looksAgain) {
      forgetOld(nowMs);
      const tooMany = begun.length + others.count - limit;
      if (tooMany < 0) return nowMs;
      const oursGoMs = (begun[tooMany] ?? Number.POSITIVE_INFINITY) + spanMs;
      if (others.count === 0) return oursGoMs;
      const looksMs = Math.max(others.heardMs, begun.at(-1) ?? 0) + spanMs / LOOKS;
      const isLook = looksAgain && begun.length < limit;
      return Math.min(oursGoMs, isLook ? Math.max(nowMs, looksMs) : others.heardMs + spanMs);
    },
    hear(count, nowMs) {
      forgetOld(nowMs);
      const most = Math.max(0, count - Math.max(0, begun.length - open));
      const isSomebodyThere = count > ended.length + open;
      if (isSomebodyThere || others.count > most) others = { count: most, heardMs: nowMs };
    },
  };
}
