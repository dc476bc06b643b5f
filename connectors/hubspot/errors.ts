/**
 * HubSpot's refusals and broken connections, translated by status, category and policy name; never by message text.
 * For a write the question is only: is it applied? Source: HubSpot's error handling guide and usage guidelines,
 * https://developers.hubspot.com/docs/api-reference/error-handling
 */
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { DAY_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import { problemBody } from "./answer.ts";

/** HubSpot's name of the limit that was hit; other names are treated as the ten-second one. */
export type LimitPolicy = "ten-secondly" | "secondly" | "daily";

/**
 * One failed call. `applied` says what it means for a write: `no` for certain, `maybe`, or `refused` for good.
 * `reason` is in HubSpot's words and may hold personal data: it is shown to admins and never logged.
 */
export interface Trouble {
  readonly code: ErrorCode;
  readonly applied: "no" | "maybe" | "refused";
  readonly reason: string;
  /** What HubSpot calls it, safe to log: `400 VALIDATION_ERROR`, `UND_ERR_HEADERS_TIMEOUT`. */
  readonly label: string;
  readonly policy?: LimitPolicy;
  readonly retryAfterMs?: DurationMs;
}

/** An HTTP answer as it came: `body` is parsed JSON, or undefined when there is none or it cannot be read. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly readable: boolean;
}

/** Longest part of HubSpot's message that is kept, in characters. */
const REASON_LENGTH = 500;

/** What HubSpot refuses without a more exact reason. */
const INVALID: Pick<Trouble, "code" | "applied"> = { code: "crm.invalid", applied: "refused" };

/** By status, where the status alone decides. 423 is a record lock, 477 a move to another data centre. */
const BY_STATUS: Readonly<Record<number, Pick<Trouble, "code" | "applied">>> = {
  401: { code: "crm.unauthorized", applied: "no" },
  403: { code: "crm.forbidden", applied: "refused" },
  404: { code: "crm.not-found", applied: "refused" },
  408: { code: "crm.timeout", applied: "maybe" },
  409: { code: "crm.conflict", applied: "refused" },
  410: { code: "crm.not-found", applied: "refused" },
  423: { code: "crm.locked", applied: "no" },
  429: { code: "crm.rate-limited", applied: "no" },
  477: { code: "crm.migrating", applied: "no" },
};

const BY_CATEGORY: ReadonlyMap<string | undefined, Pick<Trouble, "code" | "applied">> = new Map([
  ["OBJECT_NOT_FOUND", { code: "crm.not-found", applied: "refused" }],
  ["CONFLICT", { code: "crm.conflict", applied: "refused" }],
  ["OBJECT_ALREADY_EXISTS", { code: "crm.conflict", applied: "refused" }],
  ["MISSING_SCOPES", { code: "crm.forbidden", applied: "refused" }],
  ["RATE_LIMITS", { code: "crm.rate-limited", applied: "no" }],
  ["INTERNAL_ERROR", { code: "crm.server-error", applied: "maybe" }],
]);

const POLICIES: ReadonlyMap<string | undefined, LimitPolicy> = new Map([
  ["TEN_SECONDLY_ROLLING", "ten-secondly"],
  ["SECONDLY", "secondly"],
  ["DAILY", "daily"],
]);

/**
 * Judges an answer.
 *
 * @returns undefined for a 2xx with a body that can be read (or none, for 204). A 2xx that cannot be read may have been
 *          applied; so may a 4xx that does not speak HubSpot's JSON, because something between us answered. Throws nothing.
 */
export function answerTrouble(answered: Answered): Trouble | undefined {
  const { status, readable } = answered;
  if (status === 204) return undefined;
  if (status >= 200 && status < 300) {
    return readable ? undefined : maybe("crm.bad-answer", `${status} with a body that is not JSON`);
  }
  if (status >= 300 && status < 400) return maybe("crm.redirected", String(status));
  if (status >= 500) return { ...maybe("crm.server-error", String(status)), ...retryAfter(answered) };
  const known = BY_STATUS[status];
  if (!readable && known?.applied !== "no")
    return maybe("crm.bad-answer", `${status} with a body that is not JSON`);
  const problem = problemBody(answered.body);
  return {
    ...(known ?? INVALID),
    reason: cut(problem.message ?? `HubSpot answered ${status}`),
    label: [status, problem.category, ...problem.missingScopes].filter(Boolean).join(" "),
    ...(status === 429 ? { policy: POLICIES.get(problem.policyName) ?? "ten-secondly" } : {}),
    ...retryAfter(answered),
  };
}

/**
 * Judges one entry of `errors[]` in a batch answer. An unknown category is a refusal of that item, because HubSpot
 * lists only what it did not write. Throws nothing.
 */
export function itemTrouble(category: string | undefined, message: string | undefined): Trouble {
  const known = BY_CATEGORY.get(category) ?? INVALID;
  return {
    ...known,
    reason: cut(message ?? category ?? "HubSpot gave no reason"),
    label: category ?? "no category",
  };
}

/** Codes of failures that happen before a byte of the request is sent. */
const BEFORE_SENDING: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);
const TIMEOUTS: ReadonlySet<string> = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "TimeoutError",
  "ETIMEDOUT",
]);

