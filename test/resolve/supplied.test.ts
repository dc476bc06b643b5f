import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Facts } from "../../src/model/lead.ts";
import { resolve } from "../../src/resolve/index.ts";
import { isSupplied, readAnswer } from "../../src/resolve/supplied.ts";
import { enrichingPlaybook } from "../playbook/enrichment-kit.ts";
import { aRecord } from "./kit.ts";

const playbook = enrichingPlaybook();
const reads = playbook.fields.enrich?.reads ?? [];
const values = (facts: Facts): unknown =>
  Object.fromEntries(Object.entries(facts).map(([name, { value }]) => [name, value]));

describe("an answer", () => {
  test("becomes facts that say where in it they stood", () => {
    const answer = {
      company: { metrics: { employees: 1200 }, industry: "saas" },
      person: { titles: [" VP Sales "], phone: "+49 30 5550142" },
    };
    expect(readAnswer(answer, reads)).toEqual({
      facts: {
        "account.employees": { value: 1200, from: "enrichment: company.metrics.employees" },
        "account.industry": { value: "software", from: "enrichment: company.industry" },
        "lead.role": { value: "VP Sales", from: "enrichment: person.titles[0]" },
        "lead.phone": { value: "+49305550142", from: "enrichment: person.phone" },
      },
      unmapped: [],
    });
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "unknown"],
    ["a list", [1, 2]],
    ["maps where values should be", { company: { metrics: { employees: {} }, industry: [] } }],
    ["empty values", { company: { industry: "  " }, person: { titles: [null] } }],
    [
      "numbers that are none",
      { company: { metrics: { employees: "about 1,200" } }, person: { phone: "555" } },
    ],
    ["texts nobody can have meant", { person: { titles: ["x".repeat(501)] } }],
    ["what every object has", { person: { titles: {} }, company: { industry: null } }],
  ])("that holds %s knows nothing", (_what, answer) => {
    expect(values(readAnswer(answer, reads).facts)).toEqual({});
  });

  test("never reaches what JavaScript gives every object", () => {
    const [first] = reads;
    if (first === undefined) throw new Error("the playbook reads something");
    const inherited = { ...first, as: "text", from: ["constructor.name", "company.toString"] } as const;
    expect(readAnswer({ company: {} }, [inherited]).facts).toEqual({});
  });

  test("in words no mapping has is listed with the line to add, and the fact stays unknown", () => {
    const { facts, unmapped } = readAnswer({ company: { industry: "Shipbuilding" } }, reads);
    expect(facts).toEqual({});
    expect(unmapped).toEqual([
      {
        field: "account.industry",
        from: "enrichment: company.industry",
        value: "Shipbuilding",
        suggestion: "enrich.read.account.industry.map:  Shipbuilding: shipbuilding",
      },
    ]);
  });

  test("of any shape is read without a fault", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        const company = { company: answer, person: answer };
        for (const one of [answer, company]) expect(() => readAnswer(one, reads)).not.toThrow();
      }),
    );
  });
});

describe("what a provider supplies", () => {
  const supplied: Facts = {
    "lead.role": { value: "VP Sales", from: "enrichment: title" },
    "lead.phone": { value: "+14165550123", from: "enrichment: phone" },
    "account.employees": { value: 90, from: "enrichment: size" },
  };
  const factsOf = (record: Record<string, string>): Facts =>
    resolve(
      {
        record: aRecord(record),
        signals: [],
        activities: new Map(),
        decisionId: "d-1",
        leadUrl: "https://crm.example/101",
        supplied,
      },
      playbook,
    ).facts;

  test("fills in what is unknown, and what follows from it", () => {
    expect(factsOf({})).toMatchObject({
      "lead.role": { value: "VP Sales", from: "enrichment: title" },
      "lead.seniority": { value: "vp", from: "enrichment: title" },
      "lead.country": { value: "CA", from: "phone number, enrichment: phone" },
      "account.employees": { value: 90, from: "enrichment: size" },
    });
  });

  test("changes nothing the CRM knows, nor what follows from that", () => {
    const facts = factsOf({
      "contact.jobtitle": "Engineer",
      "company.numberofemployees": "4000",
      "contact.country": "DE",
    });
    expect(facts).toMatchObject({
      "lead.role": { value: "Engineer", from: "contact.jobtitle" },
      "account.employees": { value: 4000, from: "company.numberofemployees" },
      "lead.country": { value: "DE", from: "contact.country" },
    });
    expect(facts["lead.seniority"]?.from).not.toBe("enrichment: title");
  });

  test("is told apart from what the CRM knows, also where it only follows", () => {
    const facts = factsOf({});
    const told = Object.entries(facts).filter(([, fact]) => isSupplied(fact));
    expect(told.map(([name]) => name).toSorted()).toEqual([
      "account.employees",
      "lead.country",
      "lead.function",
      "lead.phone",
      "lead.role",
      "lead.seniority",
    ]);
  });
});
