/**
 * The one port to whoever knows more about a lead: a POST of JSON, and JSON back. Everything personal travels in the body.
 *
 * No redirects, no retries, no compression, at most 256 KB of answer, and only connections to addresses that were checked. A
 * provider that refuses us, or fails again and again, is left in peace for a while: meanwhile every question fails at once,
 * so that a broken provider costs a lane its timeout a few times and not with every turn.
 */
import { Agent, request } from "undici";
import { checkedLookup, isForbiddenLiteral, type Resolve, systemResolve } from "../call/checked-lookup.ts";
import { isPublicAddress } from "../call/public-address.ts";
import { retryAfterMs } from "../call/retry-after.ts";
import { isLoopback } from "../config/loopback.ts";
import { BatonError, type ErrorCode } from "../errors.ts";
import { type DurationMs, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import type { FactValue } from "../model/lead.ts";
import { connectionError, enrichError, forbiddenAddress, statusCode } from "./trouble.ts";

export interface ProviderSettings {
  readonly url: string;
  /** The value of the `Authorization` header: a secret. */
  readonly authorization?: string;
  /** The whole server runs against a sandbox: then the provider is on this machine, and nowhere else. */
  readonly sandbox: boolean;
  readonly now: () => Instant;
  /** Usually the system's own. */
  readonly resolve?: Resolve;
}

export interface Provider {
  /**
   * Asks once. @returns What the answer holds, parsed; undefined when the provider knows nothing. Throws `enrich.*`, with
   * `retryAfterMs` where it is known when asking makes sense again.
   */
  ask(question: Readonly<Record<string, FactValue>>, timeoutMs: DurationMs): Promise<unknown>;
  /** Why asking would fail at once; undefined when it would not. */
  resting(): BatonError | undefined;
  /** Lets open requests end. */
  close(): Promise<void>;
}

const LARGEST_ANSWER_BYTES = 256 * 1024;
const CONNECT_MS: DurationMs = 10 * SECOND_MS;
/** Of an answer that is not read, this much is taken in so that the connection can be used again. */
const LEFT_OVER_BYTES = 16 * 1024;
/** Failures in a row after which a provider rests. */
const PATIENCE = 5;
/** How long it rests, by what it answered; other failures count towards `PATIENCE`. */
const REST_MS: Partial<Record<ErrorCode, DurationMs>> = {
  "enrich.refused": 15 * MINUTE_MS,
  "enrich.rate-limited": MINUTE_MS,
};
const FAILING_REST_MS: DurationMs = MINUTE_MS;
/** Failures that say something about the provider, not about one question. */
const FAILING: ReadonlySet<ErrorCode> = new Set([
  "enrich.timeout",
  "enrich.unreachable",
  "enrich.server-error",
  "enrich.forbidden-address",
]);

/** Opens the way to a provider; connections are made when first used. Throws nothing. */
export function openProvider(settings: ProviderSettings): Provider {
  const { now } = settings;
  const isAllowed = settings.sandbox ? isLoopback : isPublicAddress;
  const agent = new Agent({
    pipelining: 1,
    // Without a bound of its own: lanes bound theirs, and one must not wait for another's.
    connections: null,
    connect: {
      timeout: CONNECT_MS,
      lookup: checkedLookup(settings.resolve ?? systemResolve, isAllowed, forbiddenAddress),
    },
    maxResponseSize: LARGEST_ANSWER_BYTES,
  });
  const isForbidden = isForbiddenLiteral(settings.url, isAllowed);
  let rest: { readonly until: Instant; readonly error: BatonError } | undefined;
  let failures = 0;

  const resting = (): BatonError | undefined => {
    if (rest === undefined || rest.until <= now()) return undefined;
    return new BatonError(rest.error.code, rest.error.message, { retryAfterMs: rest.until - now() });
  };
  const note = (error: BatonError): void => {
    failures = FAILING.has(error.code) ? failures + 1 : 0;
    const restMs = REST_MS[error.code] ?? (failures >= PATIENCE ? FAILING_REST_MS : 0);
    if (restMs > 0) rest = { until: now() + Math.max(restMs, error.retryAfterMs ?? 0), error };
  };

  return {
    async ask(question, timeoutMs) {
      const tired = resting();
      if (tired !== undefined) throw tired;
      try {
        if (isForbidden) throw forbiddenAddress();
        const answer = await send(settings, agent, question, timeoutMs);
        failures = 0;
        return answer;
      } catch (cause) {
        const error = connectionError(cause);
        note(error);
        throw error;
      }
    },
    resting,
    close: () => agent.close(),
  };
}

async function send(
  { url, authorization, now }: ProviderSettings,
  agent: Agent,
  question: Readonly<Record<string, FactValue>>,
  timeoutMs: DurationMs,
): Promise<unknown> {
  const {
    statusCode: status,
    headers,
    body,
  } = await request(url, {
    dispatcher: agent,
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(question),
    // Connecting, headers and body have this time together. undici's own timers for the latter two are half a second coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const trouble = statusCode(status);
  if (trouble !== undefined || status === 404) {
    await body.dump({ limit: LEFT_OVER_BYTES });
    if (trouble === undefined) return undefined;
    const waitMs = retryAfterMs(headers["retry-after"], now());
    throw enrichError(trouble, `HTTP ${status}`, waitMs === undefined ? {} : { retryAfterMs: waitMs });
  }
  return readAnswerBody(await body.text(), headers["content-type"], status);
}

/** An empty answer knows nothing. */
function readAnswerBody(text: string, type: unknown, status: number): unknown {
  if (text.trim() === "") return undefined;
  if (typeof type !== "string" || !/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw enrichError("enrich.bad-answer", `HTTP ${status}`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the answer.
    throw enrichError("enrich.bad-answer", `HTTP ${status}`);
  }
}
