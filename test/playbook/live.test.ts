import { describe, expect, test } from "vitest";
import type { Owner } from "../../src/model/rep.ts";
import type { CrmOption, CrmProperty, Known, Vocabulary } from "../../src/model/vocabulary.ts";
import { checkAgainst, unknownParts } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { shippedFiles } from "./kit.ts";

const shipped = shippedFiles();
const UNKNOWN: Vocabulary = {
  properties: { contact: { known: false }, company: { known: false } },
  own: ["contact.baton_reason", "contact.baton_owner_disposition", "contact.baton_disposition_reason"],
  stages: { known: false },
  owners: { known: false },
  forms: { known: false },
  lists: { known: false },
};

const all = <T>(what: T): Known<T> => ({ known: true, all: what });
/** The list the shipped definition.yaml asks for. */
const DO_NOT_CONTACT: CrmOption = { value: "1042", label: "Do not contact" };

/** A playbook of the shipped files with one text replaced by another, against a vocabulary of which a part is known. */
function found(
  known: Partial<Vocabulary>,
  changed: { readonly file?: string; readonly before?: string; readonly after?: string } = {},
): readonly string[] {
  const { file = "fields.yaml", before = "", after = "" } = changed;
  const text = shipped[file] ?? "";
  expect(text).toContain(before);
  const files = { ...shipped, [file]: text.replace(before, after) };
  return checkAgainst(files, { ...UNKNOWN, lists: all([DO_NOT_CONTACT]), ...known }).map(formatProblem);
}

/** `fields.yaml:12:5` of a text in a shipped file; of `part` of it where that is given. */
function placeOf(file: string, text: string, part = text): string {
  const before = (shipped[file] ?? "").slice(0, (shipped[file] ?? "").indexOf(text) + text.indexOf(part));
  const lines = before.split("\n");
  return `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

const text: CrmProperty = { type: "text", writable: true };
const choice = (...options: readonly (string | CrmOption)[]): CrmProperty => ({
  type: "choice",
  writable: true,
  options: options.map((one) => (typeof one === "string" ? { value: one, label: one } : one)),
});

/** Every property the shipped fields.yaml names, as single-line texts, except where `over` says otherwise. */
function contacts(
  over: Readonly<Record<string, CrmProperty | undefined>> = {},
  object = "contact",
): Pick<Vocabulary, "properties"> {
  const names = [...(shipped["fields.yaml"] ?? "").matchAll(new RegExp(`${object}\\.([a-z0-9_]+)`, "g"))];
  const properties = new Map(names.map(([, name = ""]) => [name, text]));
  properties.set("baton_owner_disposition", text);
  for (const [name, property] of Object.entries(over)) {
    if (property === undefined) properties.delete(name);
    else properties.set(name, property);
  }
  return { properties: { ...UNKNOWN.properties, [object]: all(properties) } };
}

describe("a playbook against an account", () => {
  test("of which only the lists are known has no problem, and says what was not checked", () => {
    expect(found({})).toEqual([]);
    expect(unknownParts(UNKNOWN)).toEqual([
      "contact properties",
      "company properties",
      "stages",
      "owners",
      "forms",
    ]);
  });

  test("that has everything has no problem", () => {
    expect(found(contacts())).toEqual([]);
    expect(found(contacts({}, "company"))).toEqual([]);
  });

  test("whose files are no playbook is passed over: the check without a CRM says why", () => {
    expect(checkAgainst({}, { ...UNKNOWN, owners: all([]) })).toEqual([]);
    expect(checkAgainst({ "fields.yaml": "hubspot: [" }, { ...UNKNOWN, ...contacts() })).toEqual([]);
  });
});

describe("a property that is read", () => {
  test("and does not exist is an error at its place, with the one that was meant", () => {
    const known = contacts({ jobtitle: undefined, job_title: text, mobilephone: undefined });
    expect(found(known)).toEqual([
      `${placeOf("fields.yaml", "contact.jobtitle\n")} "contact.jobtitle" does not exist in the CRM, or is archived; did you mean "contact.job_title"?`,
      expect.stringMatching(
        new RegExp(`^${placeOf("fields.yaml", "contact.mobilephone")} "contact.mobilephone" does not exist`),
      ),
    ]);
  });

  test("for signals is looked for too", () => {
    const gone = { recent_conversion_date: undefined, hs_sales_email_last_replied: undefined };
    expect(found(contacts(gone))).toEqual([
      expect.stringContaining(
        `${placeOf("fields.yaml", "contact.recent_conversion_date")} "contact.recent_conversion_date" does not exist`,
      ),
      expect.stringContaining(`${placeOf("fields.yaml", "contact.hs_sales_email_last_replied")} "contact.`),
    ]);
  });
});

