import { describe, expect, test } from "vitest";
import { beganHandoff, hasMark, isMarked, isOwnKey, markOf } from "../../../connectors/http/mark.ts";

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
  ["01JD.later-task", true],
  ["01JD.later-note", true],
  ["01JD.later-lead", false],
  ["01JD.lead", false],
  ["a.b.task", false],
  ["", false],
  [undefined, false],
])("whether %j is the key of a task or note of Baton's: %s", (key, expected) => {
  expect(isOwnKey(key)).toBe(expected);
});

describe("what began a handoff", () => {
  const textOf = (key: string): string => `Some words. Baton ref ${markOf(key)}</p>`;

  test.each([
    ["01JD.task", undefined, true],
    ["01JD.note", "without a mark", true],
    ["01JD.later-task", undefined, false],
    ["01JD.later-note", textOf("01JD.later-note"), false],
    [undefined, textOf("01JD.task"), true],
    [undefined, textOf("01JD.later-note"), false],
    ["of-another-app", textOf("01JD.note"), true],
    [undefined, "somebody's own words", false],
    [undefined, undefined, false],
  ])("key %j, text %j: %s", (key, text, expected) => {
    expect(beganHandoff(key, text)).toBe(expected);
  });

  test("marks of what began one are as they have always been, and those of the rest are marks as well", () => {
    expect(markOf("01JD.task")).toMatch(/^BTN-[0-9A-HJKMNP-TV-Z]{10}$/);
    expect(markOf("01JD.later-task")).toMatch(/^BTN-[0-9A-HJKMNP-TV-Z]{10}-L$/);
    expect([
      hasMark(textOf("01JD.later-note")),
      isMarked(textOf("01JD.later-note"), "01JD.later-note"),
    ]).toEqual([true, true]);
  });
});