/**
 * Judges a connection that failed. Only failures known to come before sending are certain; a reset may have come after
 * the write was kept. Throws nothing.
 */
export function connectionTrouble(error: unknown): Trouble {
  const label = errorLabel(error);
  if (BEFORE_SENDING.has(label)) {
    return { code: "crm.unreachable", applied: "no", reason: `HubSpot cannot be reached (${label})`, label };
  }
  if (TIMEOUTS.has(label)) return maybe("crm.timeout", label);
  if (label === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return maybe("crm.bad-answer", label);
  return maybe("crm.unreachable", label);
}

/** What to do, per code; the second half of every error message. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  "crm.unreachable": "Check the network between Baton and HubSpot; the call is repeated by itself.",
  "crm.timeout": "HubSpot took too long; the call is repeated by itself.",
  "crm.rate-limited": "The account's call budget is spent; the call is repeated when it is free again.",
  "crm.unauthorized": "HubSpot does not accept the token; connect the account again.",
  "crm.forbidden":
    "A scope or a subscription tier is missing; connect the account again and grant what Baton asks for.",
  "crm.migrating": "HubSpot is moving this account to another data centre; the call is repeated later.",
  "crm.redirected": "Something between Baton and HubSpot redirects calls; check proxies and the API URL.",
  "crm.invalid": "Check the property names and values in fields.yaml against the account.",
};

/** Turns a failed call into the error that is thrown. The message holds the label and the path, never HubSpot's text. */
export function troubleError(
  trouble: Trouble,
  call: { method: string; path: string },
  cause?: unknown,
): BatonError {
  const advice = ADVICE[trouble.code];
  const message = `HubSpot: ${trouble.label} for ${call.method} ${call.path}.${advice ? ` ${advice}` : ""}`;
  return new BatonError(trouble.code, message, {
    ...(cause === undefined ? {} : { cause }),
    ...(trouble.retryAfterMs === undefined ? {} : { retryAfterMs: trouble.retryAfterMs }),
  });
}

function maybe(code: ErrorCode, label: string): Trouble {
  return { code, applied: "maybe", reason: `No usable answer from HubSpot (${label})`, label };
}

function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code ?? error.name;
}

/** The longest HubSpot documents, for a move to another data centre. Whatever asks for more is looked at again after this. */
const LONGEST_RETRY_MS: DurationMs = DAY_MS;

/** `Retry-After` in seconds, as HubSpot's API sends it; its workflow webhooks read milliseconds, which is not here. */
function retryAfter({ headers }: Answered): { retryAfterMs?: DurationMs } {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? { retryAfterMs: Math.min(seconds * SECOND_MS, LONGEST_RETRY_MS) }
    : {};
}

function cut(text: string): string {
  return text.length > REASON_LENGTH ? `${text.slice(0, REASON_LENGTH)}…` : text;
}
