/**
 * Receiving signals: what a sender posts becomes stored sightings before the sender is told that it arrived.
 *
 * Invariants:
 * - A 2xx is given only after what is new is on disk. What cannot be stored is answered 503: senders try again.
 * - One message that makes no sense costs no other. In a batch it is named in the answer; alone, it is the answer.
 * - A message is kept once for each installation, however often and under whichever of its keys it is sent.
 */
import { BatonError } from "../errors.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Sighting } from "../model/visitor.ts";
import { batchSentAt, type MessageType, readMessage } from "./message.ts";
import { signalOf } from "./signal.ts";
import { happenedAt } from "./timing.ts";
import { digestOf, visitorOf } from "./visitor.ts";
import { inTime } from "../receive/in-time.ts";

/** Whom a write key belongs to. */
export interface Sender {
  readonly key: string;
  readonly installation: string;
  readonly tenant: string;
}

/** Where sightings are put. `store` settles after the commit, and rejects when they are not on disk. */
export interface SightingInbox {
  store(
    sender: Sender,
    sightings: readonly Sighting[],
    receivedAt: Instant,
  ): Promise<{ readonly stored: number; readonly duplicates: number }>;
}

export interface SignalContext {
  readonly inbox: SightingInbox;
  readonly now: () => Instant;
  /** Names messages that come without a `messageId`; they cannot be told apart from their repeats. */
  readonly newId: () => string;
  /** How far back signals are kept: older ones are refused. */
  readonly keepMs: DurationMs;
  /** How long storing may take before the sender is told to come back. */
  readonly storeWithinMs: DurationMs;
}

/** A message that was not kept. `reason` holds no value of the message. */
export interface RefusedMessage {
  readonly index: number;
  readonly code: "receive.bad-event" | "receive.too-large";
  readonly reason: string;
}

export interface ReceivedSignals {
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: readonly RefusedMessage[];
}

/** Segment's own bounds. Source: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/ */
export const MOST_MESSAGE_BYTES = 32 * 1_024;
export const MOST_BATCH_BYTES = 500 * 1_024;
/** A message has a type, a time and two ids, so real ones fill the bytes first; a bad one may be as short as `{}`. */
export const MOST_MESSAGES = 2_500;

/**
 * Takes in one request.
 *
 * @param type  What every message is, at an address for one message; undefined for a batch.
 * Throws `receive.bad-body`; `receive.too-large` for a batch of too many; `receive.bad-event` or `receive.too-large` for a single
 * message that is not kept; and `receive.not-stored`.
 */
export async function receiveSignals(
  body: Uint8Array,
  type: MessageType | undefined,
  sender: Sender,
  context: SignalContext,
): Promise<ReceivedSignals> {
  const now = context.now();
  const content = jsonIn(body);
  const messages = type === undefined ? batchIn(content) : [content];
  const sentAt = type === undefined ? batchSentAt(content) : undefined;
  const refused: RefusedMessage[] = [];
  const sightings = messages.flatMap((raw, index) => {
    const seen = sightingOf(raw, type, sentAt, now, context);
    if (!("reason" in seen)) return [seen];
    refused.push({ index, ...seen });
    return [];
  });
  const [first] = refused;
  if (type !== undefined && first !== undefined)
    throw new BatonError(first.code, `The message was not kept: ${first.reason}.`);
  if (sightings.length === 0) return { stored: 0, duplicates: 0, refused };
  const kept = await inTime(
    "Storing the signals",
    () => context.inbox.store(sender, sightings, now),
    context.storeWithinMs,
  );
  return { ...kept, refused };
}

function sightingOf(
  raw: unknown,
  type: MessageType | undefined,
  sentAt: string | undefined,
  now: Instant,
  { newId, keepMs }: SignalContext,
): Sighting | Omit<RefusedMessage, "index"> {
  if (bytesOf(raw) > MOST_MESSAGE_BYTES)
    return { code: "receive.too-large", reason: `it is larger than ${MOST_MESSAGE_BYTES} bytes` };
  const message = readMessage(raw, type, sentAt);
  if ("problem" in message) return { code: "receive.bad-event", reason: message.problem };
  const at = happenedAt(message, now);
  if (at === undefined) return { code: "receive.bad-event", reason: '"timestamp" is no time' };
  if (at < now - keepMs) return { code: "receive.bad-event", reason: "it is older than signals are kept" };
  const key = `message:${digestOf(message.messageId ?? newId())}`;
  const signal = signalOf(message, key, at);
  return { key, at, ...visitorOf(message), ...(signal === undefined ? {} : { signal }) };
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new BatonError("receive.bad-body", "The body is not JSON in UTF-8.", { cause });
  }
}

function batchIn(content: unknown): readonly unknown[] {
  const batch: unknown =
    typeof content === "object" && content !== null && "batch" in content ? content.batch : undefined;
  if (!Array.isArray(batch)) throw new BatonError("receive.bad-body", 'The body has no list named "batch".');
  if (batch.length <= MOST_MESSAGES) return batch;
  throw new BatonError(
    "receive.too-large",
    `The batch has ${batch.length} messages, and none was kept: send at most ${MOST_MESSAGES} at once.`,
  );
}

/** What cannot even be written again, because it is nested too deeply, is too large as well. */
function bytesOf(raw: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(raw));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
