/**
 * The one way to HubSpot for an installation. Every call passes the account's limiter and breaker and carries the current
 * token.
 *
 * Reads are repeated by a table of delays, a bounded number of times. Writes are sent once: only Baton's ledger knows
 * whether repeating one is safe, so a write that did not clearly succeed or fail comes back as `unknown`. The one
 * exception is 401, which HubSpot answers before it looks at the request: the token is renewed and the call repeated once.
 */
import type { TokenVault, Tokens } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import { createAllowance } from "./allowance.ts";
import type { Allowance } from "./allowance.ts";
import type { Ending, Pass } from "./breaker.ts";
import type { HubSpotConfig } from "./config.ts";
import { answerTrouble, connectionTrouble, troubleError } from "./errors.ts";
import type { Answered, LimitPolicy, Trouble } from "./errors.ts";
import type { LimiterTuning, Urgency } from "./limiter.ts";
import { createSession } from "./session.ts";
import type { Refresh } from "./session.ts";
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

/** On whose behalf calls are made. */
interface Manner {
  readonly urgency: Urgency;
  /** Asked before each write, the last time when its first byte is about to go out: false, and it is not sent. */
  readonly mayWrite: () => boolean;
}

export interface Gateway {
  /** Reads, with repeats. @throws BatonError `crm.*`, and whatever the vault throws. */
  read(call: Call): Promise<unknown>;
  /** Writes once. Never throws. */
  write(call: Call): Promise<WriteAnswer>;
  /** The scopes the account granted. Throws as `read`. */
  scopes(): Promise<readonly string[]>;
  /** The same gateway in another manner. What is not said stays as it was: live, and free to write. */
  as(manner: Partial<Manner>): Gateway;
  /** Turns away what waits, lets open calls end. It closes the gateway in every manner. */
  close(): Promise<void>;
}

/** What tests replace: nothing here changes what is sent. */
export interface Tuning extends LimiterTuning {
  readonly timeouts?: Timeouts;
  /** Waits between the attempts of a read. */
  readonly wait?: (ms: DurationMs) => Promise<void>;
}

