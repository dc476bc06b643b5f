/**
 * One org's outbound messages on their way out. A change becomes a notification with an id of its own; it waits for company,
 * leaves in an order that the mood decides, and is tried until it is acknowledged or its day is over. Records are read when
 * a call leaves, so values in between are never told, and what failed once may arrive after what came later.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.246.0.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm
 */
import type { Random } from "../../random.ts";
import type { OrgChange } from "../org.ts";
import { notificationsEnvelope } from "./envelope.ts";
import type { Row } from "../table.ts";
import { isBinned } from "../table.ts";
import { eventValue } from "../event-value.ts";
import { firesOn } from "./message.ts";
import type { OutboundMessage, OutboundTrigger } from "./message.ts";
import { goodOutboundMood } from "./mood.ts";
import type { OutboundMood } from "./mood.ts";
import { createOutboundSender } from "./sender.ts";
import type { OutboundBatch, OutboundDelivery, WaitingNotification } from "./sender.ts";

/** What the outbox works with. `newId` makes an id of 18 characters from a key prefix. */
export interface OutboundParts {
  readonly orgId: string;
  readonly random: Random;
  instanceUrl(): string;
  newId(prefix: string): string;
  /** A record as it is now; undefined when there is none. */
  row(id: string): Row | undefined;
}

/** The outbox of one org. None of its functions throws. */
export interface Outbound {
  readonly mood: OutboundMood;
  readonly messages: readonly OutboundMessage[];
  /** Every call so far, and the notifications whose day was over. */
  readonly deliveries: readonly OutboundDelivery[];
  readonly dropped: readonly WaitingNotification[];
  /** What an admin does in Setup. It fires on every creation and update unless `when` says otherwise. */
  define(given: {
    readonly object: string;
    readonly url: string;
    readonly fields: readonly string[];
    readonly when?: OutboundTrigger;
  }): OutboundMessage;
  announce(change: OrgChange): void;
  /** Sends the newest `count` notifications once more, as if their acknowledgement had been lost. */
  repeat(count: number): void;
  /** Call after the mood was changed, so that what was paused may leave. */
  wake(): void;
  /** Nothing is waiting, in flight or resting (what `paused` holds does not count). */
  isIdle(): boolean;
  onIdle(listener: () => void): void;
  close(): void;
}

interface Queued {
  readonly message: OutboundMessage;
  readonly notification: WaitingNotification;
  /** Its place in the order of leaving. */
  readonly rank: number;
}

/** How many places a late or repeated notification falls behind, at most. */
const mostLate = 20;

/** Makes an outbox without definitions, in a good mood. */
export function createOutbound(parts: OutboundParts): Outbound {
  const { random } = parts;
  const mood: OutboundMood = { ...goodOutboundMood };
  const messages: OutboundMessage[] = [];
  const dropped: WaitingNotification[] = [];
  const listeners: (() => void)[] = [];
  const resting = new Set<NodeJS.Timeout>();
  const told: Queued[] = [];
  let waiting: Queued[] = [];
  let flushTimer: NodeJS.Timeout | undefined;
  let sequence = 0;

  const isIdle = (): boolean =>
    sender.isIdle() && resting.size === 0 && (mood.paused || waiting.length === 0);
  const settled = (): void => {
    if (isIdle()) for (const listener of listeners) listener();
  };
  const enqueue = (message: OutboundMessage, notification: WaitingNotification, late: boolean): void => {
    sequence += 1;
    const rank = late ? sequence + random.between(2, mostLate) + 0.5 : sequence;
    waiting.push({ message, notification, rank });
    flushTimer ??= setTimeout(flush, mood.batchDelayMs);
  };
  const flush = (): void => {
    flushTimer = undefined;
    if (mood.paused) return;
    const leaving = waiting.toSorted((a, b) => a.rank - b.rank);
    waiting = [];
    told.push(...leaving);
    sender.send(intoBatches(leaving, mood.batchSize));
  };
  const failed = ({ message, notifications }: OutboundBatch): void => {
    const again = notifications.filter(({ attempt }) => attempt < mood.retries);
    dropped.push(...notifications.filter(({ attempt }) => attempt >= mood.retries));
    if (again.length === 0) return;
    const longest = Math.min(
      mood.longestRetryDelayMs,
      mood.retryDelayMs * 2 ** Math.max(...again.map(({ attempt }) => attempt)),
    );
    const timer = setTimeout(
      () => {
        resting.delete(timer);
        for (const one of again) enqueue(message, { ...one, attempt: one.attempt + 1 }, false);
      },
      longest * (0.5 + random.next() / 2),
    );
    resting.add(timer);
  };
  const sender = createOutboundSender({
    mood,
    failed,
    settled,
    compose: (batch) => compose(batch, parts, mood),
  });

  return {
    mood,
    messages,
    deliveries: sender.deliveries,
    dropped,
    isIdle,
    onIdle: (listener) => void listeners.push(listener),
    define({ when = { on: ["create", "update"] }, ...given }) {
      const message = { ...given, when, actionId: parts.newId("04k"), active: true };
      messages.push(message);
      return message;
    },
    announce(change) {
      if ("client" in change.context.who && !mood.echoApiWrites) return;
      for (const message of messages) {
        if (!firesOn(message, change) || random.chance(mood.lostShare)) continue;
        const notification = { id: parts.newId("04l"), recordId: change.id, attempt: 0 };
        enqueue(message, notification, random.chance(mood.reorderShare));
        if (random.chance(mood.duplicateShare)) enqueue(message, notification, true);
      }
    },
    repeat(count) {
      for (const { message, notification } of [...told, ...waiting].slice(-count))
        enqueue(message, { ...notification, attempt: 0 }, false);
    },
    wake() {
      if (waiting.length > 0) flushTimer ??= setTimeout(flush, mood.batchDelayMs);
      settled();
    },
    close() {
      clearTimeout(flushTimer);
      for (const timer of resting) clearTimeout(timer);
      resting.clear();
      sender.close();
    },
  };
}

function intoBatches(leaving: readonly Queued[], batchSize: number): OutboundBatch[] {
  const batches: OutboundBatch[] = [];
  for (const [message, entries] of Map.groupBy(leaving, (each) => each.message)) {
    for (let from = 0; from < entries.length; from += batchSize) {
      const cut = entries.slice(from, from + batchSize);
      batches.push({ message, notifications: cut.map((each) => each.notification) });
    }
  }
  return batches;
}

/** The call with what the records hold now; those that are deleted meanwhile are left out. */
function compose(
  { message, notifications }: OutboundBatch,
  parts: OutboundParts,
  { emptyFields }: OutboundMood,
): string | undefined {
  const { object, fields, actionId } = message;
  const told = notifications.flatMap(({ id, recordId }) => {
    const row = parts.row(recordId);
    if (row === undefined || isBinned(row)) return [];
    const values = fields
      .filter((name) => name !== "Id")
      .map((name) => [name, eventValue(row.values[name])] as const);
    return [{ id, object, fields: { Id: recordId, ...Object.fromEntries(values) } }];
  });
  const frame = { orgId: parts.orgId, actionId, instanceUrl: parts.instanceUrl(), emptyFields };
  return told.length === 0 ? undefined : notificationsEnvelope(frame, told);
}
