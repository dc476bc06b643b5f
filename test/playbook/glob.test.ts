import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { glob } from "../../src/playbook/glob.ts";

/** The textbook definition: exponential at worst, obviously right. */
function reference(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const [head, rest] = [pattern.charAt(0), pattern.slice(1)];
  if (head !== "*") return text.startsWith(head) && reference(rest, text.slice(1));
  return Array.from({ length: text.length + 1 }, (_, from) => text.slice(from)).some((tail) =>
    reference(rest, tail),
  );
}

const letters = fc.constantFrom("a", "b");

describe("globs", () => {
  test.each([
    ["/pricing*", "/pricing", true],
    ["/pricing*", "/pricing/enterprise", true],
    ["/pricing*", "/docs/pricing", false],
    ["*student*", "PhD Student, Physics", true],
    ["head of *", "Head of Growth", true],
    ["head of *", "Forehead of state", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*", "", true],
    ["**", "anything", true],
    ["", "", true],
    ["", "a", false],
    ["a.c", "abc", false],
    ["a[bc]", "ab", false],
    ["(x+)+$", "xxxx", false],
    ["(x+)+$", "(X+)+$", true],
  ])("%j and %j: %s", (pattern, text, matches) => {
    expect(glob(pattern)(text)).toBe(matches);
  });

  test("any glob on any text agrees with the textbook definition", () => {
    const pattern = fc.array(fc.oneof(letters, fc.constant("*")), { maxLength: 8 });
    const text = fc.array(letters, { maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(glob(p.join(""))(t.join(""))).toBe(reference(p.join(""), t.join("")));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a hostile pattern on a long hostile text is answered: the search never goes back", () => {
    const piece = `${"a".repeat(2_000)}b`;
    const matches = glob(`*${piece}*${piece}*`);
    expect(matches("a".repeat(1_000_000))).toBe(false);
    expect(glob(`${"*a".repeat(1_000)}*b`)("a".repeat(200_000))).toBe(false);
  });
});
