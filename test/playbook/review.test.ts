import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { diffPlaybooks } from "../../src/playbook/diff.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const agreement = shippedFiles()["agreement.yaml"] ?? "";
const withReview = (review: string): Record<string, string> => ({
  "agreement.yaml": `${agreement}\nreview: ${review}\n`,
});

describe("review of agreement.yaml", () => {
  test("says how often and to whom; addresses in lower case", () => {
    const playbook = aPlaybook(withReview("{ every: 2w, to: [Mia@Acme.example] }"));
    expect(playbook.agreement.review).toEqual({ everyMs: 14 * DAY_MS, to: ["mia@acme.example"] });
  });

  test("may be left out", () => {
    expect(aPlaybook().agreement.review).toBeUndefined();
  });

  test.each([
    ["{ every: 0w, to: [a@b.example] }", "number of weeks from 1w to 12w"],
    ["{ every: 13w, to: [a@b.example] }", "number of weeks from 1w to 12w"],
    ["{ every: 14d, to: [a@b.example] }", "number of weeks from 1w to 12w"],
    ["{ every: 2w, to: [] }", "at least one address"],
    ["{ every: 2w, to: [owner] }", "an e-mail address is expected"],
    ["{ every: 2w }", "to"],
  ])("%s is refused and says why", (review, says) => {
    expect(() => aPlaybook(withReview(review))).toThrow(says);
  });

  test("is told in words when it changes", () => {
    const files = shippedFiles();
    const changed = diffPlaybooks(files, {
      ...files,
      ...withReview("{ every: 2w, to: [mia@acme.example] }"),
    });
    expect(JSON.stringify(changed.changed)).toContain("mia@acme.example");
  });
});
