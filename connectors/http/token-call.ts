/**
 * Calls to an authorisation server: forms posted once, with bounds on time and size. Nothing is followed, waited for or repeated:
 * a code is good for one use, and whether a refresh token is has not been promised. Tokens, codes and secrets stand in
 * request bodies only, and in no error.
 */
import { Agent, request } from "undici";
import { BatonError } from "../../src/errors.ts";
import { DAY_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import { checkingFirst } from "./first-byte.ts";
import { connectionTrouble, troubleError } from "./trouble.ts";
import type { Advice } from "./trouble.ts";

/** How long a token call may take before it counts as lost. */
export interface TokenTimeouts {
  readonly connectMs: DurationMs;
  /** To the first byte of the answer, and between any two parts of it. */
  readonly answerMs: DurationMs;
  /** The whole call, however the answer drips. */
  readonly totalMs: DurationMs;
}

/** An HTTP answer of the token endpoint; `text` is its whole body. */
export interface TokenAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/**
 * Posts a form, once. `mayAsk` is asked when the request is about to go out; where it says no, nothing is sent and `crm.timeout`
 * thrown. @throws BatonError `crm.*` when there is no answer.
 */
export type PostForm = (
  url: string,
  fields: Readonly<Record<string, string>>,
  mayAsk?: () => boolean,
) => Promise<TokenAnswer>;

const TOKEN_TIMEOUTS: TokenTimeouts = {
  connectMs: 5 * SECOND_MS,
  answerMs: 10 * SECOND_MS,
  totalMs: 20 * SECOND_MS,
};
/** A token answer weighs about a kilobyte. */
const LARGEST_ANSWER_BYTES = 64 * 1024;

/** Makes the caller of one CRM's authorisation server. `timeouts` is for tests, which cannot wait ten seconds. Throws nothing. */
export function createTokenCalls(
  words: { readonly crm: string; readonly advice: Advice },
  timeouts: TokenTimeouts = TOKEN_TIMEOUTS,
): PostForm {
  const dispatcher = new Agent({
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.answerMs,
    bodyTimeout: timeouts.answerMs,
    maxResponseSize: LARGEST_ANSWER_BYTES,
  });
  return async (url, fields, mayAsk = () => true) => {
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: dispatcher.compose(checkingFirst(() => requireMayAsk(mayAsk))),
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body: new URLSearchParams(fields).toString(),
        signal: AbortSignal.timeout(timeouts.totalMs),
      });
      const after = headers["retry-after"];
      return {
        status: statusCode,
        retryAfter: typeof after === "string" ? after : undefined,
        text: await body.text(),
      };
    } catch (cause) {
      if (cause instanceof BatonError) throw cause;
      const call = { method: "POST", path: new URL(url).pathname };
      throw troubleError(words, connectionTrouble(words.crm, cause), call, cause);
    }
  };
}

/** `Retry-After` in whole seconds, at most a day; a date or nonsense counts as none. Throws nothing. */
export function tokenRetryAfter({ retryAfter }: TokenAnswer): DurationMs | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/u.test(retryAfter)
    ? Math.min(Number(retryAfter) * SECOND_MS, DAY_MS)
    : undefined;
}

/** The JSON of a token answer; undefined for what is none. Throws nothing. */
export function tokenJson({ text }: TokenAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requireMayAsk(mayAsk: () => boolean): void {
  if (mayAsk()) return;
  throw new BatonError(
    "crm.timeout",
    "The renewal of a token was held up so long that another process may be at it: nothing was sent. It is tried again.",
  );
}
