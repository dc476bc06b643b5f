/** What a change of routing.yaml means: which leads go to somebody else now. */
import { conditionLines, conditionWords } from "./diff-conditions.ts";
import { about, byItem, byName, inParts, textAt } from "./diff-named.ts";
import { inQuotes, isSame, mapOf, quoted, show, type Tell, wordOf } from "./diff-words.ts";

/** Says how one routing.yaml differs from another. Throws nothing. */
export const routingLines: Tell = inParts({
  territories: byName({
    call: (name) => `Territory ${name}`,
    added: (when) => `added: ${conditionWords(when)}`,
    changed: conditionLines,
  }),
  rules: byItem(textAt("name"), {
    call: (name) => `Rule ${inQuotes(name)}`,
    added: ruleWords,
    changed: inParts({ when: whenLines, to: targetLines }),
    ordered: "now comes",
  }),
  otherwise: about("When no rule finds anybody", inParts({})),
  fairness: about("Fairness", inParts({})),
});

function ruleWords(rule: unknown): string {
  const { when, to, share, unless } = mapOf(rule);
  return [
    `added: ${when === undefined ? "every lead" : conditionWords(when)} → ${targetWords(to)}`,
    ...(share === undefined ? [] : [`shares ${show(share)}`]),
    ...(unless === undefined ? [] : [`unless ${show(unless)}`]),
  ].join("; ");
}

/** A rule without a condition is for every lead. */
function whenLines(who: string, from: unknown, to: unknown): readonly string[] {
  if (from !== undefined && to !== undefined) return conditionLines(who, from, to);
  if (isSame(from, to)) return [];
  const words = (when: unknown): string => (when === undefined ? "every lead" : conditionWords(when));
  return [`${who}: ${words(from)} → ${words(to)}`];
}

function targetLines(who: string, from: unknown, to: unknown): readonly string[] {
  return isSame(from, to) ? [] : [`${who}: leads go to ${targetWords(from)} → ${targetWords(to)}`];
}

/** `pool emea-sdr, skill enterprise`, `account.owner`. */
function targetWords(to: unknown): string {
  if (typeof to === "string") return quoted(to);
  return Object.entries(mapOf(to))
    .map(([key, value]) => `${wordOf(key)} ${show(value)}`)
    .join(", ");
}
