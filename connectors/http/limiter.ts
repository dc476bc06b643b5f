/**
 * One account's share of a CRM's call budget. Where the CRM counts in a sliding window (HubSpot does), Baton keeps below the limit
 * by itself; what answers tell of the CRM's own count is entered into the window, and calls wait before the CRM refuses. Where
 * there is no window (Salesforce counts by the day), the order and the number of open calls are what is left.
 *
 * Calls that can wait (bulk) leave the last part of the window alone and are spread over it, so that a lead who asks for
 * a demo during an import neither finds the budget spent nor stands long behind a turn that waits for it.
 *
 * A queue library (p-queue served here once) can neither grow with the limit a CRM names, nor hold a reserve, nor be
 * told what others have spent.
 */
import type { DurationMs } from "../../src/model/instant.ts";
import { createWindow } from "./window.ts";

/**
 * Calls open at once. A lane works in three or four at a time. It also bounds how many calls of one window can reach the CRM in
 * the next one, late: with a window's calls they have to stay below the limit together.
 */
export const OPEN_CALLS = 8;
/** Of each window, for bulk calls. The rest is a live lead's: four turns or so at once. */
const BULK_SHARE = 0.8;
/** Bulk calls are spread over this many parts of a window. */
const BULK_PARTS = 10;

/** How a CRM counts the calls of one account. */
export interface LimitRules {
  /** Calls per window until answers say how many there are: `Infinity` where there is no such limit. */
  readonly callsPerWindow: number;
  readonly windowMs: DurationMs;
  /** Bulk calls open at once, at most: where no window paces them, they leave room for others. */
  readonly openBulkCalls: number;
  /** What an answer's headers tell: how many calls a window has for us, and how many the CRM has counted in it. Throws nothing. */
  readonly heard?: (
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ) => { readonly callsPerWindow: number; readonly counted?: number } | undefined;
}

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
export function createLimiter(rules: LimitRules, tuning: LimiterTuning = {}): Limiter {
  const windowMs = tuning.windowMs ?? rules.windowMs;
  const all = createWindow(windowMs);
  const bulk = createWindow(windowMs / BULK_PARTS);
  const waiting: Record<Urgency, Waiting[]> = { live: [], bulk: [] };
  let cap = tuning.callsPerWindow ?? rules.callsPerWindow;
  const open: Record<Urgency, number> = { live: 0, bulk: 0 };
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
    const inOrder = open.bulk < rules.openBulkCalls ? [...waiting.live, ...waiting.bulk] : waiting.live;
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
    open[ask.urgency] += 1;
    void start().finally(() => {
      all.end(performance.now());
      open[ask.urgency] -= 1;
      pump();
    });
  };
  /** Begins the next call, if there is one and it may. @returns Whether it did. */
  const beginNext = (): boolean => {
    if (open.live + open.bulk >= OPEN_CALLS) return false;
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
      const heard = tuning.callsPerWindow === undefined ? rules.heard?.(headers) : undefined;
      if (heard === undefined) return;
      cap = heard.callsPerWindow;
      if (heard.counted !== undefined) all.hear(heard.counted, performance.now());
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
