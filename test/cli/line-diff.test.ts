import fc from "fast-check";
import { expect, test } from "vitest";
import { changedLines } from "../../src/cli/line-diff.ts";

const words = (before: string, after: string): readonly string[] =>
  changedLines(before, after).map(({ sign, line, text }) => `${line}${sign}${text}`);

test.each([
  ["nothing", "a\nb", "a\nb", []],
  ["a line that came", "a\nc", "a\nb\nc", ["2+b"]],
  ["a line that went", "a\nb\nc", "a\nc", ["2-b"]],
  ["a line that changed", "a\nb\nc", "a\nx\nc", ["2-b", "2+x"]],
  ["two places far apart", "a\nb\nc\nd", "a\nx\nb\nc\nd\ny", ["2+x", "6+y"]],
  ["a line like its neighbours", "a\na", "a\na\na", ["3+a"]],
  ["other line ends only", "a\r\nb", "a\nb", []],
])("%s", (_, before, after, changed) => {
  expect(words(before, after)).toEqual(changed);
});

test("taking away what went and putting in what came gives the new text", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const changed = changedLines(before.join("\n"), after.join("\n"));
      const went = new Set(changed.flatMap(({ sign, line }) => (sign === "-" ? [line] : [])));
      const came = changed.filter(({ sign }) => sign === "+");
      const rebuilt = (before.length === 0 ? [""] : before).filter((_, index) => !went.has(index + 1));
      for (const { line, text: added } of came) rebuilt.splice(line - 1, 0, added);
      expect(rebuilt).toEqual(after.length === 0 ? [""] : after);
    }),
  );
});
