/**
 * The one way to a CRM for an installation. Every call passes the account's limiter and breaker and carries the current
 * token. What a CRM's answers mean, and how it counts, is its `Dialect`.
 *
 * Reads are repeated by a table of delays, a bounded number of times. Writes are sent once: only Baton's ledger knows
 * whether repeating one is safe, so a write that did not clearly succeed or fail comes back as `unknown`. The one
 * exception is 401, which CRMs answer before they look at the request: the token is renewed and the call repeated once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BatonError } from "../../src/errors.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Tokens, TokenVault } from "../../src/tokens.ts";
import type { Allowance } from "./allowance.ts";
import type { Ending, Pass } from "./breaker.ts";
import type { Answered, Call } from "./call.ts";
import type { LimiterTuning, Urgency } from "./limiter.ts";
import { writeAnswer } from "./outcome.ts";
import type { WriteAnswer } from "./outcome.ts";
import { createSession } from "./session.ts";
import type { Refresh, Session } from "./session.ts";
import { createTransport, TIMEOUTS } from "./transport.ts";
import type { Timeouts } from "./transport.ts";
import { connectionTrouble, troubleError } from "./trouble.ts";
import type { Advice, Trouble } from "./trouble.ts";

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
  /** How many calls went out so far, in every manner. Throws nothing. */
  spent(): number;
  /** The tokens, for what does not go through `read` and `write`. */
  readonly session: Session;
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

/** How one CRM is spoken to. Nothing in it throws, but for `origin`. */
export interface Dialect {
  /** What errors call the CRM. */
  readonly crm: string;
  /** What to do about an error, per code. */
  readonly advice: Advice;
  /** Where calls go, without a trailing slash. @throws BatonError when the tokens do not say. */
  origin(tokens: Tokens): string;
  /** The headers of a call besides authorisation and content type. */
  headers(call: Call, kind: "read" | "write"): Readonly<Record<string, string>>;
  /** Whether a limit of searches concerns the call. */
  isSearch(call: Call): boolean;
  /** Why a call is not made now though its turn has come. */
  refusal(call: Call, urgency: Urgency): BatonError | undefined;
  /** What an answer says besides the limiter's headers, and what is wrong with it, with when to come back. */
  judge(answered: Answered): Trouble | undefined;
  /** How long calls stand still because of an answer that names no time the account rests for. */
  hold(
    trouble: Trouble,
    call: Call,
  ): { readonly ms: DurationMs; readonly what: "calls" | "searches" } | undefined;
  /** Delays before each further attempt of a read. */
  delays(trouble: Trouble): readonly DurationMs[] | undefined;
}

/** What a gateway is made of. `allowance` is shared by all connectors to the account. */
export interface GatewayParts {
  readonly dialect: Dialect;
  readonly vault: TokenVault;
  readonly refresh: Refresh;
  readonly allowance: Allowance;
  readonly now: () => Instant;
}

/** A longer `Retry-After` is the caller's matter: the account rests, and the lane must not stand still for it. */
const LONGEST_WAIT_MS: DurationMs = 15_000;
const LIVE: Manner = { urgency: "live", mayWrite: () => true };

type Outcome =
  | { readonly answered: Answered }
  | { readonly trouble: Trouble; readonly body: unknown; readonly cause?: unknown };

/** A call on its way: what it is, who waits for it, and what is asked right before its first byte goes out. */
interface Errand {
  readonly call: Call;
  readonly urgency: Urgency;
  readonly check: () => void;
}

