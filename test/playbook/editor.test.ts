import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { getLanguageService, TextDocument } from "yaml-language-server";
import { PLAYBOOK_FILES, type PlaybookFile } from "../../src/playbook/load.ts";
import { shippedFiles } from "./kit.ts";

/** What VS Code's YAML extension runs, with the schema that a file's own first line names. */
const service = getLanguageService({
  schemaRequestService: async (uri) => readFileSync(fileURLToPath(uri), "utf8"),
  workspaceContext: { resolveRelativePath: (path, resource) => new URL(path, resource).href },
});
service.configure({ validate: true, completion: true, hover: true });

const shipped = shippedFiles();
let version = 0;

type Document = Parameters<typeof service.doValidation>[0];

/** A file as an editor holds it; a new version each time, because the service remembers what it has parsed. */
function aDocument(file: PlaybookFile, text: string): Document {
  version += 1;
  const uri = pathToFileURL(`mappings/default/${file}`).href;
  return Object.assign(TextDocument.create(uri, "yaml", version, text), {
    getLineRange: (line: number) => ({
      start: { line, character: 0 },
      end: { line: line + 1, character: 0 },
    }),
    getEOLCharacters: () => "\n",
  });
}

/** The shipped file with one place changed, and where that place begins. */
function changed(file: PlaybookFile, before: string, after: string): { text: string; at: number } {
  const text = shipped[file] ?? "";
  expect(text.split(before)).toHaveLength(2);
  return { text: text.replace(before, () => after), at: text.indexOf(before) };
}

/** What is underlined, and what is said of it. */
async function underlined(file: PlaybookFile, text: string): Promise<readonly (readonly [string, string])[]> {
  const document = aDocument(file, text);
  const found = await service.doValidation(document, false);
  return found.map(({ range, message }) => [
    document.getText(range),
    typeof message === "string" ? message : message.value,
  ]);
}

/** What is offered where `|` stands. */
async function offered(file: PlaybookFile, before: string, after: string): Promise<readonly string[]> {
  const { text, at } = changed(file, before, after.replace("|", ""));
  const document = aDocument(file, text);
  const { items } = await service.doComplete(document, document.positionAt(at + after.indexOf("|")), false);
  return items.map(({ label }) => label);
}

test.each(PLAYBOOK_FILES)("nothing is underlined in the %s that ships", async (file) => {
  expect(shipped[file]).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/schemas\/[a-z]+\.json\n/);
  expect(await underlined(file, shipped[file] ?? "")).toEqual([]);
});

const REPLIED = "    - { signal: email-replied, within: 7d }\n";
const EMPLOYEES = "    - account.employees: { from: 50, to: 5000 }\n";

