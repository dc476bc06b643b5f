/** What became of a write, and of the items of one. */
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { Trouble } from "./trouble.ts";

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

/** What a failed call means for the write it was. Throws nothing. */
export function writeAnswer(trouble: Trouble, body: unknown): WriteAnswer {
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

/** The code of a failure; what has none is a connection that broke. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof BatonError ? error.code : "crm.unreachable";
}
