import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { addTo, type Edit } from "../../src/playbook/edit.ts";
import { PLAYBOOK_FILES } from "../../src/playbook/index.ts";
import type { YamlValue } from "../../src/playbook/yaml-text.ts";

type Path = readonly (string | number)[];

function textOf(edit: Edit): string {
  if ("problem" in edit) throw new Error(edit.problem);
  return edit.text;
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

describe("what would be misread is quoted", () => {
  test.each(
    [
      "no Yes on y true null ~ 12 012 0x1F 1_000 1e3 .inf 22:30 2026-01-31 *star &and !tag @at `tick %pct - ? = <<",
      "#hash |pipe >fold {a [b ,c 'x \"y",
    ]
      .join(" ")
      .split(" "),
  )("%s", (word) => {
    expect(textOf(addTo("a: b\n", [], "c", word))).toBe(`a: b\nc: ${JSON.stringify(word)}\n`);
  });

  test.each([
    "",
    " ",
    " a",
    "a ",
    "a: b",
    "a #b",
    "a:",
    "- a",
    "a, b",
    "line\nline",
    "tab\there",
    "\u0085",
    "\u2028",
    "\ufeff",
  ])("%j", (word) => {
    const text = textOf(addTo("a: b\n", [], "c", word));
    expect(text).toMatch(/^a: b\nc: ".*"\n$/);
    expect(parse(text)).toEqual({ a: "b", c: word });
  });

  test.each([
    "paid-search",
    "14d",
    "80%",
    "1bd",
    "hubspot",
    "Größe",
    "/pricing*",
    "two words",
    "lena@acme.example",
    "a.b_c",
  ])("%s is plain", (word) => {
    expect(textOf(addTo("a: b\n", [], "c", word))).toBe(`a: b\nc: ${word}\n`);
  });

  test("keys as well", () => {
    expect(textOf(addTo("a: b\n", [], "no", "x"))).toBe('a: b\n"no": x\n');
    expect(textOf(addTo("a: { b: c }\n", ["a"], "22:30", 1))).toBe('a: { b: c, "22:30": 1 }\n');
  });
});

describe("an entry is added behind the last one, in its style", () => {
  test.each<[string, string, Path, string | undefined, YamlValue, string]>([
    ["to a block", "a:\n  b: c # x\nd: e\n", ["a"], "f", "g", "a:\n  b: c # x\n  f: g\nd: e\n"],
    [
      "before the comment of what follows",
      "a:\n  b: c\n# x\nd: e\n",
      ["a"],
      "f",
      1,
      "a:\n  b: c\n  f: 1\n# x\nd: e\n",
    ],
    ["to brackets", "a: { b: c }\n", ["a"], "f", "g", "a: { b: c, f: g }\n"],
    ["to empty brackets", "a: {}\n", ["a"], "f", "g", "a: { f: g }\n"],
    ["to an empty list", "a: []\n", ["a"], undefined, "g", "a: [g]\n"],
    ["to nothing at the end", "b: c\na:", ["a"], "f", "g", "b: c\na: { f: g }"],
    ["to an empty item", "a:\n  -\n  - c\n", ["a", 0], undefined, "e", "a:\n  - [e]\n  - c\n"],
    ["to a key alone between brackets", "a: { b, c: d }\n", ["a", "b"], "f", 1, "a: { b: { f: 1 }, c: d }\n"],
    [
      "to a written nothing",
      "a: ~         # x\nbbbb: cccc # y\n",
      ["a"],
      "f",
      1,
      "a: { f: 1 }  # x\nbbbb: cccc # y\n",
    ],
    ["to nothing", "a: # x\nb: c\n", ["a"], "f", "g", "a: { f: g } # x\nb: c\n"],
    ["to a list between brackets", "a: [ b, c ]\n", ["a"], undefined, "d", "a: [ b, c, d ]\n"],
    ["behind a comma", "a: [b, c, ]\n", ["a"], undefined, "d", "a: [b, c, d ]\n"],
    ["to a list", "a:\n  - b\n  - c # x\n", ["a"], undefined, "d", "a:\n  - b\n  - c # x\n  - d\n"],
    ["to a map in a list", "- a: 1\n  b: 2\n- c: 3\n", [0], "d", 4, "- a: 1\n  b: 2\n  d: 4\n- c: 3\n"],
    ["to a map that begins at a dash", "- a: 1\n- c: 3\n", [0], "d", 4, "- a: 1\n  d: 4\n- c: 3\n"],
    [
      "below what is nested",
      "a:\n  b:\n    c: [1,\n        2]\nd: e\n",
      ["a"],
      "f",
      1,
      "a:\n  b:\n    c: [1,\n        2]\n  f: 1\nd: e\n",
    ],
    [
      "below a text of several lines",
      "a:\n  b: |\n    x\n\nd: e\n",
      ["a"],
      "f",
      1,
      "a:\n  b: |\n    x\n  f: 1\n\nd: e\n",
    ],
    ["below a key without a value", "a:\n  b:\nd: e\n", ["a"], "f", 1, "a:\n  b:\n  f: 1\nd: e\n"],
    ["where the last line does not end", "a:\n  b: c", ["a"], "f", 1, "a:\n  b: c\n  f: 1"],
    [
      "with the line ends of Windows",
      "a:\r\n  b: c # x\r\n",
      ["a"],
      "f",
      1,
      "a:\r\n  b: c # x\r\n  f: 1\r\n",
    ],
    ["in their column", "aa:   b\nccc:  d\n", [], "e", "f", "aa:   b\nccc:  d\ne:    f\n"],
    ["beyond their column", "a:  b\ncc: d\n", [], "eeeeee", "f", "a:  b\ncc: d\neeeeee: f\n"],
    ["in their quotes", '"a": "b"\n"c": "d"\n', [], "e", "f", '"a": "b"\n"c": "d"\n"e": "f"\n'],
    ["to a text that is a list of maps", "a: [ { b: c } ]\n", ["a", 0], "d", "e", "a: [ { b: c, d: e } ]\n"],
  ])("%s", (_, before, path, key, value, after) => {
    expect(textOf(addTo(before, path, key, value))).toBe(after);
  });

  test("to brackets over several lines, with a comment behind the last item", () => {
    const before = lines("a: {", "  b: c, # x", "  d: e # y", "}");
    expect(textOf(addTo(before, ["a"], "f", "g"))).toBe(
      lines("a: {", "  b: c, # x", "  d: e, # y", "  f: g", "}"),
    );
    const closed = lines("a: [", "  b,", "  c, # y, z", "]");
    expect(textOf(addTo(closed, ["a"], undefined, "d"))).toBe(
      lines("a: [", "  b,", "  c, # y, z", "  d,", "]"),
    );
  });

  test("a map of the shipped fields, where an admin would put it", () => {
    const before = readFileSync("mappings/default/fields.yaml", "utf8");
    const path = ["hubspot", "read", "lead.source", "map"];
    const after = textOf(addTo(before, path, "CONNECTED_TV", "connected-tv"));
    expect(after).toBe(
      before.replace(
        "        AI_REFERRALS: ai-referral\n",
        (line) => `${line}        CONNECTED_TV: connected-tv\n`,
      ),
    );
  });
});

describe("what cannot be done is said, not tried", () => {
  test.each<[string, Edit, string]>([
    ["a place that is not there", addTo("a: b\n", ["c", "d"], "e", 1), "nothing stands at c.d"],
    ["a key twice", addTo("a: { b: c }\n", ["a"], "b", 1), '"b" is there already'],
    ["an item for a map", addTo("a: { b: c }\n", ["a"], undefined, 1), "there is no list at a"],
    ["a key for a list", addTo("a: [ b ]\n", ["a"], "b", 1), "there is no map at a"],
    ["a key for a text", addTo("a: b\n", ["a"], "b", 1), "there is no map at a"],
    ["a file with errors", addTo("a: [b\n", [], "c", 1), "the file has errors of its own: mend them first"],
    ["an alias", addTo("a: &x b\nc: *x\n", ["c"], "d", 1), "the file has errors of its own: mend them first"],
  ])("%s", (_, edit, problem) => {
    expect(edit).toEqual({ problem });
  });
});

const FILES = ["default", "enterprise-abm", "product-led"].flatMap((mapping) =>
  PLAYBOOK_FILES.map((file) => readFileSync(`mappings/${mapping}/${file}`, "utf8")),
);
/** Keys that no playbook may have. */
const REFUSED = new Set(["<<", "__proto__", "constructor", "prototype"]);
const word = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("no", "22:30", "012", "*all", "a: b", "x #y", "paid-search", "- x", "{", "'", '"'),
);
const value: fc.Arbitrary<YamlValue> = fc.oneof(
  word,
  fc.integer(),
  fc.boolean(),
  fc.array(word, { maxLength: 3 }),
  fc.dictionary(
    word.filter((key) => !REFUSED.has(key)),
    word,
    { maxKeys: 3, noNullPrototype: true },
  ),
);

