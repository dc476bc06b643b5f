/**
 * Salesforce for an installation, as `connectors/http/gateway.ts` has it. Calls go where the tokens say the org's API is. What is
 * different from other CRMs: the day is what is counted (`budget.ts`), and headers decide what a write sets off (`headers.ts`).
 */
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Tokens, TokenVault } from "../../src/tokens.ts";
import type { Allowance as AnyAllowance, Shared as AnyShared } from "../http/allowance.ts";
import { createBreaker } from "../http/breaker.ts";
import { createGatewayOver } from "../http/gateway.ts";
import type { Dialect, Gateway, Tuning } from "../http/gateway.ts";
import { createLimiter } from "../http/limiter.ts";
import type { LimiterTuning, LimitRules } from "../http/limiter.ts";
import type { Refresh } from "../http/session.ts";
import { createBudget, DAILY_RETRY_MS } from "./budget.ts";
import type { Budget } from "./budget.ts";
import type { SalesforceConfig } from "./config.ts";
import type { Shapes } from "./describe.ts";
import { ADVICE, answerTrouble } from "./errors.ts";
import type { Trouble } from "./errors.ts";
import { CALL_HEADERS, WRITE_HEADERS } from "./headers.ts";
import { trustedInstance } from "./instance-url.ts";

/** What all connectors to one org share. */
export interface Shared extends AnyShared {
  readonly budget: Budget;
  readonly shapes: Shapes;
}
export type Allowance = AnyAllowance<Shared>;

export interface GatewayParts {
  readonly config: SalesforceConfig;
  readonly vault: TokenVault;
  readonly refresh: Refresh;
  /** Shared by all connectors to the org; without it, its own. */
  readonly allowance?: Allowance;
}

/** Salesforce counts by the day and limits calls that take 20 s, longer than Baton waits: no window, but room for live calls. */
const LIMIT_RULES: LimitRules = {
  callsPerWindow: Number.POSITIVE_INFINITY,
  windowMs: 10_000,
  openBulkCalls: 4,
};
/** Delays before each further attempt of a read. */
const DELAYS_MS: Partial<Record<ErrorCode, readonly DurationMs[]>> = {
  "crm.unreachable": [250, 1_000, 4_000],
  "crm.server-error": [250, 1_000, 4_000],
  "crm.bad-answer": [250, 1_000],
  // A timeout has cost ten seconds already.
  "crm.timeout": [250],
  "crm.locked": [1_000, 4_000],
  "crm.rate-limited": [2_500, 10_000],
};
/** After a refusal that was not the day's: too many long calls at once, those of others too. */
const CROWDED_MS: DurationMs = 2_500;

/** Makes the gateway of one installation. Throws nothing; connections are made when first used. */
export function createGateway(parts: GatewayParts, tuning: Tuning = {}): Gateway {
  const { config, vault, refresh } = parts;
  const allowance = parts.allowance ?? { ...createShared(config.now, tuning), release: () => undefined };
  const dialect = dialectOf(config, allowance.budget);
  return createGatewayOver({ dialect, vault, refresh, allowance, now: config.now }, tuning);
}

/** What the connectors to one more org share. Throws nothing. */
export function createShared(now: () => Instant, tuning: LimiterTuning = {}): Shared {
  return {
    limiter: createLimiter(LIMIT_RULES, tuning),
    breaker: createBreaker("Salesforce", now),
    budget: createBudget(now),
    shapes: new Map(),
  };
}

function dialectOf(config: SalesforceConfig, budget: Budget): Dialect {
  return {
    crm: "Salesforce",
    advice: ADVICE,
    origin: (tokens) => originOf(config, tokens),
    headers: (_call, kind) => (kind === "write" ? { ...CALL_HEADERS, ...WRITE_HEADERS } : CALL_HEADERS),
    isSearch: () => false,
    refusal: (call, urgency) => budget.refusal(urgency, call.isEssential === true),
    judge(answered) {
      budget.note(answered.headers);
      const trouble = answerTrouble(answered);
      return trouble && withRest(trouble, budget);
    },
    hold: ({ code }) => (code === "crm.rate-limited" ? { ms: CROWDED_MS, what: "calls" } : undefined),
    delays: ({ code }) => DELAYS_MS[code],
  };
}

/** Where the org's API is. @throws BatonError where the tokens do not say, or name a host that is not Salesforce's. */
export function originOf(
  { loginUrl }: Pick<SalesforceConfig, "loginUrl">,
  { instanceUrl }: Pick<Tokens, "instanceUrl">,
): string {
  if (instanceUrl !== undefined) return trustedInstance(instanceUrl, loginUrl);
  throw new BatonError(
    "crm.bad-answer",
    "Salesforce's tokens do not say where the org is. Connect the org again.",
  );
}

/** The day's limit and that of long calls have one code: the org's own count tells them apart. */
function withRest(trouble: Trouble, budget: Budget): Trouble {
  if (trouble.policy !== "org" || !budget.isSpent()) return trouble;
  return { ...trouble, retryAfterMs: DAILY_RETRY_MS };
}