describe("a mistake is underlined where it is", () => {
  test.each<[string, PlaybookFile, string, string, string, string]>([
    ["a section", "definition.yaml", "\nrefuse:", "\nrefuze:", "refuze", "Property refuze is not allowed."],
    [
      "a key",
      "definition.yaml",
      REPLIED,
      REPLIED.replace("within", "witin"),
      "witin",
      "Property witin is not",
    ],
    ["a keyword", "definition.yaml", REPLIED, "    - { al: [] }\n", "al", "Property al is not allowed."],
    [
      "a fact",
      "definition.yaml",
      EMPLOYEES,
      EMPLOYEES.replace(".", "_"),
      "account_employees",
      "is not allowed",
    ],
    [
      "an operator",
      "definition.yaml",
      EMPLOYEES,
      EMPLOYEES.replace("from", "form"),
      "form",
      "is not allowed",
    ],
    [
      "a kind",
      "definition.yaml",
      REPLIED,
      REPLIED.replace("repl", "rep"),
      "email-repied",
      'values: "form-submitted"',
    ],
    [
      "a number",
      "definition.yaml",
      EMPLOYEES,
      EMPLOYEES.replace("50,", "fifty,"),
      "fifty",
      'Expected "number"',
    ],
    ["a span", "definition.yaml", "half_life: 14d", "half_life: 14", "14", 'Expected "string"'],
    [
      "a need",
      "definition.yaml",
      "[reachable, fit, intent]",
      "[reachable, fti]",
      "fti",
      'values: "reachable", "fit"',
    ],
    ["a reading", "fields.yaml", "as: integer", "as: interger", "interger", 'Valid values: "text", "email"'],
    ["a source", "fields.yaml", "deals: true", "deals: maybe", "maybe", 'Expected "boolean"'],
    [
      "a rep's cap",
      "team.yaml",
      "skills: [french, enterprise]\n    cap",
      "caps",
      "caps",
      "Property caps is not",
    ],
    [
      "a rule's end",
      "routing.yaml",
      "to: deal.owner",
      "to: deel.owner",
      "deel.owner",
      '"account.owner", "account.working_owner", "deal.owner"',
    ],
    [
      "a clock",
      "agreement.yaml",
      "clock: owner",
      "clock: ownr",
      "ownr",
      'Valid values: "owner", "team", "always"',
    ],
    ["a task", "brief.yaml", "\n  body: |", "\n  boddy: |", "boddy", "Property boddy is not allowed."],
  ])("%s of %s", async (_, file, before, after, where, message) => {
    const { text } = changed(file, before, after);
    expect(await underlined(file, text)).toContainEqual([where, expect.stringContaining(message)]);
  });

  test("conditions that stand alone are not mixed with others", async () => {
    const { text } = changed(
      "definition.yaml",
      REPLIED,
      "    - { any: [ { lead.role: x } ], lead.role: y }\n",
    );
    expect(await underlined("definition.yaml", text)).toEqual([
      ["{ any: [ { lead.role: x } ], lead.role: y }", "Object has more properties than limit of 1."],
    ]);
  });

  test("a reason beside a lead that is ready is underlined", async () => {
    const before = "expect: { ready: true, type: partner }";
    const { text } = changed("definition.yaml", before, "expect: { ready: true, because: partner }");
    expect(await underlined("definition.yaml", text)).toEqual([["true", "Value must be false."]]);
  });

  test("a span without a deed is underlined", async () => {
    const { text } = changed("definition.yaml", REPLIED, "    - { within: 7d }\n");
    expect(await underlined("definition.yaml", text)).toContainEqual(["{", 'Missing property "signal".']);
  });
});

describe("completion", () => {
  const keys =
    "all any none stage type territory score signal page form asset campaign engagement event".split(" ");

  test.each<[string, string, string, readonly string[]]>([
    ["the keys of a condition", REPLIED, "    - |\n", [...keys, "at_least", "within", "sequence"]],
    ["them inside braces", REPLIED, "    - { si| }\n", ["signal", "form", "sequence", "within"]],
    ["kinds of signal", REPLIED, "    - { signal: e| }\n", ["email-replied", "page-viewed"]],
    ["operators", EMPLOYEES, "    - account.employees: { f| }\n", ["is", "not", "in", "from", "to", "known"]],
    ["needs", "[reachable, fit, intent]", "[|]", ["reachable", "fit", "intent"]],
  ])("offers %s", async (_, before, after, wanted) => {
    expect(await offered("definition.yaml", before, after)).toEqual(expect.arrayContaining([...wanted]));
  });

  test("offers no key that stands there already", async () => {
    const labels = await offered("definition.yaml", REPLIED, "    - signal: email-replied\n      |\n");
    expect(labels).toContain("within");
    expect(labels).not.toContain("signal");
  });
});

test("a key explains itself under the pointer", async () => {
  const document = aDocument("definition.yaml", shipped["definition.yaml"] ?? "");
  const at = document.positionAt((shipped["definition.yaml"] ?? "").indexOf("half_life"));
  expect(JSON.stringify(await service.doHover(document, at))).toContain(
    "After this span a deed counts half.",
  );
});
