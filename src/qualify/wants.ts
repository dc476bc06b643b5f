/** What asking a provider could change about a verdict: facts that stand in its way because nobody knows them. */
import type { Verdict } from "../model/decision.ts";
import type { Finding } from "../model/finding.ts";
import type { Snapshot } from "../model/lead.ts";
import { type Enrichment, suppliers } from "../playbook/enrichment.ts";
import { factIn } from "../playbook/fact-condition.ts";
import type { Playbook } from "../playbook/playbook.ts";

/**
 * The facts a provider should be asked for, by name; none when asking could change nothing.
 *
 * Asked for are, of a lead that is `held` under `when_incomplete: enrich`, the facts that are missing, provided the answer has
 * all of them; and of a lead that is `not-ready`, the facts without which a condition in its way can be neither met nor
 * missed. No lead is asked about whose facts to send are not known. Throws nothing.
 */
export function wantsEnrichment(
  verdict: Verdict,
  { facts }: Snapshot,
  { fields: { enrich }, agreement }: Pick<Playbook, "fields" | "agreement">,
): readonly string[] {
  if (enrich === undefined || !canAsk(enrich, facts)) return [];
  const fillers = (fact: string): readonly string[] =>
    suppliers(enrich, fact).filter((name) => facts[name] === undefined);
  if (verdict.outcome === "held") {
    if (agreement.marketing.whenIncomplete !== "enrich") return [];
    const found = verdict.missing.map(fillers);
    return found.every((names) => names.length > 0) ? [...new Set(found.flat())] : [];
  }
  if (verdict.outcome !== "not-ready") return [];
  return [...new Set(inTheWay(verdict).flatMap(unknownFacts).flatMap(fillers))];
}

/** Whether enough is known to ask about. Throws nothing. */
export function canAsk({ send, needs }: Enrichment, facts: Snapshot["facts"]): boolean {
  if (needs.length > 0) return needs.every((name) => facts[name] !== undefined);
  return send.some(({ fact }) => facts[fact] !== undefined);
}

/** The needs of the lead's type, or the types themselves while none matches. */
function inTheWay(verdict: Extract<Verdict, { outcome: "not-ready" }>): readonly Finding[] {
  const section = verdict.type === undefined ? "type: " : "needs: ";
  return verdict.findings.filter(({ says }) => says.startsWith(section));
}

/** The facts whose absence makes a finding unknown. */
function unknownFacts(finding: Finding): readonly string[] {
  if (finding.truth !== "unknown") return [];
  const parts = finding.parts ?? [];
  return parts.length > 0 ? parts.flatMap(unknownFacts) : [factIn(finding)];
}
