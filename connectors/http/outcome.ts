/**
 * What became of a write, of the items of a batch and of the rows of a collection: done in one of several ways, or not done in one of
 * three, which are those of a receipt.
 */
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { Trouble } from "./trouble.ts";

/** Refused for good. */
export interface Refused {
  readonly outcome: "refused";
  readonly code: ErrorCode;
  readonly reason: string;
}

/** Nothing was done, or nobody knows. */
type Undone =
  | { readonly outcome: "not-applied"; readonly code: ErrorCode; readonly retryAfterMs?: DurationMs }
  | { readonly outcome: "unknown"; readonly code: ErrorCode };

/** Why something is not done. */
export type NotDone = Undone | Refused;

/** What became of a write. `body` of a refusal is kept because a batch names the items it refused there. */
export type WriteAnswer =
  | { readonly outcome: "answered"; readonly body: unknown }
  | Undone
  | (Refused & { readonly body: unknown });

/** What a failed call means for the write it was. Throws nothing. */
export function writeAnswer(trouble: Trouble, body: unknown): Exclude<WriteAnswer, { outcome: "answered" }> {
  const failed = troubleOutcome(trouble);
  return failed.outcome === "refused" ? { ...failed, body } : failed;
}

/** What a failure means for what it befell: a call, an item, a row. Throws nothing. */
export function troubleOutcome({ applied, code, retryAfterMs, reason }: Trouble): NotDone {
  switch (applied) {
    case "no":
      return { outcome: "not-applied", code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    case "maybe":
      return { outcome: "unknown", code };
    case "refused":
      return { outcome: "refused", code, reason };
  }
}

/** Why something is not done, and nothing that is only known of it here. Throws nothing. */
export function notDone(failed: NotDone): NotDone {
  const { outcome, code } = failed;
  switch (outcome) {
    case "not-applied": {
      const { retryAfterMs } = failed;
      return { outcome, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
    case "unknown":
      return { outcome, code };
    case "refused":
      return { outcome, code, reason: failed.reason };
  }
}

/** The code of a failure; what has none is a connection that broke. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof BatonError ? error.code : "crm.unreachable";
}
