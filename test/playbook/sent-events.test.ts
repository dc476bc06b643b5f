import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const shipped = shippedFiles();

/** The shipped fields.yaml with other events. */
function withEvents(yaml: string): Record<string, string> {
  const text = shipped["fields.yaml"] ?? "";
  const start = text.search(/^events:$/m);
  const more = text.slice(start).search(/\n(?=[a-z#])/);
  const rest = more < 0 ? "" : text.slice(start + more);
  return { ...shipped, "fields.yaml": `${text.slice(0, start)}${yaml}${rest}\n` };
}

function problemsOf(yaml: string): readonly string[] {
  return parsePlaybook(withEvents(yaml)).problems.map(formatProblem);
}

describe("events of fields.yaml", () => {
  test("are found by name, letters in either case, with the words they always carry", () => {
    const { events } = aPlaybook(
      withEvents(
        'events:\n  "Asset  Opened": content-downloaded\n  Demo: { signal: form-submitted, form: demo-request }',
      ),
    ).fields;
    expect([...events]).toEqual([
      ["asset opened", { kind: "content-downloaded" }],
      ["demo", { kind: "form-submitted", form: "demo-request" }],
    ]);
  });

  test("may be left out", () => {
    expect(aPlaybook(withEvents("")).fields.events.size).toBe(0);
  });

  test.each([
    ["a kind nobody knows", "events:\n  A: content-download", 'did you mean "content-downloaded"?'],
    ["a word nobody knows", "events:\n  A: { signal: product, page: /x }", '"page" is not known here'],
    ["no kind at all", "events:\n  A: { engagement: strong }", "expected one of form-submitted"],
    [
      "the same name in other letters",
      "events:\n  Opened: product\n  opened: content-downloaded",
      '"opened" stands here already in other letters: "Opened" (line ',
    ],
  ])("%s is a problem with its place", (_, yaml, says) => {
    const problems = problemsOf(yaml);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });
});
