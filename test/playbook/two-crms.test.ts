import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { catalogueOf } from "../../src/playbook/catalogue.ts";
import { stageNamed, stagesOf, wanted } from "../../src/playbook/fields.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const both = shippedFiles("both");
const alone = shippedFiles("salesforce");

/** What is said of a playbook in which one text stands for another. */
function said(
  files: Readonly<Record<string, string>>,
  before: string,
  after: string,
  file = "fields.yaml",
): readonly string[] {
  const text = files[file] ?? "";
  expect(text).toContain(before);
  return parsePlaybook({ ...files, [file]: text.replace(before, after) }).problems.map(formatProblem);
}

/** `fields.yaml:12:5` of the place where `part` stands, once `after` stands for `before`. */
function placed(
  files: Readonly<Record<string, string>>,
  [before, after]: readonly [string, string],
  part: string,
  file = "fields.yaml",
): string {
  const text = (files[file] ?? "").replace(before, after);
  const head = text.slice(0, text.indexOf(after) + after.indexOf(part)).split("\n");
  return `${file}:${head.length}:${(head.at(-1) ?? "").length + 1}`;
}

describe("a playbook for Salesforce alone", () => {
  const { fields } = aPlaybook(alone);

  test("reads and writes Salesforce", () => {
    expect(fields.crm).toBe("salesforce");
    expect(fields.sales).toBeUndefined();
    expect(fields.answers?.answer).toBe("lead.Baton_Disposition__c");
    expect(fields.writes).toContainEqual({ property: "lead.Baton_Why_Now__c", value: "brief.why_now" });
    expect(stageNamed(fields, "Working - Contacted")).toBe("working");
  });

  test("asks for no property of HubSpot", () => {
    const { properties, history } = wanted(fields);
    expect(properties).toContain("account.Website");
    expect([...properties, ...history].filter((path) => !/^(lead|account)\.[A-Z]/.test(path))).toEqual([]);
    expect(history).toContain("lead.Status");
  });

  test("says nothing of a second stage", () => {
    expect(catalogueOf(fields).has("lead.sales_stage")).toBe(false);
  });

  test("needs no stages, and the address leads are found by", () => {
    const small = "salesforce:\n  read: { lead.name: lead.Name }\n";
    expect(parsePlaybook({ ...alone, "fields.yaml": small }).problems.map(formatProblem)).toContain(
      'fields.yaml:2:9 "lead.email" must be read: Baton finds leads by it',
    );
  });
});

describe("a playbook for both", () => {
  const { fields } = aPlaybook(both);

  test("reads leads from HubSpot, and what HubSpot does not know from Salesforce", () => {
    expect(fields.crm).toBe("hubspot");
    expect(fields.sales?.crm).toBe("salesforce");
    const employees = fields.reads.filter(({ fact }) => fact === "account.employees");
    expect(employees.map(({ from }) => from[0])).toEqual([
      "company.numberofemployees",
      "account.NumberOfEmployees",
    ]);
  });

  test("writes both, and asks sales in Salesforce", () => {
    const written = fields.writes.map(({ property }) => property);
    expect(written).toEqual(expect.arrayContaining(["contact.baton_why_now", "lead.Baton_Why_Now__c"]));
    expect(fields.answers?.reason).toBe("lead.Baton_Disposition_Reason__c");
    expect(fields.destinations.get("nurture")?.set).toEqual({ "contact.hs_lead_status": "UNQUALIFIED" });
  });

  test("keeps the stages of the two apart, and asks for both", () => {
    expect(stageNamed(fields, "customer")).toBe("customer");
    expect(stageNamed(fields, "Closed - Converted")).toBeUndefined();
    expect(stageNamed(fields, "Closed - Converted", "salesforce")).toBe("customer");
    expect(stagesOf(fields, "salesforce").at(-1)?.name).toBe("not-converted");
    expect(wanted(fields).properties).toEqual(expect.arrayContaining(["company.domain", "lead.Status"]));
    expect(catalogueOf(fields).get("lead.sales_stage")?.values).toContain("not-converted");
  });

  test("sets what either section says of a destination", () => {
    const files = {
      ...both,
      "fields.yaml": (both["fields.yaml"] ?? "").replace(
        "  # Where sales says what it made of a lead: two pick lists",
        "  destinations: { nurture: { set: { lead.Rating: Cold } } }\n  # Where sales says: two pick lists",
      ),
    };
    expect(aPlaybook(files).fields.destinations.get("nurture")?.set).toEqual({
      "contact.hs_lead_status": "UNQUALIFIED",
      "lead.Rating": "Cold",
    });
  });
});

