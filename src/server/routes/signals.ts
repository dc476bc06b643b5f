/**
 * `POST /signals/v1/…`: signals from the senders people already have, in the way of Segment's HTTP tracking API. The write key
 * is the user of HTTP Basic, without a password. Source: docs/signals.md.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { BatonError } from "../../errors.ts";
import type { DurationMs, Instant } from "../../model/instant.ts";
import type { MessageType } from "../../signals/message.ts";
import {
  MOST_BATCH_BYTES,
  MOST_MESSAGE_BYTES,
  type ReceivedSignals,
  receiveSignals,
  type RefusedMessage,
  type Sender,
  type SightingInbox,
} from "../../signals/receive.ts";
import { type Failures, failuresOf } from "../failures.ts";
import { countedAs, type Limits } from "../limits.ts";
import type { Metrics } from "../metrics.ts";
import { mount } from "../mount.ts";

/** What the wiring brings: who senders are, and where their messages go. */
export interface Signals {
  /** Whose write key this is; undefined when it opens nothing. Asked once a request: keep it cheap. */
  readonly senderOf: (key: string) => Promise<Sender | undefined>;
  readonly inbox: SightingInbox;
  readonly newId: () => string;
  readonly keepMs: DurationMs;
}

interface SignalRoutes {
  readonly signals: Signals;
  readonly now: () => Instant;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly storeWithinMs: DurationMs;
}

const ADDRESSES: Readonly<Record<string, MessageType | undefined>> = {
  track: "track",
  identify: "identify",
  group: "group",
  page: "page",
  batch: undefined,
};
/** Refused messages of a batch that are named in the answer: enough to see what is wrong with a sender. */
const MOST_NAMED = 20;

/** A plugin of its own, so that reading raw bytes and asking for a key stay in here. */
export function signalRoutes(context: SignalRoutes): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const { limits, metrics } = context;
    const senders = new WeakMap<FastifyRequest, Sender>();
    const failures = failuresOf(app, limits);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    // Before the body is read, and before the limit that is counted by key.
    app.addHook("onRequest", async (request) => {
      if (request.method !== "POST") return;
      senders.set(request, await senderOf(request, context.signals, failures, metrics));
    });
    for (const [name, type] of Object.entries(ADDRESSES)) {
      mount(app, {
        method: "POST",
        url: `/signals/v1/${name}`,
        bodyLimit: type === undefined ? MOST_BATCH_BYTES : MOST_MESSAGE_BYTES,
        config: {
          rateLimit: {
            ...limits.signals,
            keyGenerator: (request: FastifyRequest) => senders.get(request)?.key ?? countedAs(request),
          },
          quiet: true,
        },
        handler: async (request, reply) => {
          const sender = senders.get(request);
          if (sender === undefined) throw badKey();
          return await take(request, reply, type, sender, context);
        },
      });
    }
  };
}

/** Whose the request is. Throws `receive.bad-key`, or `receive.rate-limited` once an address has tried more than a mistake explains. */
async function senderOf(
  request: FastifyRequest,
  signals: Signals,
  failures: Failures,
  metrics: Metrics,
): Promise<Sender> {
  const key = keyIn(request.headers.authorization);
  try {
    const sender = await failures.lookUp(request, key, () => signals.senderOf(key));
    if (sender !== undefined) return sender;
    throw badKey();
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    metrics.refused.inc({ crm: "none", code: error.code });
    throw error.code === "receive.bad-key" ? await failures.counted(request, error) : error;
  }
}

async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  type: MessageType | undefined,
  sender: Sender,
  context: SignalRoutes,
): Promise<FastifyReply> {
  const { metrics, signals, now, storeWithinMs } = context;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  try {
    const received = await receiveSignals(body, type, sender, { ...signals, now, storeWithinMs });
    count(metrics, received);
    return await reply.send({ success: true, ...named(received.refused) });
  } catch (error) {
    if (error instanceof BatonError) metrics.refused.inc({ crm: "none", code: error.code });
    throw error;
  }
}

/** Segment's senders look at the status alone; who writes one looks at the rest. */
function named(refused: readonly RefusedMessage[]): object {
  return refused.length === 0 ? {} : { refusedCount: refused.length, refused: refused.slice(0, MOST_NAMED) };
}

function count(metrics: Metrics, { stored, duplicates, refused }: ReceivedSignals): void {
  metrics.signals.inc({ outcome: "stored" }, stored);
  metrics.signals.inc({ outcome: "duplicate" }, duplicates);
  metrics.signals.inc({ outcome: "refused" }, refused.length);
}

/** The user of `Basic <base64 of user:password>`; an empty text when there is none. */
function keyIn(header: string | undefined): string {
  const encoded = /^Basic +([\w+/=-]+)$/i.exec(header ?? "")?.[1] ?? "";
  return Buffer.from(encoded, "base64").toString("latin1").split(":")[0] ?? "";
}

function badKey(): BatonError {
  return new BatonError(
    "receive.bad-key",
    "Give a write key as the user of HTTP Basic. This one is missing, unknown or revoked.",
  );
}
