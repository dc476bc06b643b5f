/**
 * Calls that failed, in words all CRMs share. What a CRM's refusals mean is its own table; what broken connections mean is
 * here. For a write the question is only: is it applied?
 */
import { BatonError, type ErrorCode, labelOf } from "../../src/errors.ts";
import { DAY_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { Answered } from "./call.ts";

/**
 * One failed call. `applied` says what it means for a write: `no` for certain, `maybe`, or `refused` for good.
 * `reason` may be in the CRM's words and hold personal data: it is shown to admins and never logged.
 */
export interface Trouble {
  readonly code: ErrorCode;
  readonly applied: "no" | "maybe" | "refused";
  readonly reason: string;
  /** What the CRM calls it, safe to log: `400 VALIDATION_ERROR`, `UND_ERR_HEADERS_TIMEOUT`. */
  readonly label: string;
  /** Which of the CRM's limits was hit, by the connector's name for it. */
  readonly policy?: string;
  readonly retryAfterMs?: DurationMs;
}

/** Longest part of a CRM's message that is kept, in characters. */
const REASON_LENGTH = 500;

/** A CRM's message, as much of it as is kept. Throws nothing. */
export function cutReason(text: string): string {
  return text.length > REASON_LENGTH ? `${text.slice(0, REASON_LENGTH)}…` : text;
}

/** A call without an answer that says anything: a write may have been applied. Throws nothing. */
export function maybeTrouble(crm: string, code: ErrorCode, label: string): Omit<Trouble, "policy"> {
  return { code, applied: "maybe", reason: `No usable answer from ${crm} (${label})`, label };
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
export function connectionTrouble(crm: string, error: unknown): Trouble {
  const label = labelOf(error);
  if (BEFORE_SENDING.has(label)) {
    return { code: "crm.unreachable", applied: "no", reason: `${crm} cannot be reached (${label})`, label };
  }
  if (TIMEOUTS.has(label)) return maybeTrouble(crm, "crm.timeout", label);
  if (label === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return maybeTrouble(crm, "crm.bad-answer", label);
  return maybeTrouble(crm, "crm.unreachable", label);
}

/** What to do, per code; the second half of every error message. */
export type Advice = Readonly<Partial<Record<ErrorCode, string>>>;

/** Turns a failed call into the error that is thrown. The message holds the label and the path, never the CRM's text. */
export function troubleError(
  { crm, advice }: { readonly crm: string; readonly advice: Advice },
  trouble: Trouble,
  call: { readonly method: string; readonly path: string },
  cause?: unknown,
): BatonError {
  const known = advice[trouble.code];
  const message = `${crm}: ${trouble.label} for ${call.method} ${call.path}.${known ? ` ${known}` : ""}`;
  return new BatonError(trouble.code, message, {
    ...(cause === undefined ? {} : { cause }),
    ...(trouble.retryAfterMs === undefined ? {} : { retryAfterMs: trouble.retryAfterMs }),
  });
}

/** The longest HubSpot documents, for a move to another data centre. Whatever asks for more is looked at again after this. */
const LONGEST_RETRY_MS: DurationMs = DAY_MS;

/** `Retry-After` in seconds, at most a day; nonsense and dates count as none. */
export function retryAfter({ headers }: Pick<Answered, "headers">): { retryAfterMs?: DurationMs } {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? { retryAfterMs: Math.min(seconds * SECOND_MS, LONGEST_RETRY_MS) }
    : {};
}