describe("a map", () => {
  const industry = (...options: readonly (string | CrmOption)[]) =>
    contacts({ industry: choice(...options) }, "company");
  const mapped = [
    ...((shipped["fields.yaml"] ?? "")
      .split("account.industry:")[1]
      ?.split("\n\n")[0]
      ?.matchAll(/^ +([A-Z_]+):/gm) ?? []),
  ].map(([, key = ""]) => key);

  test("whose key is no option is a warning, with the option behind the label", () => {
    const options = mapped.filter((key) => key !== "RETAIL").concat("RETAILS");
    const [line] = found(industry(...options, { value: "17", label: "Retail" }));
    expect(mapped.length).toBeGreaterThan(10);
    expect(line).toContain("warning: no line for 2 of the values of company.industry");
    expect(found(industry(...options))).toContain(
      `${placeOf("fields.yaml", "RETAIL: retail")} warning: "RETAIL" is no option of company.industry; did you mean "RETAILS"?`,
    );
    expect(found(industry(...mapped.slice(0, 8), { value: "17", label: "Retail" })).join("\n")).toContain(
      '"RETAIL" is no option of company.industry; did you mean "17" (Retail)?',
    );
  });

  test("that covers not every option is one warning with the lines to add", () => {
    const more = ["ACCOUNTING", "AIRLINES_AVIATION", "ANIMATION", "ARTS", "BIOTECH", "CHEMICALS", "CIVIL"];
    expect(found(industry(...mapped, ...more))).toEqual([
      expect.stringMatching(
        /^fields\.yaml:\d+:7 warning: no line for 7 of the values of company\.industry: account\.industry is unknown there; to add: ACCOUNTING: accounting, AIRLINES_AVIATION: airlines-aviation, ANIMATION: animation, ARTS: arts, BIOTECH: biotech, and 2 more$/,
      ),
    ]);
  });

  test("need not cover what the file lets pass, and is not judged against a property of free text", () => {
    const options = contacts({ lead_source_detail: choice("partner", "other") });
    expect(found(options)).toEqual([]);
  });
});

