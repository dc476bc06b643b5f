/**
 * Webhooks on their way out: changes become events, events wait for company, are put in an order that the mood
 * decides, and leave in batches through the sender.
 */
import type { Random } from "../../random.ts";
import type { App } from "../app.ts";
import type { CrmChange } from "../portal.ts";
import { eventsFor } from "./event.ts";
import type { WebhookEvent } from "./event.ts";
import { goodMood } from "./mood.ts";
import type { WebhookMood } from "./mood.ts";
import { createSender } from "./sender.ts";
import type { Batch, Sender } from "./sender.ts";

/** What the outbox works with. */
export interface OutboxParts {
  readonly apps: ReadonlyMap<number, App>;
  readonly random: Random;
  now(): number;
  monotonicMs(): number;
}

/** The outbox. None of its functions throws. */
export interface Outbox {
  readonly mood: WebhookMood;
  /** Every attempt so far, and the batches that were given up. */
  readonly deliveries: Sender["deliveries"];
  readonly givenUp: Sender["givenUp"];
  announce(change: CrmChange): void;
  /** Sends the newest `count` events once more, as if HubSpot had lost track of them. */
  repeat(count: number): void;
  /** Call after the mood was changed, so that what was paused may leave. */
  wake(): void;
  /** Nothing is waiting, in flight or resting (events held by `paused` do not count). */
  isIdle(): boolean;
  /** Called whenever the outbox is found idle. */
  onIdle(listener: () => void): void;
  close(): void;
}

interface Waiting {
  readonly app: App;
  readonly event: WebhookEvent;
  /** Its place in the order of leaving. */
  readonly rank: number;
}

/** How many places a late or repeated event falls behind, at most. */
const mostLate = 20;

/** Makes an empty outbox in a good mood. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { random } = parts;
  const mood: WebhookMood = { ...goodMood };
  const listeners: (() => void)[] = [];
  const sent: Waiting[] = [];
  const nextEventId = eventIds(random, mood);
  let waiting: Waiting[] = [];
  let flushTimer: NodeJS.Timeout | undefined;
  let sequence = 0;

  const isIdle = (): boolean => sender.isIdle() && (mood.paused || waiting.length === 0);
  const settled = (): void => {
    if (isIdle()) for (const listener of listeners) listener();
  };
  const sender = createSender({ ...parts, mood, nextEventId, settled });
  const flush = (): void => {
    flushTimer = undefined;
    if (mood.paused) return;
    const leaving = waiting.toSorted((a, b) => a.rank - b.rank);
    waiting = [];
    sent.push(...leaving);
    sender.send(intoBatches(leaving, mood));
  };
  const enqueue = (app: App, event: WebhookEvent, late: boolean): void => {
    sequence += 1;
    waiting.push({ app, event, rank: late ? sequence + random.between(2, mostLate) + 0.5 : sequence });
    flushTimer ??= setTimeout(flush, mood.batchDelayMs);
  };

  return {
    mood,
    deliveries: sender.deliveries,
    givenUp: sender.givenUp,
    isIdle,
    onIdle: (listener) => void listeners.push(listener),
    announce(change) {
      for (const app of parts.apps.values()) {
        if (!hears(app, change, mood)) continue;
        for (const event of eventsFor(change, app, mood, nextEventId)) {
          enqueue(app, event, random.chance(mood.reorderShare));
          if (random.chance(mood.duplicateShare)) enqueue(app, event, true);
        }
      }
    },
    repeat(count) {
      for (const { app, event } of [...sent, ...waiting].slice(-count)) enqueue(app, event, false);
    },
    wake() {
      if (waiting.length > 0) flushTimer ??= setTimeout(flush, mood.batchDelayMs);
      settled();
    },
    close() {
      clearTimeout(flushTimer);
      sender.close();
    },
  };
}

function hears(app: App, change: CrmChange, mood: WebhookMood): boolean {
  const isOwn = change.actor.appId === app.id && !mood.echoOwnWrites;
  return !isOwn && app.targetUrl !== undefined && app.installs.has(change.portalId);
}

/** Ids of events: drawn, and by the mood now and then the same as the one before. */
function eventIds(random: Random, mood: WebhookMood): () => number {
  let last = 0;
  return () => {
    if (last === 0 || !random.chance(mood.repeatedIdShare)) last = random.between(100_000_000, 4_000_000_000);
    return last;
  };
}

function intoBatches(leaving: readonly Waiting[], mood: WebhookMood): Batch[] {
  const lanes = Map.groupBy(
    leaving,
    ({ app, event }) => `${app.id}:${mood.mixPortals ? "all" : event.portalId}`,
  );
  return [...lanes].flatMap(([lane, entries]) => {
    const batches: Batch[] = [];
    for (let from = 0; from < entries.length; from += mood.batchSize) {
      const cut = entries.slice(from, from + mood.batchSize);
      const app = cut[0]?.app;
      if (app) batches.push({ app, lane, events: cut.map((entry) => entry.event), attempt: 0 });
    }
    return batches;
  });
}
