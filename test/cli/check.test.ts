import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { baton, CHECKOUT } from "./kit.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shipped playbook with one place of its definition changed; and the line of a text in it. */
function aPlaybookWith(
  name: string,
  before: string,
  after: string,
): { place: string; lineOf: (text: string) => number } {
  const place = join(folder, name);
  mkdirSync(place);
  cpSync(join(CHECKOUT, "mappings/default"), place, { recursive: true });
  const text = readFileSync(join(place, "definition.yaml"), "utf8");
  expect(text).toContain(before);
  const changed = text.replace(before, () => after);
  writeFileSync(join(place, "definition.yaml"), changed);
  return { place, lineOf: (one) => changed.split("\n").findIndex((line) => line.includes(one)) + 1 };
}

describe("a failed example", () => {
  test("is printed with what was expected, what came, and the conditions that decided", async () => {
    const { place, lineOf } = aPlaybookWith("failing", "employees: { from: 50,", "employees: { from: 5,");
    const run = await baton(["check", place]);
    expect(run.code).toBe(3);
    const at = `${join(place, "definition.yaml")}:${lineOf("An eight-person studio")}:1`;
    expect(run.out).toContain(
      [
        `${at} example "An eight-person studio is too small for marketing's leads" comes out otherwise`,
        "    expected  not ready because of fit",
        "    got       ready as marketing-qualified",
        "    ✓ type: marketing-qualified",
      ].join("\n"),
    );
    expect(run.out).toContain(
      `      ✓ account.employees from 5 to 5000: 8  definition.yaml:${lineOf("{ from: 5,")}`,
    );
    expect(run.out).toMatch(/^✗ .*: 1 error, 0 warnings, \d+ examples run$/m);
  });

  test("of a lead that should be ready says what was missing", async () => {
    const { place } = aPlaybookWith("late", "ago: 23h } ] }", "ago: 25h } ] }");
    const run = await baton(["check", place]);
    expect(run.out).toContain(
      "    expected  ready as hand-raiser\n    got       not ready because of no-type-matches\n",
    );
    expect(run.out).toMatch(/^ {4}it would be ready with one more form/m);
  });

  test("carries the same in JSON", async () => {
    const run = await baton(["check", join(folder, "failing"), "--json"]);
    expect(JSON.parse(run.out)).toMatchObject({
      errors: [
        {
          expected: "not ready because of fit",
          got: "ready as marketing-qualified",
          conditions: [{ says: "type: marketing-qualified" }, { says: "needs: fit", truth: "yes" }],
        },
      ],
    });
  });
});

describe("coverage", () => {
  const untested = "intent: product Seat Added within 14d (no example meets it)";

  test("counts the conditions that examples test", async () => {
    const run = await baton(["check"]);
    expect(run.out).toMatch(/^ {2}(\d+) of \1 conditions tested by examples$/m);
    expect(run.out).not.toContain("Not tested");
  });

  test("lists the ones they do not, by file and line, and is neither an error nor a warning", async () => {
    const { place, lineOf } = aPlaybookWith(
      "untested",
      "    - { signal: email-replied, within: 7d }\n",
      "    - { signal: email-replied, within: 7d }\n    - { signal: product, event: Seat Added, within: 14d }\n",
    );
    const run = await baton(["check", place]);
    expect(run.code).toBe(0);
    const at = `${join(place, "definition.yaml")}:${lineOf("Seat Added")}`;
    expect(run.out).toContain(`Not tested by the examples:\n  ${at} ${untested}\n`);
    expect(run.out).toMatch(/^✓ .*: 0 errors, 0 warnings/m);
  });

  test("is in JSON as counts and gaps", async () => {
    const run = await baton(["check", join(folder, "untested"), "--json"]);
    expect(JSON.parse(run.out)).toMatchObject({
      coverage: {
        conditionCount: expect.any(Number),
        gaps: [{ says: "intent: product Seat Added within 14d", missing: "no example meets it" }],
      },
    });
  });

  test("is left out while the playbook cannot be used", async () => {
    const { place } = aPlaybookWith("broken", "\nrefuse:", "\nrefuze:");
    const run = await baton(["check", place]);
    expect(run.code).toBe(3);
    expect(run.out).not.toContain("tested by examples");
    const json: unknown = JSON.parse((await baton(["check", place, "--json"])).out);
    expect(json).not.toHaveProperty("coverage");
  });
});
