import { Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { screenOf, type Screen } from "../../src/cli/shell.ts";
import { tableLines, wrapped } from "../../src/cli/print.ts";
import {
  counted,
  fromNow,
  inDuration,
  inTime,
  printable,
  printableJson,
  withoutFormulas,
} from "../../src/cli/words.ts";

class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 80;
}

function screen(columns?: number): Screen {
  const plain = screenOf(new Writable(), {});
  return columns === undefined ? plain : { ...plain, columns };
}

const AT = Date.UTC(2026, 10, 17, 23, 2, 11);

describe("words", () => {
  test.each([
    [0, "0 ms"],
    [412, "412 ms"],
    [4_290, "4.2 s"],
    [59_999, "59 s"],
    [60_000, "1 m"],
    [200_000, "3 m 20 s"],
    [7_500_000, "2 h 5 m"],
    [86_400_000, "1 d"],
    [273_600_000, "3 d 4 h"],
    [-200_000, "-3 m 20 s"],
  ])("a span of %i ms is %s", (ms, says) => {
    expect(inDuration(ms)).toBe(says);
  });

  test.each([
    ["UTC", "Tue 17 Nov 2026 23:02:11 UTC"],
    ["Europe/London", "Tue 17 Nov 2026 23:02:11 UTC"],
    ["Europe/Berlin", "Wed 18 Nov 2026 00:02:11 (Tue 17 Nov 2026 23:02:11 UTC)"],
    ["America/New_York", "Tue 17 Nov 2026 18:02:11 (23:02:11 UTC)"],
  ])("in %s an instant is %s", (zone, says) => {
    expect(inTime(AT, zone)).toBe(says);
  });

  test.each([
    [AT + 200_000, "in 3 m 20 s"],
    [AT - 200_000, "3 m 20 s ago"],
    [AT + 999, "now"],
  ])("from now", (at, says) => {
    expect(fromNow(at, AT)).toBe(says);
  });

  test("counts have a plural and thousands apart", () => {
    expect([counted(1, "row"), counted(0, "row"), counted(1_204, "property", "properties")]).toEqual([
      "1 row",
      "0 rows",
      "1,204 properties",
    ]);
  });

  test("foreign text cannot move the cursor, end a line or turn its direction", () => {
    expect(printable("a\u001B[2Jb\r\nc\u202Ed\u0085e\u009Bf")).toBe("a [2Jb c d e f");
    expect(printable("a\u061Cb\uFEFFc\u{E0041}d\u200Be\u00ADf\u2060g")).toBe("a b c d e f g");
    expect(printable("Zoë – 東京 🎉 می\u200Cخواهم")).toBe("Zoë – 東京 🎉 می\u200Cخواهم");
  });

  test("JSON with foreign text means the same and holds no such character", () => {
    const value = { name: "a\u009B31mb\u202Ec\u2028d\u{E0041}e\nf\u0000", list: [-1, 1e30] };
    const json = printableJson(JSON.stringify(value, null, 2));
    expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
    expect(JSON.parse(json)).toEqual(value);
  });

  test("JSON opened as a spreadsheet holds no formula, and means the same", () => {
    const value = {
      name: '=cmd|"/c calc"!A1',
      role: "a,=1+1;+2,-3; @SUM(1)|=4,＝5",
      phone: "+49 30 5550",
      "=key": [-1, 2, -3.5, '\\",=6"', "a\t=7"],
    };
    const json = withoutFormulas(JSON.stringify(value));
    expect(JSON.parse(json)).toEqual(value);
    const cells = json.split(/[,;|\t]/).map((cell) => cell.replace(/^[\s"[{]+/, ""));
    expect(cells.filter((cell) => /^[=+\-@＝＋－＠]/.test(cell))).toEqual(["-3.5"]);
  });

  test("any JSON means the same when it is made printable", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(printableJson(withoutFormulas(json)))).toEqual(JSON.parse(json));
      }),
      { numRuns: 500 },
    );
  });
});

describe("colours", () => {
  test.each([
    ["a terminal", new Terminal(), {}, "\u001B[31mred\u001B[39m"],
    ["a terminal with an empty NO_COLOR", new Terminal(), { NO_COLOR: "" }, "\u001B[31mred\u001B[39m"],
    ["a terminal with NO_COLOR", new Terminal(), { NO_COLOR: "1" }, "red"],
    ["a dumb terminal", new Terminal(), { TERM: "dumb" }, "red"],
    ["a pipe", new Writable(), { CI: "1" }, "red"],
  ])("on %s", (_, stream, env, says) => {
    expect(screenOf(stream, env).paint.red("red")).toBe(says);
  });
});

describe("tables", () => {
  const shape = {
    head: ["key", "reason"],
    rows: [
      ["abcdefghijkl", "some words that say why it waits for a person"],
      ["m", ""],
    ],
  };

  test("are as wide as their text where nobody looks", () => {
    expect(tableLines(screen(), shape)).toEqual([
      "key           reason",
      "abcdefghijkl  some words that say why it waits for a person",
      "m",
    ]);
  });

  test("wrap between words on a narrow terminal, and leave keys whole", () => {
    const lines = tableLines(screen(40), { ...shape, indent: 2 });
    expect(lines).toEqual([
      "  key           reason",
      "  abcdefghijkl  some words that say",
      "                why it waits for a",
      "                person",
      "  m",
    ]);
  });

  test("become lists where not even words fit side by side", () => {
    expect(tableLines(screen(16), shape)).toEqual([
      "key     abcdefghijkl",
      "reason  some words that say",
      "        why it waits for a",
      "        person",
      "",
      "key     m",
    ]);
  });
});

test("a wrapped text hangs under its first word and has no blanks at the end of a line", () => {
  expect(wrapped(screen(30), "  - ", "one two three four five six  seven eight")).toEqual([
    "  - one two three four five",
    "    six  seven eight",
  ]);
});