/** Every place of a file: where a value stands, and what it is. */
function placesOf(
  content: unknown,
  path: Path = [],
): readonly { readonly path: Path; readonly content: unknown }[] {
  if (typeof content !== "object" || content === null) return [{ path, content }];
  return [
    { path, content },
    ...Object.entries(content).flatMap(([key, one]) =>
      placesOf(one, [...path, Array.isArray(content) ? Number(key) : key]),
    ),
  ];
}

/** What the YAML library makes of the same change; it would print the file anew, so only its content is compared. */
function changed(text: string, path: Path, put: YamlValue): unknown {
  const document = parseDocument(text);
  document.setIn(path, document.createNode(put));
  return document.toJS();
}

function comments(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => /^\s*#/.test(line));
}

describe("any edit of any shipped file", () => {
  const files = FILES.flatMap((text) => [text, text.replaceAll("\n", "\r\n"), text.trimEnd()]).map((text) => {
    const content: unknown = parse(text);
    return { text, places: placesOf(content) };
  });
  const anyFile = fc.nat({ max: files.length - 1 });
  const fileAt = (index: number) => files[index] ?? { text: "", places: [] };

  test("that adds adds just that, and takes no line away", () => {
    fc.assert(
      fc.property(anyFile, fc.nat(), word, value, (file, seed, key, put) => {
        const { text, places } = fileAt(file);
        fc.pre(!REFUSED.has(key));
        const collections = places.filter(
          (place) => typeof place.content === "object" && place.content !== null,
        );
        const { path, content: old } = collections[seed % collections.length] ?? { path: [], content: {} };
        fc.pre(Array.isArray(old) || !Object.hasOwn(old ?? {}, key));
        const after = textOf(addTo(text, path, Array.isArray(old) ? undefined : key, put));
        const step = Array.isArray(old) ? old.length : key;
        expect(parse(after)).toEqual(changed(text, [...path, step], put));
        expect(comments(after)).toEqual(comments(text));
        expect(after.endsWith("\n")).toBe(text.endsWith("\n"));
        expect(after.includes("\r\n")).toBe(text.includes("\r\n"));
      }),
      { numRuns: 100 },
    );
  });
});
