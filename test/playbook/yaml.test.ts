import { describe, expect, test } from "vitest";
import { MAX_YAML_DEPTH, MAX_YAML_LENGTH, parseYaml } from "../../src/playbook/yaml.ts";

const messages = (text: string): readonly string[] =>
  parseYaml("fields.yaml", text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

const bombs = `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]`;

describe("YAML that is refused", () => {
  test.each<[string, string, string]>([
    ["an alias", "a: &x 1\nb: *x", "2:4 the alias *x is not allowed: write the value out"],
    ["an anchor", "a: &x 1", "1:7 the anchor &x is not allowed: write the value out where it is used"],
    ["a merge key", "a: { <<: { b: 1 } }", "1:6 the merge key << is not allowed: write the values out"],
    ["a tag", "a: !!binary aGk=", "1:13 the tag tag:yaml.org,2002:binary is not allowed"],
    ["a custom tag", "a: !run whoami", "1:9 the tag !run is not allowed"],
    ["a directive", "%YAML 1.1\n---\na: yes", "1:1 a %YAML directive is not allowed: playbooks are YAML 1.2"],
    [
      "a second document",
      "a: 1\n---\nb: 2",
      '2:1 a file is one document: take out the line --- or ... and what does not belong here, found "---"',
    ],
    ["a key twice", "a: 1\nb: 2\na: 3", '3:1 "a" stands here already (line 1); keep one of them'],
    ["__proto__", "a:\n  __proto__: { b: 1 }", '2:3 the key "__proto__" is not allowed'],
    ["constructor", "constructor: 1", '1:1 the key "constructor" is not allowed'],
    ["prototype", "a: [ { prototype: 1 } ]", '1:8 the key "prototype" is not allowed'],
    ["a list for a key", "[a, b]: 1", "1:1 a key must be a plain word"],
    ["an open bracket", "a: [1, 2", '1:4 a list ends with ] and a map in braces with }, found "a: [1, 2"'],
    [
      "a tab for indentation",
      "a:\n\tb: 1",
      '2:1 lines are indented with blanks, never with a tab, found "\\tb: 1"',
    ],
    [
      "a quote that is not closed",
      "a: 1\nb: 'x\nc: 2\n",
      '2:4 a text in quotes ends with the same quote, found "b: \'x"',
    ],
    [
      "a key without its blank",
      "a:1\nb: 2",
      '1:1 a key is followed by a colon and a blank, as in clock: owner, found "a:1"',
    ],
    [
      "two colons",
      "a: b: c",
      '1:4 a line has one key and one value; a text with ": " in it is put in quotes, found "a: b: c"',
    ],
    [
      "a key in the wrong column",
      "a:\n  b: 1\n c: 2",
      '3:1 keys of one map, and dashes of one list, begin in the same column, found "c: 2"',
    ],
    [
      "a reserved sign",
      "a: @acme",
      '1:4 a text that begins with one of @ ` % is put in quotes: "@acme", found "a: @acme"',
    ],
  ])("%s", (_, text, wanted) => {
    expect(messages(text)).toContain(wanted);
  });

  test("a block indented with tabs is one problem, which says how many lines it has", () => {
    const rep = ["lena@acme.example:", "\tteam: emea", "\tzone: UTC", "\tskills: [a]"].join("\n");
    expect(messages(rep)).toEqual([
      '2:1 lines are indented with blanks, never with a tab (3 lines from here on begin with one), found "\\tteam: emea"',
    ]);
  });

  test("what follows from a line in the wrong column is not told", () => {
    expect(messages("a: >-\nb\n  c: 1\nd: 2\ne: 3\n")).toHaveLength(1);
    expect(messages("- a\nb: 1\nc: 2\n")).toHaveLength(1);
  });

  test("faults that stand alone are all told", () => {
    expect(messages("a: @x\nb: `y`\n")).toHaveLength(2);
  });

  test("lists of lists of aliases are never expanded", () => {
    expect(messages(bombs).filter((message) => message.includes("alias"))).toHaveLength(4);
  });

  test("a text that is too long is not even parsed", () => {
    expect(messages(`a: "${"x".repeat(MAX_YAML_LENGTH)}"`)).toEqual([
      `1:1 the file has ${MAX_YAML_LENGTH + 5} characters, more than ${MAX_YAML_LENGTH}`,
    ]);
  });

  test.each<[string, string]>([
    ["brackets", "[".repeat(400_000)],
    ["braces", "{a: ".repeat(200_000)],
    ["dashes", "- ".repeat(200_000)],
    ["questions", "? ".repeat(200_000)],
    ["indentation", Array.from({ length: 900 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["a little more than allowed", `${"[".repeat(MAX_YAML_DEPTH + 1)}${"]".repeat(MAX_YAML_DEPTH + 1)}`],
  ])("%s nested too deeply are a problem and not a crash", (_, text) => {
    expect(messages(text)).toContainEqual(expect.stringContaining("nested deeper than 32"));
  });

  test("as deep as allowed is allowed", () => {
    expect(messages(`${"[".repeat(MAX_YAML_DEPTH)}${"]".repeat(MAX_YAML_DEPTH)}`)).toEqual([]);
  });
});

describe("YAML that is read", () => {
  const { yaml } = parseYaml(
    "x.yaml",
    "types:\n  hot: { when: 1 }\nfit:\n  all:\n    - size: 5\n    -\n      role: x\n",
  );

  test("plain values come out, with 1.2's idea of what is true", () => {
    expect(parseYaml("x.yaml", "a: yes\nb: true\nc: 012\nd: '012'\ne: 2026-01-31\nf:").yaml?.value).toEqual({
      a: "yes",
      b: true,
      c: 12,
      d: "012",
      e: "2026-01-31",
      f: null,
    });
  });

  test.each<[readonly (string | number)[], "key" | "value", string]>([
    [["types", "hot", "when"], "key", "2:10"],
    [["types", "hot", "when"], "value", "2:16"],
    [["fit", "all", 0, "size"], "value", "5:13"],
    [["fit", "all", 1, "role"], "key", "7:7"],
    [["fit", "all", 1], "value", "7:7"],
    [["fit", "any"], "value", "3:1"],
    [["nothing", "at", "all"], "value", "1:1"],
    [[], "value", "1:1"],
  ])("%j (%s) stands at %s", (path, part, wanted) => {
    const place = yaml?.locate(path, part);
    expect(`${place?.line}:${place?.column}`).toBe(wanted);
  });
});