describe("a problem is told at its place", () => {
  test("without any CRM", () => {
    expect(parsePlaybook({ ...both, "fields.yaml": "events: {}" }).problems.map(formatProblem)).toEqual([
      expect.stringContaining('"hubspot" or "salesforce" is missing'),
    ]);
  });

  test.each([
    ["contact.jobtitle", "Salesforce", "lead.role:     lead.Title", alone],
    ["lead.Title", "HubSpot", "lead.role:     contact.jobtitle", both],
    ["account.Ann€", "Salesforce", "lead.role:     lead.Title", alone],
  ])("%s is no property of %s", (path, crm, before, files) => {
    const after = `lead.role:     ${path}`;
    const [line, ...others] = said(files, before, after);
    expect(others).toEqual([]);
    expect(line?.split(" ")[0]).toBe(placed(files, [before, after], path));
    expect(line).toMatch(new RegExp(`internal name ${crm} shows, such as .*, found "${path}"$`));
  });

  const ANSWERS = "  # Where a lead goes";
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    [
      "two places where sales answers",
      ANSWERS,
      `  answers: { answer: contact.a, reason: contact.b }\n${ANSWERS}`,
      "{ answer: contact.a",
      'sales answers in Salesforce: take "answers" out here',
    ],
    [
      "deals of both",
      ANSWERS,
      `  deals: false\n${ANSWERS}`,
      "false",
      "deals are read where sales works: say it in the section of Salesforce",
    ],
    [
      "a fact of two kinds",
      "account.employees:    { from: [account.NumberOfEmployees, lead.NumberOfEmployees], as: integer }",
      "account.employees:    { from: [account.NumberOfEmployees, lead.NumberOfEmployees] }",
      "account.employees",
      '"account.employees" is integer in HubSpot and text here: one fact is one kind of value (as: integer)',
    ],
    [
      "a list of sales' CRM",
      "  # What Baton writes into the lead or contact",
      '  destinations: { nurture: { list: "salesforce:7015g0000000001AAA" } }\n  # What Baton writes into the lead or contact',
      '"salesforce',
      'leads are put on lists of HubSpot only: take "list" out here',
    ],
    [
      "an answer that is a stage Baton raises to",
      "map: { Closed - Not Converted: rejected }",
      "map: { Working - Contacted: accepted }",
      "Working",
      '"Working - Contacted" is the stage "sales-accepted", to which Baton raises leads itself: it cannot be sales\' answer too',
    ],
    [
      "an answer nobody agreed on",
      "map: { Closed - Not Converted: rejected }",
      "map: { Closed - Not Converted: refused }",
      "refused",
      '"refused" is not among the answers of agreement.yaml',
    ],
  ];
  test.each(cases)("%s", (_which, before, after, part, message) => {
    const [line, ...others] = said(both, before, after);
    expect(others).toEqual([]);
    expect(line).toContain(` ${message}`);
    expect(line?.split(" ")[0]).toBe(placed(both, [before, after], part));
  });

  test("a list of the CRM leads are not read from", () => {
    const change = ["- list: hubspot:1042", "- list: salesforce:7015g0000000001AAA"] as const;
    const [line] = said(both, ...change, "definition.yaml");
    expect(line).toBe(
      `${placed(both, change, "salesforce", "definition.yaml")} "salesforce:7015g0000000001AAA" is never known: leads are read from HubSpot`,
    );
    expect(
      said(alone, "{ list: salesforce:7015g0000000003AAA }", "{ list: hubspot:1042 }", "definition.yaml"),
    ).toContainEqual(
      expect.stringContaining('"hubspot:1042" is never known: leads are read from Salesforce'),
    );
  });

  test("a sequence of HubSpot for people who work in Salesforce", () => {
    const before = "at_handoff:\n";
    for (const files of [both, alone])
      expect(
        said(files, before, `${before}  sequence: { partner: "hubspot:4711" }\n`, "agreement.yaml"),
      ).toEqual([
        expect.stringContaining("sales works in Salesforce, where no sequence of HubSpot can be started"),
      ]);
  });

  test("a destination no answer leads to, in its own section", () => {
    const [line] = said(alone, "    nurture: {", "    nurture: { set: { lead.Rating: Cold } }\n    attic: {");
    expect(line).toContain('"attic" is the "next" of no answer');
    expect(line).toMatch(/:5 warning/);
  });
});
