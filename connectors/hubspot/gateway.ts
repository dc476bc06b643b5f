/**
 * HubSpot for an installation, as `connectors/http/gateway.ts` has it: which delays follow which answers, and what stands still
 * because of one.
 */
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { TokenVault } from "../../src/tokens.ts";
import type { Allowance } from "../http/allowance.ts";
import type { Call } from "../http/call.ts";
import { createGatewayOver } from "../http/gateway.ts";
import type { Dialect, Gateway, Tuning } from "../http/gateway.ts";
import type { Refresh } from "../http/session.ts";
import { createAllowance } from "./allowance.ts";
import type { HubSpotConfig } from "./config.ts";
import { ADVICE, answerTrouble } from "./errors.ts";
import type { LimitPolicy, Trouble } from "./errors.ts";

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
/** The daily budget comes back at midnight in the account's time zone, which is not known: look every half hour. */
const DAILY_RETRY_MS: DurationMs = 1_800_000;
/** A move to another data centre takes up to a day; HubSpot says how long, and when it does not, this. */
const MIGRATION_RETRY_MS: DurationMs = 600_000;

/** Makes the gateway of one installation. Throws nothing; connections are made when first used. */
export function createGateway(parts: GatewayParts, tuning: Tuning = {}): Gateway {
  const { config, vault, refresh } = parts;
  const allowance = parts.allowance ?? createAllowance(config.now, tuning);
  return createGatewayOver({ dialect: dialect(config), vault, refresh, allowance, now: config.now }, tuning);
}

function dialect({ apiUrl }: HubSpotConfig): Dialect {
  return {
    crm: "HubSpot",
    advice: ADVICE,
    origin: () => apiUrl,
    headers: () => ({}),
    isSearch,
    refusal: () => undefined,
    judge(answered) {
      const trouble = answerTrouble(answered);
      return trouble && withRest(trouble);
    },
    hold,
    delays: ({ code, policy }: Trouble) => (policy ? LIMIT_DELAYS_MS[policy] : DELAYS_MS[code]),
  };
}

/** Everything stands still for a while after a 429. The limit of searches, five a second, is theirs alone. */
function hold({ code, policy, retryAfterMs }: Trouble, call: Call): ReturnType<Dialect["hold"]> {
  if (code !== "crm.rate-limited") return undefined;
  const ms = retryAfterMs ?? LIMIT_DELAYS_MS[policy ?? "ten-secondly"][0] ?? 0;
  return { ms, what: policy === "secondly" && isSearch(call) ? "searches" : "calls" };
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
