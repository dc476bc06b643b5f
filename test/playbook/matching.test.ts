import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import type { Matching } from "../../src/playbook/matching.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { shippedFiles } from "./kit.ts";

/** The shipped fields.yaml with another `match`; nothing leaves it out. */
function parsed(match: string): { readonly match?: Matching; readonly problems: readonly string[] } {
  const files = shippedFiles();
  const [fields = ""] = (files["fields.yaml"] ?? "").split("\nmatch:");
  const { playbook, problems } = parsePlaybook({ ...files, "fields.yaml": `${fields}\n${match}\n` });
  const own = problems.map(formatProblem).filter((text) => text.startsWith("fields.yaml"));
  return { ...(playbook === undefined ? {} : { match: playbook.fields.match }), problems: own };
}

describe("match in fields.yaml", () => {
  test("left out, nothing is matched", () => {
    expect(parsed("").match).toEqual({ accounts: false, duplicates: false, agencies: new Set() });
    expect(parsed("match: {}").match).toEqual({ accounts: false, duplicates: false, agencies: new Set() });
  });

  test("names what is matched, and agencies as domains in lower case", () => {
    const text = "match: { accounts: true, duplicates: true, agencies: [Agency.Example, www.words.example] }";
    expect(parsed(text).match).toEqual({
      accounts: true,
      duplicates: true,
      agencies: new Set(["agency.example", "words.example"]),
    });
  });

  test("an address, a word and free mail are no agency's domain, and are said with their place", () => {
    const { match, problems } = parsed(
      "match:\n  agencies:\n    - a@agency.example\n    - agency\n    - gmail.com",
    );
    expect(match).toBeUndefined();
    expect(problems.map((text) => text.replace(/^fields.yaml:\d+:/, ""))).toEqual([
      expect.stringMatching(/^7 "a@agency.example" is no domain/),
      expect.stringMatching(/^7 "agency" is no domain/),
      expect.stringMatching(/^7 "gmail.com" is free mail/),
    ]);
  });
});
