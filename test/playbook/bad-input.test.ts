import { describe, expect, test } from "vitest";
import { parsePlaybook, type PlaybookFile } from "../../src/playbook/load.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { MAX_YAML_LENGTH } from "../../src/playbook/yaml.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const shipped = shippedFiles();

function replaced(file: PlaybookFile, before: string, after: string): Record<string, string> {
  const text = shipped[file] ?? "";
  expect(text.split(before)).toHaveLength(2);
  return { [file]: text.replace(before, () => after) };
}

/** What a playbook is told of, when one of its files is not the shipped one; without the places. */
function told(files: Readonly<Record<string, string>>): readonly string[] {
  const { playbook, problems } = parsePlaybook({ ...shipped, ...files });
  expect(playbook === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  return problems.map((problem) => formatProblem(problem).replace(/:\d+:\d+ /, " "));
}

/** Nine lists, each of nine of the one before: 3 * 9^9 words when read out. */
const BOMB = Array.from({ length: 10 }, (_, level) =>
  level === 0
    ? 'a0: &a0 ["lol", "lol", "lol"]'
    : `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`,
).join("\n");

describe("a file made to hurt is told about at once", () => {
  test.each<[string, string, string]>([
    ["a bomb of aliases", BOMB, "the alias *a8 is not allowed: write the value out"],
    ["a bomb of merge keys", "a: &a { x: 1 }\nb: { <<: *a }", "the merge key << is not allowed"],
    ["an alias of itself", "a: &a [*a]", "the alias *a is not allowed"],
    ["5,000 lists in brackets", `a: ${"[".repeat(5_000)}${"]".repeat(5_000)}`, "nested deeper than 32"],
    ["5,000 maps in braces", `${"{ a: ".repeat(5_000)}1${" }".repeat(5_000)}`, "nested deeper than 32"],
    ["5,000 levels of dashes", `${"- ".repeat(5_000)}x`, "nested deeper than 32"],
    [
      "5,000 levels of indentation, longer than a file may be",
      Array.from({ length: 5_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
      `more than ${MAX_YAML_LENGTH}`,
    ],
    ["10 MB of text", `a: "${"x".repeat(10_000_000)}"`, "the file has 10000005 characters"],
    ["10 MB of lines", "a: 1\n".repeat(2_000_000), "the file has 10000000 characters"],
    ["10 MB of brackets", "[".repeat(10_000_000), "the file has 10000000 characters"],
    ["nothing", "", "expected a map (key: value), found nothing"],
    ["a list", "- types", "expected a map (key: value), found a list"],
    ["a word", "types", 'expected a map (key: value), found "types"'],
    ["a null byte", "types: \u0000", "expected a map (key: value)"],
    ["__proto__", '{ "__proto__": { polluted: true } }', 'the key "__proto__" is not allowed'],
  ])(
    "%s",
    (_, text, wanted) => {
      expect(told({ "definition.yaml": text })).toContainEqual(expect.stringContaining(wanted));
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    },
    2_000,
  );
});

describe("a wrong key or value is told about with the word that was meant", () => {
  test.each<[string, PlaybookFile, string, string, string]>([
    [
      "a section twice",
      "definition.yaml",
      "\nscore:",
      "\nfit: {}\nscore:",
      '"fit" stands here already (line ',
    ],
    [
      "a rep twice",
      "team.yaml",
      "  maya@acme.example:\n",
      "  lena@acme.example:\n",
      '"lena@acme.example" stands here already (line 20); keep one of them',
    ],
    [
      "a rep in capital letters, too",
      "team.yaml",
      "  maya@acme.example:\n",
      "  Lena@Acme.example:\n",
      '"Lena@Acme.example" stands here already in other letters: "lena@acme.example" (line 20); keep one of them',
    ],
    [
      "an unknown section",
      "definition.yaml",
      "\nrefuse:",
      "\nrefuze:",
      '"refuze" is not known here; did you mean "refuse"?',
    ],
    [
      "an unknown key",
      "agreement.yaml",
      "clock: owner",
      "clok: owner",
      '"clok" is not known here; did you mean "clock"?',
    ],
    [
      "an unknown operator",
      "definition.yaml",
      "  - account.employees: { from: 50,",
      "  - account.employees: { form: 50,",
      '"form" is not known here; did you mean "from"?',
    ],
    ["on for true", "fields.yaml", "deals: true", "deals: on", 'expected true or false, found "on"'],
    ["no for false", "agreement.yaml", "note: true }", "note: no }", 'expected true or false, found "no"'],
    [
      "yes for true",
      "definition.yaml",
      "    - lead.phone: { known: true }",
      "    - lead.phone: { known: yes }",
      'expected true or false, found "yes"',
    ],
    [
      "a stage's value without quotes",
      "fields.yaml",
      'sales-accepted: "164392217"',
      "sales-accepted: 0164",
      'expected a text (put numbers and dates in quotes: "2026"), found 164',
    ],
    [
      "a time for hours",
      "team.yaml",
      'hours: "Mon-Fri 09:00-18:00"',
      "hours: 22:30",
      'working hours look like "Mon-Fri 09:00-17:30"',
    ],
    [
      "impossible hours",
      "team.yaml",
      'hours: "Mon-Fri 09:00-18:00"',
      'hours: "Mon-Fri 25:00-26:00"',
      'working hours look like "Mon-Fri 09:00-17:30"',
    ],
    [
      "a span in sixties",
      "agreement.yaml",
      "first_attempt: 15m",
      "first_attempt: 1:30",
      "a promise is a whole number and m, h, d or bd",
    ],
    [
      "a span with a zero before it",
      "definition.yaml",
      "half_life: 14d",
      "half_life: 014d",
      "a span of time is a whole number and m, h or d",
    ],
    [
      "a number for a span",
      "definition.yaml",
      "half_life: 14d",
      "half_life: 014",
      "a span of time such as 15m, 4h or 14d is expected, found 14",
    ],
    [
      "a zone that is none",
      "team.yaml",
      "zone: Europe/Madrid",
      "zone: Europe/Madird",
      "a zone is an IANA name such as Europe/Berlin",
    ],
    [
      "an empty span of numbers",
      "routing.yaml",
      "lead.country: { in: [EMEA] }\n  amer:",
      "account.employees: { from: 1000, to: 100 }\n  amer:",
      "no number is at least 1000 and at most 100: did you mean { from: 100, to: 1000 }?",
    ],
    [
      "an empty span of dates",
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "lead.created: { after: 2026-06-30, before: 2026-01-31 }",
      "no date is at or after 2026-06-30 and before 2026-01-31: change one of them",
    ],
    [
      "an empty span of ages",
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "lead.created: { after: 10d ago, before: 30d ago }",
      "no date is at or after 10d ago and before 30d ago: change one of them",
    ],
    [
      "a list for a fact",
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "lead.country: [DE, AT]",
      "a fact is asked for a value, or for operators such as { in: [a, b] }, { from: 50 } or { known: true }, found a list",
    ],
    [
      "a list without its CRM",
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "list: 1042",
      "a list is its CRM and its id there, such as hubspot:1042 (the number in the list's address) or salesforce:7015g0000000001AAA (the 18 characters in the campaign's address), found 1042; did you mean \"hubspot:1042\"?",
    ],
    [
      "a percentage for a share",
      "agreement.yaml",
      "acceptance_rate: 0.6",
      "acceptance_rate: 60",
      "a share from 0 to 1 is expected, such as 0.6 for 60 %, found 60; did you mean 0.6?",
    ],
    [
      "two steps at one share",
      "agreement.yaml",
      "at: 80%, notify: [owner] }\n    - { at: 100%",
      "at: 100%, notify: [owner] }\n    - { at: 100%",
      "two steps are at 100%, and only one of them would be done: make one step of them",
    ],
  ])("%s", (_, file, before, after, wanted) => {
    expect(told(replaced(file, before, after))).toContainEqual(expect.stringContaining(wanted));
  });
});

describe("words that other readers of YAML turn into something else stay words", () => {
  test("NO is Norway in a condition and for holidays", () => {
    const { definition } = aPlaybook(
      replaced("definition.yaml", "    - lead.opted_out: true\n", "    - lead.country: { in: [NO, SE] }\n"),
    );
    expect(definition.consent.never[0]?.when.says).toBe("lead.country in NO, SE");
    const { team } = aPlaybook(replaced("team.yaml", "holidays: ES-MD", "holidays: NO"));
    expect(team.members.find(({ id }) => id === "tomas@acme.example")?.holidays).toBe("NO");
  });

  test("on, off, yes and 22:30 are texts to compare with", () => {
    const { definition } = aPlaybook(
      replaced(
        "definition.yaml",
        "    - lead.opted_out: true\n",
        "    - lead.role: { in: [on, off, yes, 22:30] }\n",
      ),
    );
    expect(definition.consent.never[0]?.when.says).toBe("lead.role in on, off, yes, 22:30");
  });

  test("a code keeps its zeros in quotes", () => {
    const { fields } = aPlaybook(replaced("fields.yaml", '"164392217"', '"0164"'));
    expect(fields.stages.find(({ name }) => name === "sales-accepted")?.value).toBe("0164");
  });
});
