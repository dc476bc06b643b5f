/** What a provider's answer, or a connection that failed, means: one table by status, one by the connection's code. */
import { BatonError, type ErrorCode, labelOf } from "../errors.ts";
import type { DurationMs } from "../model/instant.ts";

/** By status, where it says more than its class does. 402: the plan is used up or was not paid. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  202: "enrich.unfinished",
  401: "enrich.refused",
  402: "enrich.refused",
  403: "enrich.refused",
  407: "enrich.refused",
  408: "enrich.timeout",
  425: "enrich.unfinished",
  429: "enrich.rate-limited",
};

const TIMEOUTS: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
  "TimeoutError",
]);

/** What each code means and asks for; none of it quotes the answer or the address. */
const SAYS: Partial<Record<ErrorCode, string>> = {
  "enrich.unfinished": "is still looking; it is asked again later.",
  "enrich.refused": "does not accept us: check BATON_ENRICH_AUTHORIZATION and the plan.",
  "enrich.timeout": "took longer than the playbook allows; it is asked again later.",
  "enrich.rate-limited": "is asked too often; it is asked again later.",
  "enrich.server-error": "failed; it is asked again later.",
  "enrich.redirected": "sends us elsewhere, and Baton does not follow: check BATON_ENRICH_URL.",
  "enrich.invalid": "does not take the request: compare send in fields.yaml with its documentation.",
  "enrich.unreachable":
    "cannot be reached; it is asked again later. Check network, DNS and BATON_ENRICH_URL.",
  "enrich.bad-answer": "answered with something that is not JSON, or too much of it: check BATON_ENRICH_URL.",
};

/** What a status means, unless it is an answer (2xx) or "nothing known" (404). Throws nothing. */
export function statusCode(status: number): ErrorCode | undefined {
  const known = BY_STATUS[status];
  if (known !== undefined || status === 404) return known;
  if (status >= 200 && status < 300) return undefined;
  if (status >= 500) return "enrich.server-error";
  return status >= 300 && status < 400 ? "enrich.redirected" : "enrich.invalid";
}

/** @param detail  What the message may tell beside the code: a status, or a connection's code. */
export function enrichError(
  code: ErrorCode,
  detail: string,
  more: { readonly cause?: unknown; readonly retryAfterMs?: DurationMs } = {},
): BatonError {
  return new BatonError(code, `The enrichment provider (${detail}) ${SAYS[code] ?? ""}`.trim(), more);
}

/** A failed connection in our words; an error of ours stays what it is. */
export function connectionError(cause: unknown): BatonError {
  if (cause instanceof BatonError) return cause;
  const label = labelOf(cause);
  if (TIMEOUTS.has(label)) return enrichError("enrich.timeout", label, { cause });
  if (label === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return enrichError("enrich.bad-answer", label, { cause });
  return enrichError("enrich.unreachable", label, { cause });
}

/** The error for a provider that is not where a provider may be. It names no address: those are the network's own. */
export function forbiddenAddress(): BatonError {
  return new BatonError(
    "enrich.forbidden-address",
    "The enrichment provider's name leads to an address that is not public, or to none. Baton does not call it: check BATON_ENRICH_URL and the DNS.",
  );
}