describe("stages", () => {
  const values = ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity"];
  const rest = ["customer", "evangelist", "other"];
  const stages = (...more: readonly CrmOption[]): Pick<Vocabulary, "stages"> => ({
    stages: all([...[...values, ...rest].map((value) => ({ value, label: value })), ...more]),
  });

  test("that the CRM has and the file names are no problem", () => {
    expect(found(stages({ value: "164392217", label: "Sales accepted" }))).toEqual([]);
  });

  test("with another value behind the same label are an error that names it", () => {
    expect(found(stages({ value: "99", label: "Sales accepted" }))).toEqual([
      expect.stringMatching(/warning: the CRM's stage "99" has no name here; to add: sales-accepted: "99"$/),
      `${placeOf("fields.yaml", '"164392217"')} "164392217" is no stage in the CRM; did you mean "99" (Sales accepted)?`,
    ]);
  });
});

describe("a property that is written", () => {
  const line = "contact.baton_reason:         handoff.reason";
  const place = placeOf("fields.yaml", line);

  test.each<[string, CrmProperty | undefined, string]>([
    [
      "is missing",
      undefined,
      `"contact.baton_reason" is missing in the CRM: Baton makes it when an admin installs the app again`,
    ],
    [
      "is read-only",
      { ...text, writable: false },
      `"contact.baton_reason" is read-only in the CRM: Baton cannot write it`,
    ],
    [
      "holds numbers",
      { type: "number", writable: true },
      `"contact.baton_reason" is a number property, which cannot hold handoff.reason; use a single-line text`,
    ],
    [
      "holds instants",
      { type: "date-time", writable: true },
      `"contact.baton_reason" is a date-time property, which cannot hold handoff.reason; use a single-line text`,
    ],
    [
      "is a pick list",
      choice("a"),
      `warning: "contact.baton_reason" takes its own options only: the CRM refuses what handoff.reason says unless it is one of them`,
    ],
  ])("and %s is told", (_name, property, says) => {
    expect(found(contacts({ baton_reason: property }))).toEqual([`${place} ${says}`]);
  });

  test("may be a date and time for the deadline, and not a bare date", () => {
    expect(found(contacts({ baton_deadline: { type: "date-time", writable: true } }))).toEqual([]);
    expect(found(contacts({ baton_deadline: { type: "date", writable: true } }))).toEqual([
      expect.stringContaining("is a date property, which cannot hold handoff.deadline"),
    ]);
  });

  test("and is not Baton's own is looked for among the others", () => {
    const change = { before: "contact.baton_reason: ", after: "contact.batton_reason:" };
    expect(found(contacts(), change).join("\n")).toContain(
      '"contact.batton_reason" does not exist in the CRM, or is archived; did you mean "contact.baton_reason"?',
    );
  });

  test("by Baton itself must exist although no line names it", () => {
    expect(found(contacts({ baton_owner_disposition: undefined }))).toEqual([
      `${placeOf("fields.yaml", "write:\n")} "contact.baton_owner_disposition" is missing in the CRM: Baton makes it when an admin installs the app again`,
    ]);
  });
});

describe("people", () => {
  const addresses = [
    ...new Set(
      [
        ...Object.values(shipped)
          .join("\n")
          .matchAll(/[\w-]+@acme\.example/g),
      ].map(([one]) => one),
    ),
  ];
  const owner = (email: string, active = true): Owner => ({
    id: email,
    kind: "person",
    email,
    name: email,
    active,
    teams: [],
  });
  const except = (...gone: readonly string[]) =>
    addresses.filter((one) => !gone.includes(one)).map((one) => owner(one));

  test("who are active owners are no problem, in capitals too", () => {
    const owners = all(except());
    expect(found({ owners })).toEqual([]);
    const change = { file: "team.yaml", before: "lena@acme.example:", after: "Lena@Acme.example:" };
    expect(found({ owners }, change)).toEqual([]);
  });

  test("who left or never were are errors where they are to own leads", () => {
    const owners = all([
      ...except("lena@acme.example", "sdr-lead@acme.example", "partners@acme.example", "tomas@acme.example"),
      owner("lena@acme.example", false),
      owner("thomas@acme.example"),
    ]);
    const lines = found({ owners });
    expect(lines).toContain(
      `${placeOf("team.yaml", "lena@acme.example:")} "lena@acme.example" is archived in the CRM: nothing can belong to them`,
    );
    expect(lines).toContain(
      `${placeOf("team.yaml", "tomas@acme.example:")} "tomas@acme.example" is no owner in the CRM: nothing can belong to them; did you mean "thomas@acme.example"?`,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^team\.yaml:\d+:\d+ "sdr-lead@acme\.example" is no owner/),
    );
    expect(lines).toContainEqual(
      expect.stringContaining(
        `${placeOf("fields.yaml", "partners@acme.example")} "partners@acme.example" is no owner`,
      ),
    );
  });

  test("whom a rule names are looked for at the rule", () => {
    const change = {
      file: "routing.yaml",
      before: "to: { pool: emea-sdr }",
      after: "to: { owner: nobody@acme.example }",
    };
    expect(found({ owners: all(except()) }, change)).toEqual([
      expect.stringMatching(
        /^routing\.yaml:\d+:18 "nobody@acme\.example" is no owner in the CRM: nothing can/,
      ),
    ]);
  });

  test("who are only told something need not be owners: a warning", () => {
    const change = {
      file: "agreement.yaml",
      before: "notify: [manager]",
      after: "notify: [ops@acme.example]",
    };
    expect(found({ owners: all(except("revops@acme.example")) }, change)).toEqual([
      expect.stringMatching(/^agreement\.yaml:\d+:\d+ warning: "ops@acme\.example" is no owner/),
      `${placeOf("routing.yaml", "revops@acme.example")} warning: "revops@acme.example" is no owner in the CRM: a notice can reach them by e-mail only`,
    ]);
  });
});

