import fc from "fast-check";
import { describe, expect, test as fact } from "vitest";
import { conditionSchema } from "../../src/playbook/condition.ts";
import { withType } from "../../src/playbook/subject.ts";
import { aCondition, aLead, did, NOW, test, truth } from "./kit.ts";

const KNOWN = { "lead.yes": true, "lead.no": false };
const words = { yes: "{ lead.yes: true }", no: "{ lead.no: true }", unknown: "{ lead.nothing: true }" };
type Word = keyof typeof words;
const three = fc.array(fc.constantFrom<Word>("yes", "no", "unknown"), { minLength: 1, maxLength: 5 });
const listed = (parts: readonly Word[]): string => parts.map((part) => words[part]).join(", ");

describe("three-valued logic", () => {
  fact("all is no with one no, yes when everything is, otherwise unknown", () => {
    fc.assert(
      fc.property(three, (parts) => {
        const wanted = parts.includes("no") ? "no" : parts.includes("unknown") ? "unknown" : "yes";
        expect(truth(`all: [${listed(parts)}]`, KNOWN)).toBe(wanted);
      }),
    );
  });

  fact("any is yes with one yes, no when everything is, otherwise unknown; none is its contrary", () => {
    fc.assert(
      fc.property(three, (parts) => {
        const any = parts.includes("yes") ? "yes" : parts.includes("unknown") ? "unknown" : "no";
        const none = { yes: "no", no: "yes", unknown: "unknown" }[any];
        expect(truth(`any: [${listed(parts)}]`, KNOWN)).toBe(any);
        expect(truth(`none: [${listed(parts)}]`, KNOWN)).toBe(none);
      }),
    );
  });

  fact("a settled outcome still shows what every part saw", () => {
    const finding = test(
      `all:
  - lead.role: { is: VP }
  - account.employees: { from: 50 }
  - account.industry: software`,
      aLead({ "lead.role": "Student", "account.employees": 12 }),
    );
    expect(finding.truth).toBe("no");
    expect(finding.parts).toEqual([
      { says: "lead.role is VP", truth: "no", saw: "Student", source: "definition.yaml:2" },
      { says: "account.employees from 50", truth: "no", saw: "12", source: "definition.yaml:3" },
      { says: "account.industry is software", truth: "unknown", source: "definition.yaml:4" },
    ]);
  });

  fact("facts side by side must all hold", () => {
    const both = "{ lead.role: VP, account.industry: software }";
    expect(truth(both, { "lead.role": "VP", "account.industry": "software" })).toBe("yes");
    expect(truth(both, { "lead.role": "VP", "account.industry": "retail" })).toBe("no");
  });
});

describe("names", () => {
  fact("a stage is the lead's stage", () => {
    const stage = "{ stage: [marketing-qualified, sales-accepted] }";
    expect(truth(stage, { "lead.stage": "marketing-qualified" })).toBe("yes");
    expect(truth(stage, { "lead.stage": "lead" })).toBe("no");
    expect(truth(stage, {})).toBe("unknown");
  });

  fact("a type is the one the lead is handed off as", () => {
    const condition = aCondition("{ type: partner }");
    expect(condition.test(withType(aLead(), "partner"), NOW).truth).toBe("yes");
    expect(condition.test(withType(aLead(), "hand-raiser"), NOW).truth).toBe("no");
    expect(condition.test(aLead(), NOW).truth).toBe("unknown");
  });

  fact("a territory is its condition, under its own name", () => {
    const territories = new Map([["emea", aCondition("{ lead.country: { in: EMEA } }")]]);
    const finding = test("{ territory: emea }", aLead({ "lead.country": "DE" }), { territories });
    expect(finding.truth).toBe("yes");
    expect(finding.parts?.[0]).toMatchObject({ says: "territory emea", truth: "yes" });
    expect(finding.parts?.[0]?.parts?.[0]).toMatchObject({ says: "lead.country in EMEA", saw: "DE" });
  });

  fact("an unknown territory is told with those that exist", () => {
    const told: string[] = [];
    const territories = new Map([["emea", aCondition("{ lead.country: DE }")]]);
    aCondition("{ territory: emae }", { territories, onProblem: (message) => told.push(message) });
    expect(told).toEqual(['territory "emae" does not exist; territories are: emea']);
  });

  fact("stages and types are told to whoever compiles, so that their names can be checked", () => {
    const heard: string[] = [];
    aCondition("all: [ { stage: mql }, { type: [a, b] } ]", {
      onName: (kind, name, path) => heard.push(`${kind} ${name} ${path.join("/")}`),
    });
    expect(heard).toEqual(["stage mql all/0/stage", "type a all/1/type", "type b all/1/type"]);
  });

  fact("a score is compared with the points so far, and told when nothing defines it", () => {
    const lead = aLead({}, [did("email-replied", 0)]);
    expect(test("{ score: { from: 10 } }", lead, { score: () => 12 })).toMatchObject({
      truth: "yes",
      saw: "12",
    });
    expect(test("{ score: { from: 13 } }", lead, { score: () => 12 }).truth).toBe("no");
    const told: string[] = [];
    aCondition("{ score: { from: 10 } }", { onProblem: (message) => told.push(message) });
    expect(told).toEqual(["no score is defined here: add a score section"]);
  });
});

describe("shapes that are no condition", () => {
  fact.each([
    null,
    "software",
    [],
    {},
    { all: [] },
    { all: { "lead.role": "x" } },
    { alll: [{ "lead.role": "x" }] },
    { role: "VP" },
    { "lead.role": {} },
    { "lead.role": { like: "x" } },
    { "lead.role": { from: "x" } },
    { "lead.role": null },
    { form: "demo", signal: "page-viewed", sequence: [] },
    { signal: "page-view" },
    { signal: "page-viewed", at_least: 0 },
    { signal: "page-viewed", within: "2 weeks" },
    { sequence: [{ signal: "page-viewed" }] },
    { all: [{ "lead.role": "x" }], within: "3d" },
  ])("%j", (value) => {
    expect(conditionSchema.safeParse(value).success).toBe(false);
  });
});
