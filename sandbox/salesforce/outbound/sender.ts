/**
 * Sends the calls of outbound messages, a few at a time, and says of each whether it was acknowledged.
 *
 *     ready ─▶ in flight ─▶ acknowledged
 *                  └──────▶ failed (any other answer, or none in time): the outbox decides what becomes of it
 */
import { isAcknowledged } from "./envelope.ts";
import type { OutboundMessage } from "./message.ts";
import type { OutboundMood } from "./mood.ts";

/** A notification that waits: what it tells of, and how often it was tried. */
export interface WaitingNotification {
  readonly id: string;
  readonly recordId: string;
  readonly attempt: number;
}

/** Notifications of one message that travel together. */
export interface OutboundBatch {
  readonly message: OutboundMessage;
  readonly notifications: readonly WaitingNotification[];
}

/** One call. `status` is 0 when there was no answer; `url` is where it went. */
export interface OutboundDelivery {
  readonly actionId: string;
  readonly url: string;
  readonly notifications: readonly WaitingNotification[];
  readonly status: number;
  readonly acknowledged: boolean;
}

/** What the sender works with. `compose` makes the body at the moment of sending; undefined when nothing is left to tell. */
export interface OutboundSenderParts {
  readonly mood: OutboundMood;
  compose(batch: OutboundBatch): string | undefined;
  failed(batch: OutboundBatch): void;
  settled(): void;
}

/** The sender. None of its functions throws. */
export interface OutboundSender {
  readonly deliveries: readonly OutboundDelivery[];
  send(batches: readonly OutboundBatch[]): void;
  /** Nothing is ready or in flight. */
  isIdle(): boolean;
  close(): void;
}

/** How many calls of one org are open at a time. */
const mostOpen = 5;

/** Makes a sender with nothing to send. */
export function createOutboundSender(parts: OutboundSenderParts): OutboundSender {
  const deliveries: OutboundDelivery[] = [];
  const ready: OutboundBatch[] = [];
  const stop = new AbortController();
  let open = 0;
  const pump = (): void => {
    while (open < mostOpen && ready.length > 0) {
      const batch = ready.shift();
      if (batch === undefined) break;
      open += 1;
      void attempt(batch);
    }
    parts.settled();
  };
  const attempt = async (batch: OutboundBatch): Promise<void> => {
    const delivery = await post(batch, parts, stop.signal);
    if (delivery) deliveries.push(delivery);
    open -= 1;
    if (stop.signal.aborted) return;
    if (delivery?.acknowledged === false) parts.failed(batch);
    pump();
  };
  return {
    deliveries,
    send(batches) {
      ready.push(...batches);
      pump();
    },
    isIdle: () => open === 0 && ready.length === 0,
    close: () => stop.abort(),
  };
}

async function post(
  batch: OutboundBatch,
  parts: OutboundSenderParts,
  stop: AbortSignal,
): Promise<OutboundDelivery | undefined> {
  const body = parts.compose(batch);
  if (body === undefined) return undefined;
  const { url, actionId } = batch.message;
  const told = { actionId, url, notifications: batch.notifications };
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "text/xml; charset=utf-8", soapaction: '""' },
      redirect: "manual",
      signal: AbortSignal.any([stop, AbortSignal.timeout(parts.mood.timeoutMs)]),
    });
    const answer = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return {
      ...told,
      status: response.status,
      acknowledged: isAcknowledged(response.status, type, answer),
    };
  } catch {
    return { ...told, status: 0, acknowledged: false };
  }
}
