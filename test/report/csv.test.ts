import { expect, test } from "vitest";
import { csvOf } from "../../src/report/csv.ts";

test.each([
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["+49 30", "'+49 30"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", '"\'\r=1"'],
  ["＝1", "'＝1"],
  ["|calc", "'|calc"],
  ["plain", "plain"],
  ['say "no", please', '"say ""no"", please"'],
  ["two\nlines", '"two\nlines"'],
])("the text %j is written %j", (text, cell) => {
  expect(csvOf([[text]])).toBe(`${cell}\r\n`);
});

test("numbers stay numbers, negative ones too, and nothing is an empty cell", () => {
  expect(csvOf([["a", -5, undefined, 0]])).toBe("a,-5,,0\r\n");
});
