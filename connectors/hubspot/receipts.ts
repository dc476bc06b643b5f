/** How the outcome of a batch item becomes the receipt of a write. */
import type { Receipt } from "../../src/model/effect.ts";
import type { BatchItem, ItemOutcome, Outcomes } from "./batch-write.ts";
import type { BatchInput, Unspeakable } from "./compose.ts";

/** The item to send for a write, or none and a refusal when the write cannot be said in HubSpot's words. */
export function itemOf(
  key: string,
  input: BatchInput | Unspeakable,
  outcomes: Outcomes,
  isIt: BatchItem["isIt"],
): BatchItem[] {
  if ("properties" in input) return [{ key, input, isIt }];
  outcomes.set(key, { outcome: "refused", code: "crm.invalid", reason: input.reason });
  return [];
}

/** An outcome that is missing, or applied without the id that proves it, is unknown. */
export function receiptOf(key: string, outcome: ItemOutcome | undefined): Receipt {
  if (outcome === undefined || outcome.outcome === "applied") {
    return { key, outcome: "unknown", code: "crm.bad-answer" };
  }
  return { key, ...outcome };
}

/**
 * A conflict that is not over our own key passes: nothing was written, and a lead must not go without its owner, task or note for
 * it. Baton writes no value that has to be unique besides its keys.
 */
export function againAfterConflict(receipt: Receipt): Receipt {
  const isConflict = receipt.outcome === "refused" && receipt.code === "crm.conflict";
  return isConflict ? { key: receipt.key, outcome: "not-applied", code: receipt.code } : receipt;
}
