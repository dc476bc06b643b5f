/** How the outcome of a row becomes the receipt of its write. */
import type { Receipt, Write } from "../../src/model/effect.ts";
import { notDone } from "../http/outcome.ts";
import type { RowOutcome } from "./collections.ts";

/** The receipt of a write that became a row. One whose row has no outcome is unknown. Throws nothing. */
export function receiptOf(
  write: Write,
  outcome: RowOutcome | undefined,
  dropped: readonly string[],
): Receipt {
  const { key } = write;
  if (outcome === undefined) return { key, outcome: "unknown", code: "crm.bad-answer" };
  switch (outcome.outcome) {
    case "applied":
      return appliedReceipt(write, outcome.id, dropped);
    case "refused": {
      const isOnIt = write.kind === "add-to-list" && outcome.errorCode === "DUPLICATE_VALUE";
      if (isOnIt) return appliedReceipt(write, write.lead.id, dropped);
      return { key, ...notDone(outcome) };
    }
    case "unknown":
    case "not-applied":
      return { key, ...notDone(outcome) };
  }
}

/** The receipt of what is there. A membership is known by its campaign, a lead by itself. Throws nothing. */
export function appliedReceipt(write: Write, id: string, dropped: readonly string[]): Receipt {
  return {
    key: write.key,
    outcome: "applied",
    id: write.kind === "add-to-list" ? write.list : id,
    ...(dropped.length > 0 ? { dropped } : {}),
  };
}
