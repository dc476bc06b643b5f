/**
 * Sends batches of webhook events, signed, and tries again until they are answered with 2xx or given up.
 *
 *     ready ─▶ in flight ─▶ answered
 *       ▲          └──▶ resting ──┐ (any other answer, or none in time)
 *       └─────────────────────────┘ up to `retries` times, then given up
 *
 * A lane is one app's share of one portal (or of all, when portals are mixed): at most `maxConcurrentRequests` of a
 * lane are in flight.
 */
import type { Random } from "../../random.ts";
import type { App } from "../app.ts";
import { signatureHeaders } from "../signature.ts";
import type { WebhookEvent } from "./event.ts";
import type { WebhookMood } from "./mood.ts";

/** Events that travel together. `attempt` counts from 0. */
export interface Batch {
  readonly app: App;
  readonly lane: string;
  readonly events: readonly WebhookEvent[];
  readonly attempt: number;
}

/** One attempt to deliver a batch. `status` is 0 when there was no answer. */
interface Delivery {
  readonly appId: number;
  readonly events: readonly WebhookEvent[];
  readonly attempt: number;
  readonly status: number;
  readonly tookMs: number;
}

/** What the sender works with. `settled` is called whenever something came to an end. */
export interface SenderParts {
  readonly mood: WebhookMood;
  readonly random: Random;
  now(): number;
  monotonicMs(): number;
  nextEventId(): number;
  settled(): void;
}

/** The sender. None of its functions throws. */
export interface Sender {
  readonly deliveries: readonly Delivery[];
  readonly givenUp: readonly (readonly WebhookEvent[])[];
  send(batches: readonly Batch[]): void;
  /** Nothing is in flight, resting or held back. */
  isIdle(): boolean;
  close(): void;
}

/** Makes a sender with nothing to send. */
export function createSender(parts: SenderParts): Sender {
  const deliveries: Delivery[] = [];
  const givenUp: (readonly WebhookEvent[])[] = [];
  const resting = new Set<NodeJS.Timeout>();
  const inFlight = new Map<string, number>();
  const stop = new AbortController();
  let ready: Batch[] = [];

  const pump = (): void => {
    const candidates = ready;
    ready = [];
    for (const batch of candidates) {
      const open = inFlight.get(batch.lane) ?? 0;
      if (open >= batch.app.maxConcurrentRequests) {
        ready.push(batch);
        continue;
      }
      inFlight.set(batch.lane, open + 1);
      void attempt(batch);
    }
    parts.settled();
  };
  const attempt = async (batch: Batch): Promise<void> => {
    const startMs = parts.monotonicMs();
    const status = await post(batch, parts.now(), parts.mood.timeoutMs, stop.signal);
    const tookMs = parts.monotonicMs() - startMs;
    deliveries.push({ appId: batch.app.id, events: batch.events, attempt: batch.attempt, status, tookMs });
    const open = (inFlight.get(batch.lane) ?? 1) - 1;
    if (open === 0) inFlight.delete(batch.lane);
    else inFlight.set(batch.lane, open);
    if (stop.signal.aborted) return;
    if (status < 200 || status > 299) rest(batch);
    pump();
  };
  const rest = (batch: Batch): void => {
    if (batch.attempt >= parts.mood.retries) {
      givenUp.push(batch.events);
      return;
    }
    const waitMs = parts.mood.retryDelayMs * (0.5 + parts.random.next());
    const timer = setTimeout(() => {
      resting.delete(timer);
      ready.push(nextAttempt(batch, parts));
      pump();
    }, waitMs);
    resting.add(timer);
  };

  return {
    deliveries,
    givenUp,
    send(batches) {
      ready.push(...batches);
      pump();
    },
    isIdle: () => inFlight.size === 0 && resting.size === 0 && ready.length === 0,
    close() {
      stop.abort();
      for (const timer of resting) clearTimeout(timer);
      resting.clear();
    },
  };
}

function nextAttempt(batch: Batch, parts: SenderParts): Batch {
  const attempt = batch.attempt + 1;
  const events = batch.events.map((event) => ({
    ...event,
    attemptNumber: attempt,
    ...(parts.mood.newIdsOnRetry ? { eventId: parts.nextEventId() } : {}),
  }));
  return { ...batch, attempt, events };
}

/** Posts one batch, signed with the app's secret of this moment. 0 for no answer. */
async function post(batch: Batch, timestamp: number, timeoutMs: number, stop: AbortSignal): Promise<number> {
  const url = batch.app.targetUrl;
  if (url === undefined) return 0;
  const body = JSON.stringify(batch.events);
  const signed = signatureHeaders("push", batch.app.clientSecret, { method: "POST", url, body }, timestamp);
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...signed },
      redirect: "manual",
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
