import { describe, expect, test } from "vitest";
import type { CrmOption, CrmProperty, Known, Vocabulary } from "../../src/model/vocabulary.ts";
import { offeredAnswers } from "../../src/playbook/offered.ts";
import { checkAgainst } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const all = <T>(what: T): Known<T> => ({ known: true, all: what });
const text: CrmProperty = { type: "text", writable: true };
const choice = (...values: readonly string[]): CrmProperty => ({
  type: "choice",
  writable: true,
  options: values.map((value) => ({ value, label: value })),
});

const offered = offeredAnswers(aPlaybook(shippedFiles("salesforce")).agreement);
/** The package's pick lists, as an admin who follows the agreement fills them. */
const LISTS: Readonly<Record<string, CrmProperty>> = {
  Baton_Disposition__c: choice(...offered.answers),
  Baton_Disposition_Reason__c: choice(...offered.reasons),
};
/** Opt-outs, which are yes or no in both. */
const FLAGS = new Set(["HasOptedOutOfEmail", "hs_email_optout"]);
const flag: CrmProperty = { type: "boolean", writable: true };

/** What a playbook of `mappings/` names of an object, as texts, but for opt-outs, and except where `over` says otherwise. */
function named(
  mapping: string,
  object: string,
  over: Readonly<Record<string, CrmProperty | undefined>> = {},
): Vocabulary["properties"] {
  const fields = shippedFiles(mapping)["fields.yaml"] ?? "";
  const names = [...fields.matchAll(new RegExp(`\\b${object}\\.([A-Za-z]\\w+)`, "g"))];
  const properties = new Map(
    names.map(([, name = ""]): [string, CrmProperty] => [name, FLAGS.has(name) ? flag : text]),
  );
  for (const [name, property] of Object.entries({ ...(object === "lead" ? LISTS : {}), ...over })) {
    if (property === undefined) properties.delete(name);
    else properties.set(name, property);
  }
  return { [object]: all(properties) };
}

const NOBODY: CrmOption = { value: "7015g0000000001AAA", label: "Nobody may call" };
const QUALIFIED: CrmOption = { value: "7015g0000000003AAA", label: "Marketing Qualified" };
const DO_NOT_CONTACT: CrmOption = { value: "1042", label: "Do not contact" };

/** What is said of a playbook of `mappings/`, against accounts of which only a part is known. */
function found(mapping: string, known: Partial<Vocabulary>): readonly string[] {
  const nothing: Vocabulary = {
    properties: { lead: { known: false }, contact: { known: false } },
    own: [],
    stages: { known: false },
    owners: { known: false },
    forms: { known: false },
    lists: all([NOBODY, QUALIFIED, DO_NOT_CONTACT]),
  };
  return checkAgainst(shippedFiles(mapping), { ...nothing, ...known }).map(formatProblem);
}

/** The line of a text in fields.yaml. */
function lineOf(mapping: string, what: string): number {
  const fields = shippedFiles(mapping)["fields.yaml"] ?? "";
  expect(fields).toContain(what);
  return fields.slice(0, fields.indexOf(what)).split("\n").length;
}

