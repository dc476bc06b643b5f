import { describe, expect, test } from "vitest";
import { remember, rememberWords } from "../../src/playbook/remember.ts";

describe("an answer", () => {
  test("is worked out once as long as the question stays the same", () => {
    let asked = 0;
    const double = remember((number: number) => {
      asked += 1;
      return 2 * number;
    });
    expect([double(1), double(1), double(2), double(1)]).toEqual([2, 2, 4, 2]);
    expect(asked).toBe(3);
  });

  test("that is nothing is remembered, too", () => {
    let asked = 0;
    const nothing = remember((_word: string): undefined => {
      asked += 1;
    });
    expect([nothing("a"), nothing("a")]).toEqual([undefined, undefined]);
    expect(asked).toBe(1);
  });

  test("about words is remembered for many of them, and right for all", () => {
    let asked = 0;
    const lengthOf = rememberWords((word) => {
      asked += 1;
      return word.length;
    });
    const words = Array.from({ length: 3_000 }, (_, number) => `/page/${number}`);
    for (const word of [...words, ...words]) expect(lengthOf(word)).toBe(word.length);
    expect(asked).toBeGreaterThanOrEqual(3_000);
    expect(asked).toBeLessThan(5_000);
  });
});
