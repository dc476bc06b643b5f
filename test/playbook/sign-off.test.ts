import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { missingSides, signOffOf } from "../../src/playbook/sign-off.ts";
import { shippedFiles } from "./kit.ts";

const SIGN_OFF =
  "\nsign_off: { marketing: [Mia@Acme.example], sales: [sam@acme.example, sue@acme.example] }\n";

/** The shipped agreement with a section at its end. */
function agreementWith(section: string): Record<string, string> {
  const files = shippedFiles();
  return { ...files, "agreement.yaml": `${files["agreement.yaml"]}${section}` };
}

describe("sign_off", () => {
  test("is a section of agreement.yaml that a playbook may have", () => {
    expect(parsePlaybook(agreementWith(SIGN_OFF)).playbook).toBeDefined();
    expect(parsePlaybook(shippedFiles()).playbook).toBeDefined();
  });

  test.each([
    ["one side alone", "sign_off: { marketing: [mia@acme.example] }", '"sales" is missing'],
    ["a side without anybody", "sign_off: { marketing: [mia@acme.example], sales: [] }", "who signs?"],
    [
      "a person on both sides",
      "sign_off: { marketing: [mia@acme.example], sales: [sam@acme.example, Mia@acme.example] }",
      '"mia@acme.example" signs for marketing already',
    ],
    ["what is no address", "sign_off: { marketing: [Mia], sales: [sam@acme.example] }", "e-mail address"],
    ["a third side", "sign_off: { marketing: [a@b.cd], sales: [c@d.ef], legal: [e@f.gh] }", '"legal"'],
  ])("refuses %s", (_, section, message) => {
    const { playbook, problems } = parsePlaybook(agreementWith(`\n${section}\n`));
    expect(playbook).toBeUndefined();
    expect(problems.map((one) => one.message).join("\n")).toContain(message);
  });
});

describe("who signs what comes after a version", () => {
  test("is said by its agreement, in lower case", () => {
    expect(signOffOf(agreementWith(SIGN_OFF))).toEqual({
      marketing: ["mia@acme.example"],
      sales: ["sam@acme.example", "sue@acme.example"],
    });
  });

  test("is nobody without the section", () => {
    expect(signOffOf(shippedFiles())).toBeUndefined();
  });

  test("is known although the rest of the version cannot be used any more", () => {
    const files = { "agreement.yaml": `promises_of_old: 1\n${SIGN_OFF}` };
    expect(parsePlaybook(files).playbook).toBeUndefined();
    expect(signOffOf(files)?.marketing).toEqual(["mia@acme.example"]);
  });

  test.each([
    ["broken YAML", "sign_off: {"],
    ["a section of another shape", "sign_off: [mia@acme.example]"],
    ["no text", ""],
  ])("cannot be told from %s, so nobody passes", (_, text) => {
    expect(() => signOffOf({ "agreement.yaml": text })).toThrow("Who signs cannot be told");
  });
});

describe("a side", () => {
  const signOff = { marketing: ["mia@acme.example"], sales: ["sam@acme.example", "sue@acme.example"] };

  test("has signed when one of those who may has", () => {
    expect(missingSides(signOff, [])).toEqual(["marketing", "sales"]);
    expect(missingSides(signOff, [{ side: "sales", by: "sue@acme.example" }])).toEqual(["marketing"]);
    expect(
      missingSides(signOff, [
        { side: "sales", by: "sue@acme.example" },
        { side: "marketing", by: "mia@acme.example" },
      ]),
    ).toEqual([]);
  });

  test("has not signed through the other side's people, nor through somebody who may not any more", () => {
    expect(
      missingSides(signOff, [
        { side: "sales", by: "mia@acme.example" },
        { side: "marketing", by: "left@acme.example" },
      ]),
    ).toEqual(["marketing", "sales"]);
  });
});
