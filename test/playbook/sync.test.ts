import { describe, expect, test } from "vitest";
import { inStep as kept } from "../../src/playbook/in-step.ts";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const both = shippedFiles("both");
const text = both["fields.yaml"] ?? "";
const [head = "", rest = ""] = text.split("sync:\n");
const tail = rest.slice(rest.indexOf("# What events mean"));
const EMAIL = "{ hubspot: contact.email, salesforce: lead.Email }";
/** The first line of the list, counted from the top of the file. */
const FIRST = head.split("\n").length + 2;

/** The playbook for both CRMs with these fields in step, beside the address. */
function inStep(...fields: readonly string[]): Record<string, string> {
  return withSync([EMAIL, ...fields].map((field) => `    - ${field}\n`).join(""));
}

function withSync(list: string, more = ""): Record<string, string> {
  return { ...both, "fields.yaml": `${head}sync:\n  fields:\n${list}${more}${tail}` };
}

const compiled = (...fields: readonly string[]) => aPlaybook(inStep(...fields)).fields.sync?.fields.slice(1);
const problems = (files: Record<string, string>) => parsePlaybook(files).problems.map(formatProblem);

describe("fields in step", () => {
  test("are HubSpot's property and Salesforce's field, and the later change wins unless the line says otherwise", () => {
    expect(aPlaybook(inStep()).fields.sync).toEqual({
      create: "lead",
      createInHubspot: "never",
      coexist: "auto",
      fields: [
        {
          name: "contact.email",
          marketing: "contact.email",
          sales: "lead.Email",
          direction: "both",
          winner: "latest",
          otherwise: "sales",
          type: "email",
        },
      ],
    });
  });

  test.each([
    ["winner: hubspot", { winner: "marketing" }],
    ["winner: salesforce, otherwise: hubspot", { winner: "sales", otherwise: "marketing" }],
    ["winner: non-empty", { winner: "non-empty", type: "text" }],
    ["winner: true-wins, as: boolean", { winner: "true-wins", type: "boolean" }],
    ["direction: to-salesforce", { direction: "to-sales", winner: "marketing" }],
    [
      "direction: to-hubspot, as: date-time",
      { direction: "to-marketing", winner: "sales", type: "date-time" },
    ],
    [
      "values: { A: B, C: D }",
      {
        type: "choice",
        values: [
          { marketing: "A", sales: "B" },
          { marketing: "C", sales: "D" },
        ],
      },
    ],
  ])("%s", (more, expected) => {
    expect(compiled(`{ hubspot: contact.x, salesforce: lead.X__c, ${more} }`)).toEqual([
      expect.objectContaining({ name: "contact.x", sales: "lead.X__c", ...expected }),
    ]);
  });

  test("may fill several contact properties from one field of Salesforce's", () => {
    const line = (name: string) =>
      `{ hubspot: contact.${name}, salesforce: lead.X__c, direction: to-hubspot }`;
    expect(problems(inStep(line("a"), line("b")))).toEqual([]);
  });

  test("may take a yes from one contact property, and on into another", () => {
    const line = (name: string, direction: string) =>
      `{ hubspot: contact.${name}, salesforce: lead.X__c, as: boolean, direction: ${direction}, winner: true-wins }`;
    expect(problems(inStep(line("a", "to-salesforce"), line("b", "to-hubspot")))).toEqual([]);
    expect(
      problems(inStep(line("a", "to-hubspot"), line("b", "to-salesforce"), line("c", "to-hubspot"))),
    ).toEqual([]);
  });

  const YES = "{ hubspot: contact.a, salesforce: lead.A__c, as: boolean, winner: true-wins }";

  test("say what becomes of strangers, and of HubSpot's own connector", () => {
    const list = `    - ${EMAIL}\n    - ${YES}\n`;
    const files = withSync(list, "  create: never\n  create_in_hubspot: contact\n  coexist: no\n");
    expect(problems(files)).toEqual([]);
    const sync = { create: "never", createInHubspot: "contact", coexist: "no" } as const;
    expect(aPlaybook(files).fields.sync).toMatchObject(sync);
  });

  test("may make strangers people of their accounts, at once, or leave it to HubSpot's own connector", () => {
    const { sync } = aPlaybook(withSync(`    - ${EMAIL}\n`, "  create: contact\n")).fields;
    expect(sync).toMatchObject({ create: "contact" });
    expect([kept(sync, false).makes, kept(sync, true).makes]).toEqual(["now", "later"]);
  });

  test("make nobody a contact, unless it is said, and beside HubSpot's own connector never", () => {
    const rules = (more: string, isSyncedElsewhere: boolean) =>
      kept(aPlaybook(withSync(`    - ${EMAIL}\n    - ${YES}\n`, more)).fields.sync, isSyncedElsewhere).admits;
    expect([rules("", false), rules("  create_in_hubspot: contact\n", false)]).toEqual([false, true]);
    expect(rules("  create_in_hubspot: contact\n", true)).toBe(false);
    expect(rules("  create_in_hubspot: contact\n  coexist: no\n", true)).toBe(true);
  });

  test("make nobody a contact without their opt-out", () => {
    const [problem, ...others] = problems(withSync(`    - ${EMAIL}\n`, "  create_in_hubspot: contact\n"));
    expect(others).toEqual([]);
    expect(problem).toContain("list the opt-out among the fields (winner: true-wins)");
  });
});

