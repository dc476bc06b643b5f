/**
 * The one way to HubSpot for an installation. Every call passes the limiter and carries the current token.
 *
 * Reads are repeated by a table of delays, a bounded number of times. Writes are sent once: only Baton's ledger knows
 * whether repeating one is safe, so a write that did not clearly succeed or fail comes back as `unknown`. The one
 * exception is 401, which HubSpot answers before it looks at the request: the token is renewed and the call repeated once.
 */
import type { TokenVault, Tokens } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { HubSpotConfig } from "./config.ts";
import { answerTrouble, connectionTrouble, troubleError } from "./errors.ts";
import type { Answered, LimitPolicy, Trouble } from "./errors.ts";
import { createLimiter } from "./limiter.ts";
import type { Limiter } from "./limiter.ts";
import { createSession } from "./session.ts";
import { createTransport, TIMEOUTS } from "./transport.ts";
import type { Call, Timeouts } from "./transport.ts";

/** What became of a write. `body` of a refusal is kept because a batch names the items it refused there. */
export type WriteAnswer =
  | { readonly kind: "answered"; readonly body: unknown }
  | { readonly kind: "not-applied"; readonly code: ErrorCode; readonly retryAfterMs?: DurationMs }
  | { readonly kind: "unknown"; readonly code: ErrorCode }
  | {
      readonly kind: "refused";
      readonly code: ErrorCode;
      readonly reason: string;
      readonly body: unknown;
    };

export interface Gateway {
  /** Reads, with repeats. @throws BatonError `crm.*`, and whatever the vault throws. */
  read(call: Call): Promise<unknown>;
  /** Writes once. Never throws. */
  write(call: Call): Promise<WriteAnswer>;
  /** The scopes the account granted. Throws as `read`. */
  scopes(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What tests replace: nothing here changes what is sent. */
export interface Tuning {
  readonly timeouts?: Timeouts;
  /** Waits between the attempts of a read. */
  readonly wait?: (ms: DurationMs) => Promise<void>;
  readonly callsPerWindow?: number;
}

export interface GatewayParts {
  readonly config: HubSpotConfig;
  readonly vault: TokenVault;
  readonly refresh: (tokens: Tokens) => Promise<Tokens>;
}

/** Delays before each further attempt of a read. The ten-second window is over after the third. */
const LIMIT_DELAYS_MS: Readonly<Record<LimitPolicy, readonly DurationMs[]>> = {
  "ten-secondly": [2_500, 5_000, 10_000],
  secondly: [1_000, 2_000, 4_000],
  daily: [],
};
const DELAYS_MS: Partial<Record<ErrorCode, readonly DurationMs[]>> = {
  "crm.unreachable": [250, 1_000, 4_000],
  "crm.server-error": [250, 1_000, 4_000],
  "crm.bad-answer": [250, 1_000],
  // A timeout has cost ten seconds already.
  "crm.timeout": [250],
  // HubSpot asks for at least two seconds after a lock.
  "crm.locked": [2_000, 4_000],
};
/** A longer `Retry-After` is the caller's matter: the lane must not stand still for it. */
const LONGEST_WAIT_MS: DurationMs = 15_000;
/** The daily budget comes back at midnight in the account's time zone, which is not known: look every half hour. */
const DAILY_RETRY_MS: DurationMs = 1_800_000;

type Outcome =
  | { readonly answered: Answered }
  | { readonly trouble: Trouble; readonly body: unknown; readonly cause?: unknown };

/** Makes the gateway of one installation. Throws nothing; connections are made when first used. */
export function createGateway(parts: GatewayParts, tuning: Tuning = {}): Gateway {
  const session = createSession({ vault: parts.vault, refresh: parts.refresh, now: parts.config.now });
  const transport = createTransport(parts.config.apiUrl, tuning.timeouts ?? TIMEOUTS);
  const limiter = createLimiter(tuning.callsPerWindow);
  const wait = tuning.wait ?? waitMs;
  let closed = false;

  const once = async (call: Call, tokens: Tokens): Promise<Outcome> => {
    try {
      const answered = await limiter.run(() => transport.send(call, tokens.access));
      limiter.note(answered.headers);
      const trouble = answerTrouble(answered);
      if (!trouble) return { answered };
      if (trouble.code === "crm.rate-limited") holdFor(trouble, limiter);
      return { trouble: withDailyRetry(trouble), body: answered.body };
    } catch (cause) {
      return {
        trouble: cause instanceof BatonError ? notSent(cause) : connectionTrouble(cause),
        body: undefined,
        cause,
      };
    }
  };
  const attempt = async (call: Call): Promise<Outcome> => {
    const tokens = await session.tokens();
    const outcome = await once(call, tokens);
    if (!("trouble" in outcome) || outcome.trouble.code !== "crm.unauthorized") return outcome;
    return once(call, await session.replace(tokens));
  };

  return {
    async read(call) {
      for (let failures = 0; ; failures += 1) {
        const outcome = await attempt(call);
        if ("answered" in outcome) return outcome.answered.body;
        const delayMs = closed ? undefined : delayBefore(outcome.trouble, failures);
        if (delayMs === undefined) throw troubleError(outcome.trouble, call, outcome.cause);
        await wait(delayMs);
      }
    },
    async write(call) {
      try {
        const outcome = await attempt(call);
        return "answered" in outcome
          ? { kind: "answered", body: outcome.answered.body }
          : writeAnswer(outcome.trouble, outcome.body);
      } catch (error) {
        // Only getting a token can throw here, and without one nothing is sent.
        return writeAnswer(notSent(error), undefined);
      }
    },
    scopes: async () => (await session.tokens()).scopes,
    async close() {
      closed = true;
      limiter.close(new BatonError("crm.unreachable", "The connection to HubSpot is closed."));
      await transport.close();
    },
  };
}

function writeAnswer(trouble: Trouble, body: unknown): WriteAnswer {
  const { code, retryAfterMs, reason } = trouble;
  switch (trouble.applied) {
    case "no":
      return { kind: "not-applied", code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    case "maybe":
      return { kind: "unknown", code };
    case "refused":
      return { kind: "refused", code, reason, body };
  }
}

function notSent(error: unknown): Trouble {
  const known = error instanceof BatonError;
  const label = "not sent";
  return {
    code: known ? error.code : "crm.unreachable",
    applied: "no",
    reason: label,
    label,
    ...(known && error.retryAfterMs !== undefined ? { retryAfterMs: error.retryAfterMs } : {}),
  };
}

function delayBefore(trouble: Trouble, failures: number): DurationMs | undefined {
  const table = trouble.policy ? LIMIT_DELAYS_MS[trouble.policy] : DELAYS_MS[trouble.code];
  const delayMs = table?.[failures];
  if (delayMs === undefined) return undefined;
  const wantedMs = Math.max(delayMs, trouble.retryAfterMs ?? 0);
  return wantedMs > LONGEST_WAIT_MS ? undefined : wantedMs;
}

/** After a 429 nothing else is sent for a while either: refused calls count against the app's standing. */
function holdFor(trouble: Trouble, limiter: Limiter): void {
  const firstMs = LIMIT_DELAYS_MS[trouble.policy ?? "ten-secondly"][0] ?? 0;
  limiter.hold(Math.min(trouble.retryAfterMs ?? firstMs, LONGEST_WAIT_MS));
}

function withDailyRetry(trouble: Trouble): Trouble {
  if (trouble.policy !== "daily" || trouble.retryAfterMs !== undefined) return trouble;
  return { ...trouble, retryAfterMs: DAILY_RETRY_MS };
}

function waitMs(ms: DurationMs): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
