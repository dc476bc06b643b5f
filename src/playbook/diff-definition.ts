/** What a change of definition.yaml means: who is ready for sales now and was not, or the other way round. */
import { conditionLines, conditionListLines, conditionOf, conditionWords } from "./diff-conditions.ts";
import { about, byItem, byName, inParts, phrased, textAt } from "./diff-named.ts";
import { inQuotes, mapOf, show, type Tell, valueLines } from "./diff-words.ts";

const typeLines = inParts({ when: conditionLines });

const intentLines = inParts({ at_least: phrased("holds with at least"), of: conditionListLines });

const consentLines = inParts({
  never: about("Consent: never contacted", conditionListLines),
  require: byItem((rule) => conditionWords(mapOf(rule)["when"]), {
    call: (when) => `Consent: a legal basis where ${when}`,
    added: () => "is now required",
    removed: () => "is no longer required",
    changed: (who, from, to) => valueLines(who, "", from, to),
  }),
});

/** Examples and counterexamples are the agreement's own tests: a changed one is a changed agreement. */
function examplesCalled(noun: string): Tell {
  return byItem(textAt("say"), {
    call: (say) => `${noun} ${inQuotes(say)}`,
    added: (example) => `added: ${expected(example)}`,
    changed: (who, from, to) => valueLines(who, "", from, to),
  });
}

function expected(example: unknown): string {
  const { ready, type, because } = mapOf(mapOf(example)["expect"]);
  if (ready !== true) return `not ready because of ${show(because)}`;
  return type === undefined ? "ready" : `ready as ${show(type)}`;
}

function typeWords(type: unknown): string {
  const { when, needs, waive } = mapOf(type);
  return [
    `added: ${conditionWords(when)}`,
    ...(needs === undefined ? [] : [`needs ${show(needs)}`]),
    ...(waive === undefined ? [] : [`waives ${show(waive)}`]),
  ].join("; ");
}

/** Says how one definition.yaml differs from another. Throws nothing. */
export const definitionLines: Tell = inParts({
  types: byName({
    call: (name) => `Type ${name}`,
    added: typeWords,
    changed: typeLines,
    ordered: "is now looked for",
  }),
  requested: about("A handoff that a workflow asks for", phrased("goes as")),
  reachable: conditionOf("Reachable"),
  fit: conditionOf("Fit"),
  intent: about("Intent", intentLines),
  score: about("Score", inParts({})),
  refuse: byName({
    call: (name) => `Refusal ${name}`,
    added: (when) => `added: ${conditionWords(when)}`,
    changed: conditionLines,
    ordered: "is now looked for",
  }),
  consent: consentLines,
  examples: examplesCalled("Example"),
  counterexamples: examplesCalled("Counterexample"),
});
