import { describe, expect, test } from "vitest";
import { DAY_MS, SECOND_MS } from "../../src/model/instant.ts";
import { catalogueOf } from "../../src/playbook/catalogue.ts";
import { suppliers } from "../../src/playbook/enrichment.ts";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { ENRICH, enrichedFiles, enrichingPlaybook } from "./enrichment-kit.ts";
import { shippedFiles } from "./kit.ts";

const problemsOf = (files: Readonly<Record<string, string>>): readonly string[] =>
  parsePlaybook(files).problems.map(formatProblem);
const LINES = (shippedFiles()["fields.yaml"] ?? "").split("\n").length;

describe("enrich in fields.yaml", () => {
  test("is compiled with its paths, maps, spans and budget", () => {
    const { enrich } = enrichingPlaybook().fields;
    expect(enrich).toMatchObject({
      send: [
        { key: "email", fact: "lead.email" },
        { key: "domain", fact: "account.domain" },
      ],
      needs: ["account.domain"],
      timeoutMs: 2 * SECOND_MS,
      requestsPerDay: 500,
      keepMs: 30 * DAY_MS,
    });
    expect(enrich?.reads[1]).toEqual({
      fact: "account.industry",
      from: ["company.category.industry", "company.industry"],
      as: "text",
      map: new Map([["saas", "software"]]),
      otherwise: "review",
    });
  });

  test("needs little: three seconds and ninety days are usual, and one of the facts sent must be known", () => {
    const least =
      "enrich: { send: { domain: account.domain }, read: { lead.role: title }, budget: { per: day, requests: 1 } }";
    expect(enrichingPlaybook(`\n${least}\n`).fields.enrich).toMatchObject({
      needs: [],
      timeoutMs: 3 * SECOND_MS,
      keepMs: 90 * DAY_MS,
      reads: [{ fact: "lead.role", from: ["title"], as: "text", otherwise: "review" }],
    });
  });

  test("may read facts that the CRM does not have, and other files may speak of them", () => {
    const files = enrichedFiles(
      ENRICH.replace("  timeout", "    account.funding: { from: funding, as: money }\n  timeout"),
    );
    const definition = (files["definition.yaml"] ?? "").replace(
      "- account.employees:",
      "- account.funding: { from: 1000000 }\n    - account.employees:",
    );
    const { playbook, problems } = parsePlaybook({ ...files, "definition.yaml": definition });
    expect(problems.map(formatProblem).filter((one) => one.includes("not a fact"))).toEqual([]);
    expect(playbook && catalogueOf(playbook.fields).get("account.funding")).toEqual({ holds: "number" });
  });

  test("adds its words to those a fact of the CRM can have", () => {
    const catalogue = catalogueOf(
      enrichingPlaybook(ENRICH.replace("SaaS: software", "Ships: shipping")).fields,
    );
    expect(catalogue.get("account.industry")?.values).toEqual(
      expect.arrayContaining(["software", "shipping"]),
    );
  });

  test.each<[string, string, number, string]>([
    [
      "email: lead.email",
      "email: lead.mail",
      2,
      '"lead.mail" is not a fact: fields.yaml does not read it; did you mean "lead.email"?',
    ],
    [
      "[account.domain]",
      "[account.domian]",
      3,
      '"account.domian" is not a fact: fields.yaml does not read it; did you mean "account.domain"?',
    ],
    [
      "lead.role: person",
      "lead.owner: person",
      7,
      '"lead.owner" comes from the CRM alone: take this line out',
    ],
    [
      "lead.role: person",
      "lead.opted_out: person",
      7,
      '"lead.opted_out" is for the lead to say, not for a provider: take this line out',
    ],
    [
      "lead.phone: {",
      "lead.email: {",
      8,
      '"lead.email" is for the lead to say, not for a provider: take this line out',
    ],
    [
      "as: integer",
      "as: text",
      5,
      '"account.employees" is integer elsewhere and text here: one fact is one kind of value (as: integer)',
    ],
    [
      "lead.role: person.titles[0]",
      "account.domain: site",
      7,
      '"account.domain" is url-domain elsewhere and text here: one fact is one kind of value (as: url-domain)',
    ],
    [
      "person.titles[0]",
      "person..titles",
      7,
      'a place in the answer is keys and dots, such as company.employees, with [0] for the first of a list, found "person..titles"',
    ],
    [
      "as: phone",
      "as: owner",
      8,
      'expected one of text, email, phone, country, integer, money, date, url-domain, boolean, found "owner"',
    ],
    [
      "timeout: 2s",
      "timeout: 60s",
      9,
      'seconds are expected, at most 10s, because the work waits: 3s, found "60s"',
    ],
    ["requests: 500", "requests: 0", 10, "expected a whole number from 1 to 1000000, found 0"],
    ["per: day", "per: week", 10, 'expected day, found "week"'],
    ["keep: 30d", "keep: 12h", 11, 'days are expected, such as 90d, found "12h"'],
    ["timeout", "timout", 9, '"timout" is not known here; did you mean "timeout"?'],
    [
      "send: { email: lead.email, domain: account.domain }",
      "send: {}",
      2,
      "at least one fact is sent, such as domain: account.domain",
    ],
  ])("%s → %s is told at its line", (before, after, line, message) => {
    expect(ENRICH).toContain(before);
    const said = problemsOf(enrichedFiles(ENRICH.replace(before, after)));
    const place = new RegExp(String.raw`^fields\.yaml:(\d+):\d+ `);
    const own = said.filter((problem) => problem.endsWith(` ${message}`));
    expect(own.map((problem) => Number(place.exec(problem)?.[1]) - LINES)).toEqual([line]);
  });
});

describe("when_incomplete: enrich", () => {
  const agreement = (files: Readonly<Record<string, string>>): Record<string, string> => ({
    ...files,
    "agreement.yaml": (files["agreement.yaml"] ?? "").replace(
      "when_incomplete: hold",
      "when_incomplete: enrich",
    ),
  });
  const lines = (shippedFiles()["agreement.yaml"] ?? "").split("\n");
  const place = `agreement.yaml:${lines.findIndex((line) => line.includes("when_incomplete: hold")) + 1}:20`;

  test("is understood where fields.yaml says whom to ask", () => {
    expect(problemsOf(agreement(enrichedFiles()))).toEqual([]);
  });

  test("is an error where nobody is named", () => {
    expect(problemsOf(agreement(shippedFiles()))).toEqual([
      `${place} enrich asks a provider, and fields.yaml has no enrich section that names one`,
    ]);
  });

  test("is worth a warning where the answer fills in nothing that is owed", () => {
    const other = ENRICH.replace("    lead.role: person.titles[0]\n", "");
    expect(problemsOf(agreement(enrichedFiles(other)))).toEqual([
      `${place} warning: enrich fills in nothing: no fact of complete is read from the provider's answer`,
    ]);
  });
});

test("a fact is supplied by itself, or by the one it follows from", () => {
  const { enrich } = enrichingPlaybook().fields;
  if (enrich === undefined) throw new Error("the playbook asks a provider");
  expect(suppliers(enrich, "account.employees")).toEqual(["account.employees"]);
  expect(suppliers(enrich, "lead.seniority")).toEqual(["lead.role"]);
  expect(suppliers(enrich, "lead.country")).toEqual(["lead.phone"]);
  expect(suppliers(enrich, "account.name")).toEqual([]);
});
