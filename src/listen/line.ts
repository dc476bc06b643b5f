/**
 * One installation's open connection, kept open: what is heard is stored with the place to go on from, and when the connection ends it is
 * made anew.
 *
 *     connect ─▶ listen from where each channel was left ─▶ hear, store, hear … ─▶ ended ─▶ wait ─▶ connect …
 *
 * - What is told and the place after it are one commit. A process that dies between two of them hears the same again, under the same keys.
 * - A connection that held for a minute is made anew at once; one after the other that did not, later each time. What no waiting mends (the
 *   org allows no channel) is tried again in an hour; sweeps find meanwhile what changed.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Connector, Heard, Listening } from "../connector.ts";
import { codeOf, type ErrorCode, ERROR_CODES, IS_RETRIABLE } from "../errors.ts";
import { sweepAfterGap } from "../lanes/reconcile.ts";
import type { Log } from "../log.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import { type Installation, keepInstalled } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { loadPlaces, savePlace } from "../store/streams.ts";

export interface LineTools {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly connect: (installation: Installation) => Connector;
  /** Says that an installation has work. */
  readonly wake: (installation: string) => void;
  /** Names this process among those that share the store. */
  readonly holder: string;
  /** For tests: waits between two connections. Settles early when `stop` is aborted. */
  readonly wait?: (ms: DurationMs, stop: AbortSignal) => Promise<void>;
}

export interface Line {
  /** Ends the connection and waits for it. Throws nothing. */
  close(): Promise<void>;
}

/** Before each further connection in a row that did not hold. */
const AGAIN_MS: readonly DurationMs[] = [SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS];
/** A connection that lasted this long, by the process's own clock, was a good one. */
const HELD_MS: DurationMs = MINUTE_MS;
/** What asking again will not change. */
const HOPELESS_MS: DurationMs = HOUR_MS;

/** Begins to keep the connection of an installation open. Throws nothing. */
export function keepLine(tools: LineTools, installation: Installation): Line {
  const stop = new AbortController();
  const done = keepOn(tools, installation, stop.signal);
  return {
    async close() {
      stop.abort();
      await done;
    },
  };
}

async function keepOn(tools: LineTools, installation: Installation, stop: AbortSignal): Promise<void> {
  const { log, wait = pauseFor } = tools;
  for (let failures = 0; !stop.aborted;) {
    const begunAt = performance.now();
    const code = await listenOnce(tools, installation, stop);
    if (stop.aborted) return;
    failures = performance.now() - begunAt >= HELD_MS ? 0 : failures + 1;
    const waitMs = delayOf(code, failures);
    log.info({ installation: installation.id, code, waitMs }, "a connection for changes has ended");
    await wait(waitMs, stop);
  }
}

/** A refused token is replaced by the next connection; one that is refused even then is a failure like any other. */
function delayOf(code: ErrorCode, failures: number): DurationMs {
  const isPassing =
    IS_RETRIABLE[ERROR_CODES[code]] || code === "crm.unauthorized" || code === "deliver.lost-lane";
  if (!isPassing) return HOPELESS_MS;
  return AGAIN_MS[Math.max(0, Math.min(failures, AGAIN_MS.length) - 1)] ?? HOPELESS_MS;
}

/** Listens until the connection ends. @returns Why. Never rejects. */
async function listenOnce(
  tools: LineTools,
  installation: Installation,
  stop: AbortSignal,
): Promise<ErrorCode> {
  let connector: Connector | undefined;
  try {
    connector = tools.connect(installation);
    const replay = await loadPlaces(tools.store.db, installation.id);
    const hear = (heard: Heard): Promise<void> => keep(tools, installation, heard);
    const listening = await connector.listen?.(replay, hear);
    return listening === undefined ? "crm.forbidden" : await endOf(listening, stop);
  } catch (cause) {
    return codeOf(cause, "store.unavailable");
  } finally {
    await connector?.close();
  }
}

async function endOf(listening: Listening, stop: AbortSignal): Promise<ErrorCode> {
  const close = (): void => void listening.close();
  if (stop.aborted) close();
  stop.addEventListener("abort", close, { once: true });
  const { code } = await listening.ended;
  stop.removeEventListener("abort", close);
  return code;
}

/** What an account tells that serves another one's leads is that one's. */
async function keep(
  { store, now, wake, holder }: LineTools,
  { id, serves }: Installation,
  { channel, replay, events, isGap }: Heard,
): Promise<void> {
  const owner = serves ?? id;
  const stored = await store.db.transaction().execute(async (tx) => {
    await savePlace(tx, id, holder, { channel, replay }, now());
    await keepInstalled(tx, store.dialect, owner);
    if (isGap) await sweepAfterGap(tx, owner, now());
    return await insertOwnEvents(tx, owner, events, now());
  });
  if (stored > 0) wake(owner);
}

/** Settles early, and without a word, when `stop` is aborted. */
async function pauseFor(ms: DurationMs, stop: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: stop, ref: false }).catch(() => undefined);
}