export interface GatewayParts {
  readonly config: HubSpotConfig;
  readonly vault: TokenVault;
  readonly refresh: Refresh;
  /** Shared by all connectors to the account; without it, its own. */
  readonly allowance?: Allowance;
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
/** A longer `Retry-After` is the caller's matter: the account rests, and the lane must not stand still for it. */
const LONGEST_WAIT_MS: DurationMs = 15_000;
/** The daily budget comes back at midnight in the account's time zone, which is not known: look every half hour. */
const DAILY_RETRY_MS: DurationMs = 1_800_000;
/** A move to another data centre takes up to a day; HubSpot says how long, and when it does not, this. */
const MIGRATION_RETRY_MS: DurationMs = 600_000;
const LIVE: Manner = { urgency: "live", mayWrite: () => true };

type Outcome =
  | { readonly answered: Answered }
  | { readonly trouble: Trouble; readonly body: unknown; readonly cause?: unknown };

/** Makes the gateway of one installation. Throws nothing; connections are made when first used. */
export function createGateway(parts: GatewayParts, tuning: Tuning = {}): Gateway {
  const session = createSession({ vault: parts.vault, refresh: parts.refresh, now: parts.config.now });
  const transport = createTransport(parts.config.apiUrl, tuning.timeouts ?? TIMEOUTS);
  const allowance = parts.allowance ?? createAllowance(parts.config.now, tuning);
  const { limiter, breaker } = allowance;
  const wait = tuning.wait ?? waitMs;
  const owner = {};
  let closed: BatonError | undefined;

  /** Sends a call when its turn comes, and tells the breaker how it ended. */
  const send = async (call: Call, tokens: Tokens, urgency: Urgency, check: () => void): Promise<Answered> => {
    const refusal = closed ?? breaker.refusal();
    if (refusal !== undefined) throw refusal;
    let pass: Pass | undefined;
    let ending: Ending = "unsent";
    const admit = (): void => {
      check();
      pass = breaker.admit();
    };
    try {
      const sent = (): Promise<Answered> => transport.send(call, tokens.access, check);
      const answered = await limiter.run(sent, { urgency, isSearch: isSearch(call), owner, admit });
      ending = answered.status >= 500 ? "fault" : "answered";
      return answered;
    } catch (cause) {
      if (!(cause instanceof BatonError)) ending = endingOf(connectionTrouble(cause));
      throw cause;
    } finally {
      if (pass !== undefined) breaker.note(pass, ending);
    }
  };
  const once = async (call: Call, tokens: Tokens, urgency: Urgency, check: () => void): Promise<Outcome> => {
    try {
      const answered = await send(call, tokens, urgency, check);
      limiter.note(answered.headers);
      const trouble = answerTrouble(answered);
      if (!trouble) return { answered };
      return { trouble: pause(withRest(trouble), call, allowance), body: answered.body };
    } catch (cause) {
      const trouble = cause instanceof BatonError ? notSent(cause) : connectionTrouble(cause);
      return { trouble, body: undefined, cause };
    }
  };
  const attempt = async (call: Call, urgency: Urgency, check: () => void): Promise<Outcome> => {
    const tokens = await session.tokens();
    const outcome = await once(call, tokens, urgency, check);
    if (!("trouble" in outcome) || outcome.trouble.code !== "crm.unauthorized") return outcome;
    return once(call, await session.replace(tokens), urgency, check);
  };

  const inManner = ({ urgency, mayWrite }: Manner): Gateway => ({
    async read(call) {
      for (let failures = 0; ; failures += 1) {
        const outcome = await attempt(call, urgency, () => undefined);
        if ("answered" in outcome) return outcome.answered.body;
        const delayMs = closed ? undefined : delayBefore(outcome.trouble, failures);
        if (delayMs === undefined) throw readError(outcome, call);
        await wait(delayMs);
      }
    },
    async write(call) {
      try {
        const outcome = await attempt(call, urgency, () => requireMayWrite(mayWrite));
        return "answered" in outcome
          ? { kind: "answered", body: outcome.answered.body }
          : writeAnswer(outcome.trouble, outcome.body);
      } catch (error) {
        // Only getting a token can throw here, and without one nothing is sent.
        return writeAnswer(notSent(error), undefined);
      }
    },
    scopes: async () => (await session.tokens()).scopes,
    as: (manner) => inManner({ urgency, mayWrite, ...manner }),
    async close() {
      closed ??= new BatonError("crm.unreachable", "The connection to HubSpot is closed.");
      limiter.turnAway(owner, closed);
      await transport.close();
      allowance.release();
    },
  });
  return inManner(LIVE);
}

function requireMayWrite(mayWrite: () => boolean): void {
  if (mayWrite()) return;
  throw new BatonError(
    "deliver.lost-lane",
    "This worker may not hold the lane any more: the write was not sent. Whoever holds the lane sends it.",
  );
}

/** An answer that is too long is one. */
function endingOf({ code }: Trouble): Ending {
  return code === "crm.bad-answer" ? "answered" : "fault";
}

/** What was refused before it was sent keeps its own words. */
function readError({ trouble, cause }: Extract<Outcome, { trouble: Trouble }>, call: Call): unknown {
  return cause instanceof BatonError ? cause : troubleError(trouble, call, cause);
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

/**
 * What stands still because of an answer: everything for a while after a 429, the account after a long "come back later". The
 * limit of searches, five a second, is theirs alone.
 */
function pause(trouble: Trouble, call: Call, { limiter, breaker }: Allowance): Trouble {
  const { code, policy, retryAfterMs } = trouble;
  if (retryAfterMs !== undefined && retryAfterMs > LONGEST_WAIT_MS) breaker.rest(code, retryAfterMs);
  else if (code === "crm.rate-limited") {
    const ms = retryAfterMs ?? LIMIT_DELAYS_MS[policy ?? "ten-secondly"][0] ?? 0;
    limiter.hold(ms, policy === "secondly" && isSearch(call) ? "searches" : "calls");
  }
  return trouble;
}

function isSearch({ path }: Call): boolean {
  return path.endsWith("/search");
}

/** Says when to come back where HubSpot did not, and nobody would guess. */
function withRest(trouble: Trouble): Trouble {
  if (trouble.retryAfterMs !== undefined) return trouble;
  if (trouble.policy === "daily") return { ...trouble, retryAfterMs: DAILY_RETRY_MS };
  return trouble.code === "crm.migrating" ? { ...trouble, retryAfterMs: MIGRATION_RETRY_MS } : trouble;
}

function waitMs(ms: DurationMs): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