/** Makes the gateway of one installation. Throws nothing; connections are made when first used. */
export function createGatewayOver(parts: GatewayParts, tuning: Tuning = {}): Gateway {
  const { dialect, allowance } = parts;
  const { limiter, breaker } = allowance;
  const session = createSession(parts);
  const transport = createTransport(tuning.timeouts ?? TIMEOUTS);
  const wait = tuning.wait ?? sleep;
  const owner = {};
  let closed: BatonError | undefined;
  let spent = 0;

  const refusalOf = ({ call, urgency }: Errand): BatonError | undefined =>
    closed ?? breaker.refusal() ?? dialect.refusal(call, urgency);
  /** Sends a call when its turn comes, and tells the breaker how it ended. */
  const send = async (errand: Errand, tokens: Tokens): Promise<Answered> => {
    const { call, urgency, check } = errand;
    const refusal = refusalOf(errand);
    if (refusal !== undefined) throw refusal;
    const to = { origin: dialect.origin(tokens), accessToken: tokens.access };
    let pass: Pass | undefined;
    let ending: Ending = "unsent";
    const admit = (): void => {
      check();
      pass = breaker.admit();
    };
    try {
      const sent = (): Promise<Answered> => {
        spent += 1;
        return transport.send(call, to, check);
      };
      const answered = await limiter.run(sent, { urgency, isSearch: dialect.isSearch(call), owner, admit });
      ending = answered.status >= 500 ? "fault" : "answered";
      return answered;
    } catch (cause) {
      if (!(cause instanceof BatonError)) ending = endingOf(connectionTrouble(dialect.crm, cause));
      throw cause;
    } finally {
      if (pass !== undefined) breaker.note(pass, ending);
    }
  };
  /** What stands still because of an answer: the account after a long "come back later", else what the CRM's table says. */
  const pause = (trouble: Trouble, call: Call): void => {
    const { code, retryAfterMs } = trouble;
    if (retryAfterMs !== undefined && retryAfterMs > LONGEST_WAIT_MS) return breaker.rest(code, retryAfterMs);
    const hold = dialect.hold(trouble, call);
    if (hold !== undefined) limiter.hold(hold.ms, hold.what);
  };
  const once = async (errand: Errand, tokens: Tokens): Promise<Outcome> => {
    try {
      const answered = await send(errand, tokens);
      limiter.note(answered.headers);
      const trouble = dialect.judge(answered);
      if (!trouble) return { answered };
      pause(trouble, errand.call);
      return { trouble, body: answered.body };
    } catch (cause) {
      const trouble = cause instanceof BatonError ? notSent(cause) : connectionTrouble(dialect.crm, cause);
      return { trouble, body: undefined, cause };
    }
  };
  const attempt = async (errand: Errand): Promise<Outcome> => {
    const tokens = await session.tokens();
    const outcome = await once(errand, tokens);
    if (!("trouble" in outcome) || outcome.trouble.code !== "crm.unauthorized") return outcome;
    return once(errand, await session.replace(tokens));
  };
  const delayBefore = (trouble: Trouble, failures: number): DurationMs | undefined => {
    const delayMs = closed ? undefined : dialect.delays(trouble)?.[failures];
    if (delayMs === undefined) return undefined;
    const wantedMs = Math.max(delayMs, trouble.retryAfterMs ?? 0);
    return wantedMs > LONGEST_WAIT_MS ? undefined : wantedMs;
  };

  const inManner = ({ urgency, mayWrite }: Manner): Gateway => ({
    session,
    spent: () => spent,
    async read(call) {
      const errand = { call: withHeaders(dialect, call, "read"), urgency, check: () => undefined };
      for (let failures = 0; ; failures += 1) {
        const outcome = await attempt(errand);
        if ("answered" in outcome) return outcome.answered.body;
        const delayMs = delayBefore(outcome.trouble, failures);
        if (delayMs === undefined) throw readError(dialect, outcome, call);
        await wait(delayMs);
      }
    },
    async write(call) {
      const check = (): void => requireMayWrite(mayWrite);
      try {
        const outcome = await attempt({ call: withHeaders(dialect, call, "write"), urgency, check });
        return "answered" in outcome
          ? { outcome: "answered", body: outcome.answered.body }
          : writeAnswer(outcome.trouble, outcome.body);
      } catch (error) {
        // Only getting a token can throw here, and without one nothing is sent.
        return writeAnswer(notSent(error), undefined);
      }
    },
    scopes: async () => (await session.tokens()).scopes,
    as: (manner) => inManner({ urgency, mayWrite, ...manner }),
    async close() {
      closed ??= new BatonError("crm.unreachable", `The connection to ${dialect.crm} is closed.`);
      limiter.turnAway(owner, closed);
      await transport.close();
      allowance.release();
    },
  });
  return inManner(LIVE);
}

/** A call's own headers win: it says what is different about it. */
function withHeaders(dialect: Dialect, call: Call, kind: "read" | "write"): Call {
  return { ...call, headers: { ...dialect.headers(call, kind), ...call.headers } };
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
function readError(
  dialect: Dialect,
  { trouble, cause }: Extract<Outcome, { trouble: Trouble }>,
  call: Call,
): unknown {
  return cause instanceof BatonError ? cause : troubleError(dialect, trouble, call, cause);
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
