/**
 * One account's share of HubSpot's call budget. A sliding window keeps Baton below the limit by itself; the rate headers of
 * every answer tell how much HubSpot has counted, and what is more than ours was spent by somebody else (another process of
 * this app, the process that had the lane before): it is entered into the window, and calls wait before HubSpot refuses.
 *
 * Calls that can wait (bulk) leave the last part of the window alone and are spread over it, so that a lead who asks for
 * a demo during an import neither finds the budget spent nor stands long behind a turn that waits for it.
 *
 * A queue library (p-queue served here once) can neither grow with the limit HubSpot names, nor hold a reserve, nor be
 * told what others have spent. Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
import type { DurationMs } from "../../src/model/instant.ts";
import { createWindow } from "./window.ts";

/** HubSpot counts in rolling windows of ten seconds, per app and account. */
const WINDOW_MS: DurationMs = 10_000;
/**
 * Calls open at once. A lane works in three or four at a time. It also bounds how many calls of one window can reach HubSpot in
 * the next one, late: with `CALLS_PER_WINDOW` they stay below the limit together.
 */
export const OPEN_CALLS = 8;
/** Until HubSpot says how many an app has (100 to 250, by distribution and the customer's tier): of the 110 of an OAuth app. */
const CALLS_PER_WINDOW = 100;
const SHARE_OF_LIMIT = CALLS_PER_WINDOW / 110;
/** Of each window, for bulk calls. The rest is a live lead's: four turns or so at once. */
const BULK_SHARE = 0.8;
/** Bulk calls are spread over this many parts of a window. */
const BULK_PARTS = 10;

/** Whether somebody waits for what a call is part of. */
export type Urgency = "live" | "bulk";

/** One call that wants to be made. */
interface Ask {
  readonly urgency: Urgency;
  /** Searches have a limit of their own beside the window: a hold may be for them alone. */
  readonly isSearch?: boolean;
  /** Whose call it is; `turnAway` names the same. */
  readonly owner: object;
  /** Asked when its turn has come. What it throws is the call's end, and nothing is counted or made. */
  readonly admit: () => void;
}

export interface Limiter {
  /** Runs a call when its turn comes: live ones first, else in the order asked for. Rejects as the call does. */
  run<T>(call: () => Promise<T>, ask: Ask): Promise<T>;
  /** Learns from an answer's headers how large the window is and how much of it is left. Nonsense is ignored. */
  note(headers: Readonly<Record<string, string | string[] | undefined>>): void;
  /** Starts no call for this long, or no search: the others then pass those that wait. A shorter hold never cuts a longer one. */
  hold(ms: DurationMs, what?: "calls" | "searches"): void;
  /** Ends the waiting of this owner's calls with an error. Calls under way are left to end. */
  turnAway(owner: object, reason: Error): void;
}

/** For tests: another limit, that no header changes; another length of the window. */
export interface LimiterTuning {
  readonly callsPerWindow?: number;
  readonly windowMs?: DurationMs;
}

interface Waiting {
  readonly ask: Ask;
  readonly start: () => Promise<void>;
  readonly reject: (reason: Error) => void;
}

/** Makes a limiter with an empty window. Throws nothing. */
export function createLimiter(tuning: LimiterTuning = {}): Limiter {
  const windowMs = tuning.windowMs ?? WINDOW_MS;
  const all = createWindow(windowMs);
  const bulk = createWindow(windowMs / BULK_PARTS);
  const waiting: Record<Urgency, Waiting[]> = { live: [], bulk: [] };
  let cap = tuning.callsPerWindow ?? CALLS_PER_WINDOW;
  let open = 0;
  const heldUntilMs = { calls: 0, searches: 0 };
  let timer: NodeJS.Timeout | undefined;

  const heldAtMs = ({ isSearch }: Ask): number =>
    isSearch === true ? Math.max(heldUntilMs.calls, heldUntilMs.searches) : heldUntilMs.calls;
  const startsAtMs = (ask: Ask, nowMs: number): number => {
    if (ask.urgency === "live") return Math.max(heldAtMs(ask), all.freeAtMs(cap, nowMs, true));
    const share = Math.max(1, Math.floor(cap * BULK_SHARE));
    const paceMs = bulk.freeAtMs(Math.ceil(share / BULK_PARTS), nowMs, false);
    return Math.max(heldAtMs(ask), all.freeAtMs(share, nowMs, false), paceMs);
  };
  /** Live ones first, else in the order asked for; what is held lets the others pass. */
  const nextInTurn = (nowMs: number): Waiting | undefined => {
    const inOrder = [...waiting.live, ...waiting.bulk];
    return inOrder.find(({ ask }) => heldAtMs(ask) <= nowMs) ?? inOrder[0];
  };
  const begin = ({ ask, start, reject }: Waiting, nowMs: number): void => {
    try {
      ask.admit();
    } catch (error) {
      reject(error instanceof Error ? error : new Error("not admitted", { cause: error }));
      return;
    }
    all.begin(nowMs);
    if (ask.urgency === "bulk") bulk.begin(nowMs);
    open += 1;
    void start().finally(() => {
      all.end(performance.now());
      open -= 1;
      pump();
    });
  };
  /** Begins the next call, if there is one and it may. @returns Whether it did. */
  const beginNext = (): boolean => {
    if (open >= OPEN_CALLS) return false;
    const nowMs = performance.now();
    const next = nextInTurn(nowMs);
    if (next === undefined) return false;
    const startMs = startsAtMs(next.ask, nowMs);
    if (startMs > nowMs) {
      timer = setTimeout(pump, Math.ceil(startMs - nowMs));
      return false;
    }
    const queue = waiting[next.ask.urgency];
    queue.splice(queue.indexOf(next), 1);
    begin(next, nowMs);
    return true;
  };
  const pump = (): void => {
    clearTimeout(timer);
    let goesOn = true;
    while (goesOn) goesOn = beginNext();
  };

  return {
    run: (call, ask) =>
      new Promise((resolve, reject) => {
        const start = (): Promise<void> => call().then(resolve, reject);
        waiting[ask.urgency].push({ ask, start, reject });
        pump();
      }),
    note(headers) {
      const most = Number(headers["x-hubspot-ratelimit-max"] ?? Number.NaN);
      const left = Number(headers["x-hubspot-ratelimit-remaining"] ?? Number.NaN);
      if (tuning.callsPerWindow !== undefined || !(most > 0)) return;
      cap = Math.max(1, Math.floor(most * SHARE_OF_LIMIT));
      if (left >= 0) all.hear(most - left, performance.now());
    },
    hold(ms, what = "calls") {
      heldUntilMs[what] = Math.max(heldUntilMs[what], performance.now() + ms);
    },
    turnAway(owner, reason) {
      for (const urgency of ["live", "bulk"] as const) {
        const mine = waiting[urgency].filter(({ ask }) => ask.owner === owner);
        waiting[urgency] = waiting[urgency].filter(({ ask }) => ask.owner !== owner);
        for (const { reject } of mine) reject(reason);
      }
      pump();
    },
  };
}
