import { expect, test } from "vitest";
import { didYouMean, nearestWord } from "../../src/playbook/words.ts";

const known = ["within", "signal", "at_least", "page", "form"];

test.each([
  ["witin", "within"],
  ["Within", "within"],
  ["wihtin", "within"],
  ["signals", "signal"],
  ["atleast", "at_least"],
  ["pgae", "page"],
  ["from", "form"],
])("%s is nearest to %s", (word, nearest) => {
  expect(nearestWord(word, known)).toBe(nearest);
  expect(didYouMean(word, known)).toBe(`; did you mean "${nearest}"?`);
});

test.each(["sequence", "xyz", "", "p"])("nothing is near %j", (word) => {
  expect(nearestWord(word, known)).toBeUndefined();
  expect(didYouMean(word, known)).toBe("");
});