describe("lists", () => {
  const guests: CrmOption = { value: "7", label: "Guests of the webinar" };
  const place = placeOf("definition.yaml", "- list: hubspot:1042\n", "hubspot:1042");

  test("the account has are no problem, and lists in examples may be invented", () => {
    expect(shipped["definition.yaml"]).toMatch(/lists: \["hubspot:77", /);
    expect(found({ lists: all([guests, DO_NOT_CONTACT]) })).toEqual([]);
  });

  test("it does not have are an error, with the nearest number and its name", () => {
    expect(found({ lists: all([guests, { value: "1024", label: "Do not contact" }]) })).toEqual([
      `${place} "hubspot:1042" is no list of people in the CRM, or was deleted; did you mean "hubspot:1024" (Do not contact)?`,
    ]);
  });

  test("are named in the error where none is near, the first few of them, with their names where they have one", () => {
    expect(found({ lists: all([guests, { value: "8", label: "" }]) })).toEqual([
      `${place} "hubspot:1042" is no list of people in the CRM, or was deleted; lists are "hubspot:7" (Guests of the webinar), "hubspot:8"`,
    ]);
    const many = Array.from({ length: 9 }, (_, index) => ({ value: `77${index}`, label: `List ${index}` }));
    expect(found({ lists: all(many) }).join()).toMatch(/"hubspot:774" \(List 4\) …$/);
    expect(found({ lists: all([]) }).join()).toMatch(/or was deleted$/);
  });

  test("nobody may read are a warning at each place, with the permission that is missing", () => {
    expect(found({ lists: { known: false } })).toEqual([
      `${place} warning: "hubspot:1042" stays unknown for every lead: the CRM does not let Baton read lists; grant crm.lists.read and install the app again`,
    ]);
  });

  test("are looked for in every rule of routing.yaml too, one by one where several will do", () => {
    const change = {
      file: "routing.yaml",
      before: "rules:\n",
      after:
        "rules:\n  - { name: Key people, when: { list: [hubspot:1042, hubspot:9] }, to: { pool: emea-sdr } }\n",
    };
    expect(found({ lists: all([DO_NOT_CONTACT]) }, change)).toEqual([
      expect.stringMatching(/^routing\.yaml:\d+:\d+ "hubspot:9" is no list of people/),
    ]);
  });
});

describe("forms", () => {
  const names = ["Demo request", "Pricing", "Contact sales", "Webinar registration", "Security whitepaper"];

  test("named by their slugs are no problem", () => {
    expect(found({ forms: all(names) })).toEqual([]);
  });

  test("nobody has are warnings, in fields.yaml and in every condition, with the one that was meant", () => {
    const lines = found({
      forms: all(names.map((name) => name.replace("Webinar", "Webinars").replace("Demo r", "Demo-R"))),
    });
    expect(lines).toContain(
      `${placeOf("fields.yaml", "webinar-registration: webinar-registered")} warning: "webinar-registration" is no form of the CRM; did you mean "webinars-registration"?`,
    );
    const without = found({ forms: all(names.filter((name) => name !== "Demo request")) });
    expect(without.length).toBeGreaterThan(0);
    for (const line of without)
      expect(line).toMatch(/^definition\.yaml:\d+:\d+ warning: "demo-request" is no form/);
  });

  test("may be named with stars, and in examples may be invented", () => {
    const change = { file: "definition.yaml", before: "demo-request", after: '"demo*"' };
    expect(found({ forms: all(names) }, change)).toEqual([]);
  });
});

describe("where sales answers", () => {
  const OWN = "    answer: contact.baton_owner_disposition\n    reason: contact.baton_disposition_reason\n";
  const theirs = {
    before: OWN,
    after: "    answer: contact.verdict\n    reason: contact.why\n",
  };
  const offering = (answers: readonly string[], reasons: readonly string[]) =>
    contacts({ verdict: choice(...answers), why: choice(...reasons) });
  const ANSWERS = [
    "Accepted",
    "Rejected",
    "Recycled",
    "Working",
    "No response",
    "Meeting",
    "No-show",
    "Opportunity",
    "Converted",
  ];
  const REASONS = [
    "not-fit",
    "duplicate",
    "student",
    "competitor",
    "no-contact-info",
    "wrong-owner",
    "bad-data",
    "weak-intent",
    "timing",
    "budget",
    "early-stage",
  ];

  test("lists that offer every word of the agreement have no problem, however they spell it", () => {
    expect(found(offering(ANSWERS, REASONS), theirs)).toEqual([]);
  });

  test("a word that is not offered is a warning: nobody can give that answer", () => {
    const [line, ...others] = found(offering(ANSWERS.slice(0, -1), REASONS.slice(2)), theirs);
    expect(line).toContain('"contact.verdict" does not offer converted: add them as options');
    expect(others).toEqual([expect.stringContaining('"contact.why" does not offer not-fit, duplicate')]);
  });

  test("a property that is no pick list is a warning, and one that is not there an error", () => {
    const [free] = found(contacts({ verdict: text, why: choice(...REASONS) }), theirs);
    expect(free).toContain('warning: "contact.verdict" is no pick list');
    const [gone] = found(contacts({ why: choice(...REASONS), verdicts: text }), theirs);
    expect(gone).toContain(
      '"contact.verdict" does not exist in the CRM, or is archived; did you mean "contact.verdicts"?',
    );
  });

  test("lists that Baton makes itself are its own business", () => {
    expect(found(contacts({ baton_owner_disposition: choice("accepted") }))).toEqual([]);
  });

  test("a value that is no option of the property kept anyway is a warning", () => {
    const status = choice("IN_PROGRESS", "UNQUALIFIED", { value: "OPEN_DEAL_2", label: "Open deal" });
    expect(found(contacts({ hs_lead_status: status }))).toEqual([
      expect.stringContaining(
        'warning: "OPEN_DEAL" is no option of contact.hs_lead_status; did you mean "OPEN_DEAL_2" (Open deal)?',
      ),
    ]);
    expect(found(contacts({ hs_lead_status: undefined }))).toEqual([
      expect.stringContaining('"contact.hs_lead_status" does not exist'),
      expect.stringContaining('"contact.hs_lead_status" does not exist'),
    ]);
  });
});

describe("where a lead goes", () => {
  const to = (destination: string) => ({
    before: "nurture: { set: { contact.hs_lead_status: UNQUALIFIED } }",
    after: `nurture: ${destination}`,
  });
  const goes = (
    destination: string,
    properties: Readonly<Record<string, CrmProperty>>,
    known: Partial<Vocabulary> = {},
  ) => found({ ...contacts(properties), ...known }, to(destination));

  const setting = (value: string, x: CrmProperty) =>
    goes(`{ set: { contact.x: ${JSON.stringify(value)} } }`, { x });

  test.each<[string, string, CrmProperty]>([
    ["an option", "B", choice("A", "B")],
    ["several options", "A;B", { ...choice("A", "B"), type: "choices" }],
    ["nothing at all", "", choice("A")],
    ["a number", "12", { type: "number", writable: true }],
    ["a yes", "true", { type: "boolean", writable: true }],
    ["a text", "anything", text],
  ])("by %s has no problem", (_, value, property) => {
    expect(setting(value, property)).toEqual([]);
  });

  test.each<[string, string, CrmProperty, RegExp]>([
    ["none of the options", "C", choice("A", "B"), /"contact\.x" does not take "C"/],
    ["no number", "many", { type: "number", writable: true }, /does not take "many"/],
    ["no yes and no no", "perhaps", { type: "boolean", writable: true }, /does not take "perhaps"/],
    ["what may not be written", "A", { ...text, writable: false }, /read-only/],
  ])("by %s is an error", (_, value, property, said) => {
    expect(setting(value, property)).toEqual([expect.stringMatching(said)]);
  });

  test("by a property or a list that is not there is an error, and by a list nobody may read a warning", () => {
    expect(goes("{ set: { contact.x: A } }", {})).toEqual([
      expect.stringContaining('"contact.x" does not exist'),
    ]);
    const lists = all([DO_NOT_CONTACT, { value: "2001", label: "Nurture" }]);
    expect(goes('{ list: "hubspot:2001" }', {}, { lists })).toEqual([]);
    expect(goes('{ list: "hubspot:2002" }', {}, { lists })).toEqual([
      expect.stringContaining(
        '"hubspot:2002" is no list of people in the CRM, or was deleted; did you mean "hubspot:2001" (Nurture)?',
      ),
    ]);
    expect(
      goes('{ list: "hubspot:2001" }', {}, { lists: { known: false } }).some((one) =>
        one.includes('"hubspot:2001" could not be looked for'),
      ),
    ).toBe(true);
  });
});