describe("fields that cannot be kept in step", () => {
  const A = "{ hubspot: contact.a, salesforce: lead.A__c }";
  /** Lines that are the second beside the address, and what is said of `part`. */
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "{ hubspot: contact.a, salesforce: lead.B__c }",
      "contact.a",
      '"contact.a" is synced with lead.A__c already',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.A__c }",
      "lead.A__c",
      '"lead.A__c" is synced with contact.a already',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.A__c, as: boolean, winner: true-wins }",
      "lead.A__c",
      '"lead.A__c" is synced with contact.a already',
    ],
    [
      "{ hubspot: contact.a, salesforce: lead.A__c, direction: to-hubspot }",
      "contact.a",
      '"contact.a" goes both ways in two lines, round and round: say direction: both in one',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.A__c, direction: to-hubspot }",
      "lead.A__c",
      '"lead.A__c" is synced with contact.a already',
    ],
    [
      "{ hubspot: contact.baton_reason, salesforce: lead.B__c }",
      "contact.baton_reason",
      '"contact.baton_reason" is written by Baton itself: it cannot be synced',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.Baton_Disposition__c }",
      "lead.Baton_Disposition__c",
      '"lead.Baton_Disposition__c" is written by Baton itself: it cannot be synced',
    ],
    [
      "{ hubspot: contact.hubspot_owner_id, salesforce: lead.B__c }",
      "contact.hubspot_owner_id",
      '"contact.hubspot_owner_id" is another one in each CRM: Baton sets owners and links itself',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.OwnerId }",
      "lead.OwnerId",
      '"lead.OwnerId" is another one in each CRM: Baton sets owners and links itself',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.Status, direction: to-salesforce }",
      "lead.Status",
      '"lead.Status" is raised by Baton: it can only be copied from there (direction: to-hubspot)',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.B__c, winner: true-wins }",
      "true-wins",
      "true-wins is for yes or no: say as: boolean",
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.B__c, direction: to-hubspot, winner: latest }",
      "winner",
      '"winner" decides where both sides may change; values go to-hubspot here: leave it out',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.B__c, as: text, values: { A: B } }",
      "text",
      "values belong to a choice: say as: choice, or leave it out",
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.B__c, values: { A: X, B: X } }",
      "{ A: X",
      '"X" stands for two values of HubSpot: it could not be said which to copy back',
    ],
    [
      "{ hubspot: company.name, salesforce: lead.B__c }",
      "company.name",
      '"company.name" is of the company, which many leads share: say direction: to-salesforce',
    ],
    [
      "{ hubspot: contact.b, salesforce: lead.B__c, winner: newest }",
      "newest",
      "expected one of latest, hubspot",
    ],
  ];
  test.each(cases)("%s", (line, part, message) => {
    const [problem, ...others] = problems(inStep(A, line));
    expect(others).toEqual([]);
    const column = "    - ".length + line.indexOf(part) + 1;
    expect(problem).toContain(`fields.yaml:${FIRST + 2}:${column} ${message}`);
  });

  test("a stage may be copied from where Baton raises it", () => {
    const line = "{ hubspot: contact.b, salesforce: lead.Status, direction: to-hubspot }";
    expect(problems(inStep(line))).toEqual([]);
  });

  test("without the address people are known by", () => {
    expect(problems(withSync(`    - ${A}\n`))).toEqual([
      `fields.yaml:${FIRST}:5 "contact.email" must be among the fields: both CRMs know people by it`,
    ]);
  });

  test("in a playbook for one CRM", () => {
    const one = shippedFiles();
    const files = { ...one, "fields.yaml": `${one["fields.yaml"]}\nsync: { fields: [ ${EMAIL} ] }\n` };
    expect(problems(files)).toEqual([
      expect.stringMatching(/"sync" keeps HubSpot and Salesforce in step: it needs a section of each/),
    ]);
  });
});
