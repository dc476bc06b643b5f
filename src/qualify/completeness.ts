/** Marketing's half of the agreement: the fields that are on the record before a lead is handed off. */
import type { Finding } from "../model/finding.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Agreement } from "../playbook/agreement.ts";
import type { HandoffType } from "../playbook/definition.ts";
import { judgeKnown } from "./sections.ts";

/**
 * Which promised facts are missing. `missing` is empty when the agreement lets incomplete leads pass; the finding says
 * what was missing all the same, because both halves of the agreement are metered.
 */
export function completeness(
  subject: Snapshot,
  type: HandoffType,
  { marketing }: Agreement,
): { readonly finding: Finding; readonly missing: readonly string[] } {
  const owed = marketing.complete.filter((name) => type.waive !== "all" && !type.waive.includes(name));
  const parts = owed.map((name): Finding => {
    const saw = name === "signals" ? signalsOf(subject) : subject.facts[name]?.value;
    return saw === undefined
      ? { says: `${name} known`, truth: "no" }
      : { says: `${name} known`, truth: "yes", saw: String(saw) };
  });
  const absent = owed.filter((_, index) => parts[index]?.truth === "no");
  return { finding: judgeKnown(parts), missing: marketing.whenIncomplete === "pass" ? [] : absent };
}

function signalsOf({ signals }: Snapshot): number | undefined {
  return signals.length === 0 ? undefined : signals.length;
}
