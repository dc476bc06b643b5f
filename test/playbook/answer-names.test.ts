import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { shippedFiles } from "./kit.ts";

const shipped = shippedFiles();

/** What is said of the shipped playbook with texts of its files replaced. */
function after(
  ...changes: readonly (readonly [file: string, before: string, text: string])[]
): readonly string[] {
  const files = { ...shipped };
  for (const [file, before, text] of changes) {
    expect(files[file]).toContain(before);
    files[file] = (files[file] ?? "").replace(before, text);
  }
  return parsePlaybook(files).problems.map(formatProblem);
}

describe("answers and destinations", () => {
  test("of the shipped playbook know one another", () => {
    expect(after()).toEqual([]);
  });

  test("a place no destination describes is told at its line, with the nearest", () => {
    expect(
      after(["agreement.yaml", "    next: nurture\n    reroute", "    next: nurtur\n    reroute"]),
    ).toEqual([
      expect.stringMatching(
        /^agreement\.yaml:\d+:11 "nurtur" is not among the destinations of fields\.yaml; did you mean "nurture"\?$/,
      ),
    ]);
  });

  test("without any destination both answers have nowhere to go", () => {
    const said = after(
      ["fields.yaml", "    nurture: { set: { contact.hs_lead_status: UNQUALIFIED } }\n", ""],
      ["fields.yaml", "  destinations:\n", "  destinations: {}\n"],
    );
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('"nurture" is not among the destinations of fields.yaml, which has none');
  });

  test("a destination that is nobody's next is a warning", () => {
    const said = after(["fields.yaml", "    nurture: {", '    attic: { list: "hubspot:7" }\n    nurture: {']);
    expect(said).toEqual([
      expect.stringMatching(/^fields\.yaml:\d+:5 warning: "attic" is the "next" of no answer/),
    ]);
    expect(parsePlaybook(shipped).playbook).toBeDefined();
  });

  test("a value that means no answer of the agreement is told", () => {
    expect(after(["fields.yaml", "IN_PROGRESS: working", "IN_PROGRESS: workin"])).toEqual([
      expect.stringMatching(
        /^fields\.yaml:\d+:\d+ "workin" is not among the answers of agreement\.yaml; did you mean "working"\?$/,
      ),
    ]);
  });

  test("deals that are not read cannot be opportunities", () => {
    const said = after(["fields.yaml", "deals: true", "deals: false"]);
    expect(
      said.some((one) => one.includes("opportunity_when judges deals, and fields.yaml reads none")),
    ).toBe(true);
  });
});
