import { expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { shippedFiles } from "./kit.ts";

const shipped = shippedFiles();
const HAND_RAISER =
  "      first_attempt: 15m\n      meaningful_touch: 4h\n      attempts: { at_least: 6, within: 10bd }\n";

/** What is said of the promises to hand-raisers; the playbook can be used all the same. */
function told(promises: string): readonly string[] {
  const text = shipped["agreement.yaml"] ?? "";
  expect(text.split(HAND_RAISER)).toHaveLength(2);
  const { playbook, problems } = parsePlaybook({
    ...shipped,
    "agreement.yaml": text.replace(HAND_RAISER, promises),
  });
  expect(playbook).toBeDefined();
  return problems.map(formatProblem);
}

test("a first attempt that is due after the lead was reached is warned of", () => {
  expect(told("      first_attempt: 15h\n      meaningful_touch: 4h\n")).toEqual([
    "agreement.yaml:14:22 warning: first_attempt is 15h and meaningful_touch 4h: nobody is reached before the first attempt, so it cannot be the later one",
  ]);
  expect(told("      first_attempt: 3bd\n      meaningful_touch: 2bd\n")).toHaveLength(1);
});

test("more attempts than minutes are warned of", () => {
  const [problem, ...others] = told(
    "      first_attempt: 1m\n      meaningful_touch: 4h\n      attempts: { at_least: 600, within: 1m }\n",
  );
  expect(problem).toMatch(
    /^agreement\.yaml:16:29 warning: 600 attempts within 1m are more than one a minute/,
  );
  expect(others).toEqual([]);
});

test("all attempts due before the first is are warned of", () => {
  const [problem] = told(
    "      first_attempt: 4h\n      meaningful_touch: 8h\n      attempts: { at_least: 6, within: 2h }\n",
  );
  expect(problem).toMatch(/warning: all attempts are due within 2h, the first of them within 4h/);
});

test.each([
  ["as long as each other", "      first_attempt: 4h\n      meaningful_touch: 4h\n"],
  [
    "hours beside business days, which only a calendar can compare",
    "      first_attempt: 30h\n      meaningful_touch: 1bd\n",
  ],
  ["business days beside hours", "      first_attempt: 1bd\n      meaningful_touch: 4h\n"],
])("promises that are %s are left alone", (_what, promises) => {
  expect(told(promises)).toEqual([]);
});
