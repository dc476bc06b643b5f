import { describe, expect, test } from "vitest";
import { checkFolder } from "../../src/cli/check.ts";
import { NOW } from "../playbook/kit.ts";

const YEAR_MS = 365 * 86_400_000;

describe.each(["mappings/salesforce", "mappings/both"])("%s", (folder) => {
  test("passes check, with fifteen examples and more that test every condition", async () => {
    const checked = await checkFolder(folder, NOW);
    expect([...checked.errors, ...checked.warnings]).toEqual([]);
    expect(checked.exampleCount).toBeGreaterThanOrEqual(15);
    expect(checked.coverage?.gaps).toEqual([]);
  });

  test("passes in another year, because its examples speak of ages", async () => {
    expect((await checkFolder(folder, NOW + YEAR_MS)).errors).toEqual([]);
  });
});
