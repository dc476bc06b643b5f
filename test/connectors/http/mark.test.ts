import { describe, expect, test } from "vitest";
import { hasMark, isMarked, isOwnKey, markOf } from "../../../connectors/http/mark.ts";

describe("the mark", () => {
  test("depends on the key alone and is short enough to be read aloud", () => {
    expect(markOf("task:01HZX")).toBe(markOf("task:01HZX"));
    expect(markOf("task:01HZX")).not.toBe(markOf("task:01HZY"));
    expect(markOf("anything")).toMatch(/^BTN-[0-9A-HJKMNP-TV-Z]{10}$/);
  });

  test("ten thousand keys have ten thousand marks", () => {
    expect(new Set(Array.from({ length: 10_000 }, (_, index) => markOf(`k${index}`))).size).toBe(10_000);
  });

  test("is known again in any text, and another's is not taken for it", () => {
    const text = `Some words. Baton ref ${markOf("k1")}`;
    expect([isMarked(text, "k1"), isMarked(text, "k2"), isMarked(undefined, "k1")]).toEqual([
      true,
      false,
      false,
    ]);
    expect([hasMark(text), hasMark("Baton ref BTN-ILOU"), hasMark(undefined)]).toEqual([true, false, false]);
  });
});

test.each([
  ["01JD.task", true],
  ["01JD.note", true],
  ["01JD.lead", false],
  ["a.b.task", false],
  ["", false],
  [undefined, false],
])("whether %j is the key of a task or note of Baton's: %s", (key, expected) => {
  expect(isOwnKey(key)).toBe(expected);
});
