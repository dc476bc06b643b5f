import { describe, expect, test } from "vitest";
import { checkExamples } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { qualify } from "../../src/qualify/index.ts";
import { aPlaybook, NOW, shippedFiles } from "./kit.ts";

const shipped = shippedFiles()["definition.yaml"] ?? "";

function problemsAfter(before: string, text: string): readonly string[] {
  expect(shipped).toContain(before);
  const playbook = aPlaybook({ "definition.yaml": shipped.replace(before, text) });
  return checkExamples(playbook, qualify, NOW).map(formatProblem);
}

describe("the shipped definition", () => {
  const playbook = aPlaybook();

  test("comes with at least a dozen examples, and all of them pass", () => {
    expect(playbook.definition.examples.length).toBeGreaterThanOrEqual(12);
    expect(checkExamples(playbook, qualify, NOW)).toEqual([]);
  });

  test("passes whatever the day, because its examples speak of ages", () => {
    expect(checkExamples(playbook, qualify, NOW + 400 * 86_400_000)).toEqual([]);
  });
});

describe("an example that fails", () => {
  test("is told with what it came out as, at its own line", () => {
    const line = shipped.split("\n").findIndex((one) => one.includes("An eight-person studio")) + 1;
    expect(problemsAfter("employees: { from: 50,", "employees: { from: 5,")).toEqual([
      `definition.yaml:${line}:1 example "An eight-person studio is too small for marketing's leads": expected not ready because of fit, and it comes out as ready (marketing-qualified)`,
    ]);
  });

  test("for another reason than it names is told, too", () => {
    expect(problemsAfter("because: competitor }", "because: student }")).toEqual([
      expect.stringContaining(
        "expected not ready because of student, and it comes out as refused (competitor)",
      ),
    ]);
  });

  test("as another type is told, too", () => {
    expect(
      problemsAfter("expect: { ready: true, type: partner }", "expect: { ready: true, type: hand-raiser }"),
    ).toEqual([
      expect.stringContaining("expected ready as hand-raiser, and it comes out as ready (partner)"),
    ]);
  });
});
