/**
 * From anything thrown to what a caller is told: a status, a code, a sentence, and nothing about our insides.
 * `BatonError`s follow the table over remedies; what Fastify itself refuses keeps its status under a fixed sentence.
 */
import { STATUS_CODES } from "node:http";
import { BatonError, type ErrorCode, HTTP_STATUS } from "../errors.ts";

/** What a caller is told. `code` is absent where no code of the catalogue says more than the status. */
export interface Fault {
  readonly status: number;
  readonly code?: ErrorCode;
  readonly message: string;
  /** Seconds, for the `Retry-After` header. */
  readonly retryAfter?: number;
}

/** Codes with a more exact status than their remedy's. */
const EXACT_STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  "receive.bad-signature": 401,
  "receive.bad-timestamp": 401,
  "receive.bad-key": 401,
  "receive.too-large": 413,
  "receive.unknown-tenant": 404,
  "receive.rate-limited": 429,
  "install.denied": 403,
};

/** When the other side said nothing about when to come back. */
const RETRY_AFTER_SECONDS = 5;

/** Throws nothing. */
export function faultOf(error: unknown): Fault {
  if (error instanceof BatonError) return ofBaton(error);
  const status = statusOf(error);
  if (status === 413)
    return { status, code: "receive.too-large", message: "The body is larger than this address takes." };
  if (status !== undefined) return { status, message: `${STATUS_CODES[status] ?? "Bad request"}.` };
  return {
    status: 500,
    message: "Something went wrong on our side. The log holds it under this request's id.",
  };
}

function ofBaton(error: BatonError): Fault {
  const status = EXACT_STATUS[error.code] ?? HTTP_STATUS[error.remedy];
  const fault = { status, code: error.code, message: error.message };
  if (error.remedy !== "retry") return fault;
  return { ...fault, retryAfter: Math.ceil((error.retryAfterMs ?? RETRY_AFTER_SECONDS * 1_000) / 1_000) };
}

/** A client error as Fastify marks it; its own message may quote the request, so only the number is used. */
function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}
