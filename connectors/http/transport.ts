/**
 * HTTP to a CRM for one installation: one undici agent, timeouts on connecting, headers, body and the whole call, no
 * redirects (undici's `request` follows none), no retries, and a cap on what an answer may weigh. HubSpot's own client
 * is not used, because it can take neither a timeout nor a redirect policy and its limiter is shared by all accounts; why
 * Salesforce's is not: docs/decisions/0027-salesforce.md.
 */
import { Agent, request } from "undici";
import type { DurationMs } from "../../src/model/instant.ts";
import type { Answered, Call } from "./call.ts";
import { checkingFirst } from "./first-byte.ts";
import { parseJsonText } from "./json-text.ts";
import { OPEN_CALLS } from "./limiter.ts";

/** Where a call goes, and who says it may. `origin` has no trailing slash. */
interface Destination {
  readonly origin: string;
  readonly accessToken: string;
}

/** How long each part of a call may take. */
export interface Timeouts {
  readonly connectMs: DurationMs;
  /** From sending to the first byte of the answer, and between any two parts of its body. */
  readonly answerMs: DurationMs;
  /** The whole call: a body that drips for ever never trips the others. */
  readonly totalMs: DurationMs;
}

export const TIMEOUTS: Timeouts = { connectMs: 5_000, answerMs: 10_000, totalMs: 30_000 };
/** A hundred contacts with their histories stay far below; more than this is a fault, not an answer. */
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

export interface Transport {
  /**
   * Sends one call, once. `check` is called when a connection stands and the first byte is about to go out; what it throws is
   * thrown, and nothing has been sent. @throws what undici throws; `connectionTrouble` reads it.
   */
  send(call: Call, to: Destination, check: () => void): Promise<Answered>;
  /** Lets open calls end, then closes the connections. */
  close(): Promise<void>;
  /** Breaks open calls off: for those that wait until there is something to tell. */
  breakOff(): Promise<void>;
}

/** Makes the transport. Throws nothing; connections are made when first used. */
export function createTransport(timeouts: Timeouts = TIMEOUTS): Transport {
  const dispatcher = new Agent({
    connections: OPEN_CALLS,
    pipelining: 1,
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.answerMs,
    bodyTimeout: timeouts.answerMs,
    maxResponseSize: LARGEST_ANSWER_BYTES,
  });
  let closing: Promise<void> | undefined;
  return {
    async send(call, { origin, accessToken }, check) {
      const { statusCode, headers, body } = await request(`${origin}${call.path}`, {
        dispatcher: dispatcher.compose(checkingFirst(check)),
        method: call.method,
        ...(call.query ? { query: call.query } : {}),
        headers: {
          authorization: `Bearer ${accessToken}`,
          accept: "application/json",
          ...(call.body === undefined ? {} : { "content-type": "application/json" }),
          ...call.headers,
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: AbortSignal.timeout(timeouts.totalMs),
      });
      return { status: statusCode, headers, ...readJson(await body.text()) };
    },
    close: () => (closing ??= dispatcher.close()),
    breakOff: () => (closing ??= dispatcher.destroy()),
  };
}

function readJson(text: string): { body: unknown; readable: boolean } {
  try {
    return { body: parseJsonText(text), readable: true };
  } catch {
    return { body: undefined, readable: false };
  }
}