describe("a playbook for Salesforce against an org", () => {
  test("that has everything has no problem", () => {
    for (const object of ["lead", "account"])
      expect(found("salesforce", { properties: named("salesforce", object) })).toEqual([]);
  });

  test("names fields that are missing, with the one that was meant", () => {
    const properties = named("salesforce", "lead", { Title: undefined, Titles: text });
    expect(found("salesforce", { properties })).toEqual([
      `fields.yaml:${lineOf("salesforce", "lead.role:     lead.Title")}:20 "lead.Title" does not exist in the CRM, or is archived; did you mean "lead.Titles"?`,
    ]);
  });

  test("names statuses it does not have, and those that have no name", () => {
    const stages = all(
      [
        "Open - Not Contacted",
        "Marketing Qualified",
        "Working - Contacted",
        "Closed - Converted",
        "Nurturing",
      ].map((value) => ({
        value,
        label: value,
      })),
    );
    expect(found("salesforce", { stages })).toEqual([
      expect.stringMatching(/the CRM's stage "Nurturing" has no name here; to add: nurturing: "Nurturing"$/),
      expect.stringMatching(/"Closed - Not Converted" is no stage in the CRM/),
    ]);
  });

  test("names fields of the package that are not there", () => {
    const properties = named("salesforce", "lead", { Baton_Why_Now__c: undefined });
    const [line] = found("salesforce", { properties, own: ["lead.Baton_Why_Now__c"] });
    expect(line).toContain(`fields.yaml:${lineOf("salesforce", "lead.Baton_Why_Now__c:")}:5 "lead.Baton_Why`);
    expect(line).toMatch(/it comes with Baton's package, see docs\/install-salesforce.md/);
    // An org may do without the package, as long as nothing is to be written there.
    const unwritten = { properties: named("salesforce", "lead"), own: ["lead.Baton_New__c"] };
    expect(found("salesforce", unwritten)).toEqual([]);
  });

  test("names a campaign that is not there, and those that are", () => {
    const [line] = found("salesforce", { lists: all([NOBODY, DO_NOT_CONTACT]) });
    expect(line).toMatch(
      /"salesforce:7015g0000000003AAA" is no list of people in the CRM.*"salesforce:7015g0000000001AAA" \(Nobody may call\)/,
    );
    expect(line).not.toContain("1042");
  });

  test("says what to grant where campaigns cannot be read", () => {
    expect(found("salesforce", { lists: { known: false } })).toEqual([
      expect.stringContaining("let Baton's user read campaigns and their members"),
      expect.stringContaining("let Baton's user read campaigns and their members"),
    ]);
  });

  test("names answers the pick lists do not offer", () => {
    const properties = named("salesforce", "lead", {
      Status: choice("Open - Not Contacted"),
      Baton_Disposition__c: choice("accepted", "rejected", "recycled"),
    });
    const own = ["lead.Baton_Disposition__c", "lead.Baton_Disposition_Reason__c"];
    expect(found("salesforce", { properties, own })).toEqual([
      expect.stringMatching(/"lead.Baton_Disposition__c" does not offer working, .*: add them as options$/),
      expect.stringContaining('"Working - Contacted" is no option of lead.Status'),
      expect.stringContaining('"Closed - Not Converted" is no option of lead.Status'),
    ]);
  });
});

describe("a playbook for both against one", () => {
  const stages = all([{ value: "Nurturing", label: "Nurturing" }]);

  test("asks an org for no stages and lists of HubSpot's", () => {
    const org = { properties: named("both", "lead"), stages, lists: all([NOBODY]) };
    expect(found("both", org)).toEqual([]);
  });

  test("asks a portal for its own, and for nothing of Salesforce's", () => {
    const portal = { properties: named("both", "contact"), stages, lists: all([]) };
    const said = found("both", portal);
    expect(said.filter((line) => /lead\.[A-Z]|Open - Not/.test(line))).toEqual([]);
    expect(said).toContainEqual(expect.stringContaining('"marketingqualifiedlead" is no stage in the CRM'));
    expect(said).toContainEqual(expect.stringContaining('"hubspot:1042" is no list'));
  });
});

describe("a playbook for both against both", () => {
  const lead = (over: Readonly<Record<string, CrmProperty | undefined>> = {}) => named("both", "lead", over);
  const contact = (over: Readonly<Record<string, CrmProperty | undefined>> = {}) =>
    named("both", "contact", over);

  test("that have everything has no problem", () => {
    expect(found("both", { properties: { ...lead(), ...contact(), ...named("both", "account") } })).toEqual(
      [],
    );
  });

  test("looks for the stages of sales among the statuses, and needs a name for none", () => {
    const Status = choice(
      "Open - Not Contacted",
      "Working - Contacted",
      "Closed - Not Converted",
      "Nurturing",
    );
    const stage = lineOf("both", "    customer: Closed - Converted");
    expect(found("both", { properties: lead({ Status }) })).toEqual([
      expect.stringMatching(
        new RegExp(`^fields.yaml:${stage}:15 "Closed - Converted" is no stage in the CRM`),
      ),
    ]);
  });

  test("names fields in step that are missing or cannot be written", () => {
    const properties = {
      ...lead({ MobilePhone: { type: "text", writable: false }, Company: undefined }),
      ...contact({ company: { type: "text", writable: false } }),
    };
    const lines = found("both", { properties });
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"lead.MobilePhone" is read-only in the CRM: nothing can be copied into it'),
        expect.stringMatching(/^fields.yaml:\d+:51 "lead.Company" does not exist/),
      ]),
    );
    // It only gives its value.
    expect(lines.filter((line) => line.includes("contact.company"))).toEqual([]);
  });

  test("names opt-outs in step that can hold other words than yes and no", () => {
    const properties = {
      ...lead({ HasOptedOutOfEmail: choice("Opted in", "Opted out") }),
      ...contact({ hs_email_optout: choice("true", "false") }),
    };
    expect(found("both", { properties })).toEqual([
      expect.stringContaining('"lead.HasOptedOutOfEmail" does not take "true", "false"'),
      expect.stringContaining('"lead.HasOptedOutOfEmail" can hold more than a yes or a no'),
    ]);
  });

  test("names values of pick lists in step that the other one does not take", () => {
    const properties = {
      ...lead({ Title: choice("CEO", "CTO") }),
      ...contact({ jobtitle: choice("CEO", "Founder") }),
    };
    expect(found("both", { properties })).toEqual([
      expect.stringContaining('"lead.Title" does not take "Founder": leads with such a value are not synced'),
      expect.stringContaining('"contact.jobtitle" does not take "CTO": leads'),
    ]);
  });
});
