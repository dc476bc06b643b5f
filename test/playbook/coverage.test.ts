import { describe, expect, test } from "vitest";
import { checkExamples, type Coverage } from "../../src/playbook/index.ts";
import { qualify } from "../../src/qualify/index.ts";
import { nearestOf } from "../../src/qualify/nearest.ts";
import { aPlaybook, NOW, shippedFiles } from "./kit.ts";

const shipped = shippedFiles()["definition.yaml"] ?? "";

function coverageOf(definition: string): Coverage {
  return checkExamples(aPlaybook({ "definition.yaml": definition }), { qualify, nearestOf }, NOW).coverage;
}

/** Coverage after an example, named by the first words of what it says, is taken out. */
function coverageWithout(...said: readonly string[]): Coverage {
  return coverageOf(
    said.reduce((text, words) => {
      const entry = new RegExp(`^  - say: ${words}[^]*?\\n(?=  - say:|\\n  - say:|\\ncounter|$(?![^]))`, "m");
      expect(text).toMatch(entry);
      return text.replace(entry, "");
    }, shipped),
  );
}

function lineOf(text: string): number {
  return shipped.split("\n").findIndex((line) => line.includes(text)) + 1;
}

test("the examples that ship test every condition", () => {
  const { conditionCount, coveredCount, gaps } = coverageOf(shipped);
  expect(gaps).toEqual([]);
  expect(coveredCount).toBe(conditionCount);
  expect(conditionCount).toBeGreaterThan(30);
});

describe("a condition without its example is found", () => {
  test.each<[string, readonly string[], string]>([
    [
      "an intent part",
      ["Reading what customers say"],
      "intent: page-viewed /integrations* or /customers* at least 2 times within 14d (no example meets it)",
    ],
    [
      "a consent rule",
      ["Whole companies"],
      "consent: lead.email domain donotcontact.example (no example meets it)",
    ],
    [
      "a refusal",
      ["Our own tests"],
      "refuse test: lead.email domain acme.example, disposable (no example meets it)",
    ],
    [
      "a need of a type",
      ["A partner's lead whom nobody"],
      "type partner: needs reachable (no example of this type lacks it)",
    ],
    ["a type", ["A partner's lead needs"], "type partner (no example is ready as it)"],
    [
      "a bound every example keeps to",
      [
        "An eight-person",
        "A company whose size",
        "A lead without role",
        "People of a company far too small",
        "A recycled lead whose company",
      ],
      "fit: account.employees from 50 to 5000 (every example meets it)",
    ],
  ])("%s", (_, said, wanted) => {
    const { gaps } = coverageWithout(...said);
    expect(gaps.map(({ says, missing }) => `${says} (${missing})`)).toContain(wanted);
  });

  test("at its line in the file", () => {
    const { gaps, conditionCount, coveredCount } = coverageWithout("Whole companies");
    expect(gaps).toEqual([
      expect.objectContaining({ file: "definition.yaml", line: lineOf("[donotcontact.example]") }),
    ]);
    expect(conditionCount - coveredCount).toBe(1);
  });
});

test("a condition no example gets as far as is said to be out of reach", () => {
  const text = shipped.replace(
    "require: []",
    "require: [ { when: { lead.country: DE }, legal_basis: known } ]",
  );
  expect(coverageOf(text).gaps.map(({ says, missing }) => `${says} (${missing})`)).toEqual([
    "consent: lead.country is DE (no example meets it)",
    "consent: lead.legal_basis known (no example reaches it)",
  ]);
});

test("what reachable means where the file does not say is nobody's condition", () => {
  const written = /^reachable:\n(?: .*\n)+/m;
  expect(shipped).toMatch(written);
  const { gaps } = coverageOf(shipped.replace(written, ""));
  expect(gaps.filter(({ says }) => says.startsWith("reachable"))).toEqual([]);
});
