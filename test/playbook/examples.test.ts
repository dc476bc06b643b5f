import { describe, expect, test } from "vitest";
import { checkExamples, type FailedExample } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { qualify } from "../../src/qualify/index.ts";
import { nearestOf } from "../../src/qualify/nearest.ts";
import { aPlaybook, NOW, shippedFiles } from "./kit.ts";

const shipped = shippedFiles()["definition.yaml"] ?? "";

function failuresAfter(before: string, text: string): readonly FailedExample[] {
  expect(shipped).toContain(before);
  const playbook = aPlaybook({ "definition.yaml": shipped.replace(before, text) });
  return checkExamples(playbook, { qualify, nearestOf }, NOW).failures;
}

describe("the shipped definition", () => {
  const playbook = aPlaybook();

  test("comes with at least 25 examples and counterexamples, and all of them pass", () => {
    expect(playbook.definition.examples.length).toBeGreaterThanOrEqual(25);
    expect(checkExamples(playbook, { qualify, nearestOf }, NOW).failures).toEqual([]);
  });

  test("passes whatever the day, because its examples speak of ages", () => {
    expect(checkExamples(playbook, { qualify, nearestOf }, NOW + 400 * 86_400_000).failures).toEqual([]);
  });

  test("tells every case in words of its own", () => {
    const said = playbook.definition.examples.map(({ say }) => say);
    expect(new Set(said).size).toBe(said.length);
  });
});

describe("an example that fails", () => {
  test("is told with what it came out as, at its own line", () => {
    const line = shipped.split("\n").findIndex((one) => one.includes("An eight-person studio")) + 1;
    expect(failuresAfter("employees: { from: 50,", "employees: { from: 5,").map(formatProblem)).toEqual([
      `definition.yaml:${line}:1 example "An eight-person studio is too small for marketing's leads": expected not ready because of fit, got ready as marketing-qualified`,
    ]);
  });

  test("shows the condition that let it through, with the value it saw", () => {
    const [failure] = failuresAfter("employees: { from: 50,", "employees: { from: 5,");
    expect(failure?.conditions.map(({ says }) => says)).toEqual(["type: marketing-qualified", "needs: fit"]);
    expect(failure?.conditions[1]?.parts?.[0]).toMatchObject({
      says: "account.employees from 5 to 5000",
      truth: "yes",
      saw: "8",
    });
    expect(failure).not.toHaveProperty("notJudged");
  });

  test("for another reason than it names shows both refusals", () => {
    const [failure] = failuresAfter("because: competitor }", "because: student }");
    expect(failure).toMatchObject({
      expected: "not ready because of student",
      got: "refused because of competitor",
    });
    expect(failure?.conditions.map(({ says, truth }) => `${says} ${truth}`)).toEqual([
      "refuse: student no",
      "refuse: competitor yes",
    ]);
  });

  test("as another type shows why it is not the expected one", () => {
    const [failure] = failuresAfter("ready: true, type: partner }", "ready: true, type: hand-raiser }");
    expect(failure).toMatchObject({ expected: "ready as hand-raiser", got: "ready as partner" });
    expect(failure?.conditions.map(({ says, truth }) => `${says} ${truth}`)).toEqual([
      "type: hand-raiser no",
      "type: partner yes",
    ]);
  });

  test("says when the expected reason was never asked about", () => {
    const [failure] = failuresAfter("because: competitor }", "because: fit }");
    expect(failure).toMatchObject({ notJudged: "fit", got: "refused because of competitor" });
  });

  test("that is not ready says what would have made it ready", () => {
    const [failure] = failuresAfter("ago: 23h } ] }", "ago: 25h } ] }");
    expect(failure).toMatchObject({
      got: "not ready because of no-type-matches",
      nearest: expect.stringMatching(/^ready with one more form/),
    });
    expect(failure?.conditions.map(({ says }) => says)).toEqual([
      "type: hand-raiser",
      "type: account-surge",
      "type: partner",
      "type: recycled",
      "type: marketing-qualified",
    ]);
  });
});

test("an example gives a date by its age", () => {
  const files = shippedFiles("salesforce");
  const definition = files["definition.yaml"] ?? "";
  const age = "created: 20m ago";
  expect(definition).toContain(age);
  const failuresOf = (given: string): readonly FailedExample[] => {
    const changed = { ...files, "definition.yaml": definition.replace(age, given) };
    return checkExamples(aPlaybook(changed), { qualify, nearestOf }, NOW).failures;
  };
  expect([failuresOf(age).length, failuresOf("created: 23h ago").length]).toEqual([0, 0]);
  expect(failuresOf("created: 25h ago").map(({ say }) => say)).toEqual([
    "A new Lead from the demo form is answered, even when no form was sent in",
  ]);
});
