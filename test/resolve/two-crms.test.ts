import { describe, expect, test } from "vitest";
import { resolve } from "../../src/resolve/index.ts";
import { accountPhoneOf } from "../../src/resolve/keys.ts";
import type { FoundRecord } from "../../src/resolve/record.ts";
import { openValue } from "../../src/resolve/unmapped.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { aRecord, resolved } from "./kit.ts";

const alone = aPlaybook(shippedFiles("salesforce"));
const both = aPlaybook(shippedFiles("both"));

/** A Lead or Contact of Salesforce's. */
function ofSalesforce(
  values: Readonly<Record<string, string>>,
  more: Partial<FoundRecord> = {},
): FoundRecord {
  const lead = { crm: "salesforce", id: "00Q5g00000ABCdeEAH" } as const;
  return {
    ...aRecord({}, { lead, asked: lead, ...more }),
    values: { "lead.Email": "clara@nordlicht.example", ...values },
  };
}

describe("a lead of Salesforce", () => {
  const { facts, unmapped } = resolved(
    ofSalesforce(
      {
        "lead.LastName": "Hoffmann",
        "lead.FirstName": "Clara",
        "lead.Title": "VP Marketing",
        "lead.Phone": "030 5550 100",
        "lead.Country": "Germany",
        "lead.LeadSource": "Demo Request",
        "lead.CreatedDate": "2026-11-17T08:30:00.000+0000",
        "lead.Company": "Nordlicht GmbH",
        "lead.NumberOfEmployees": "240",
        "lead.Industry": "Technology",
        "lead.HasOptedOutOfEmail": "false",
      },
      { stage: "Open - Not Contacted", ownerId: "005A" },
    ),
    [],
    alone,
  );

  test("has its facts from Salesforce's fields, each with its place", () => {
    expect(facts).toMatchObject({
      "lead.name": { value: "Clara Hoffmann", from: "lead.FirstName + lead.LastName" },
      "lead.seniority": { value: "vp", from: "lead.Title" },
      "lead.phone": { value: "+49305550100" },
      "lead.country": { value: "DE" },
      "lead.source": { value: "demo-request", from: "lead.LeadSource" },
      "lead.created": { value: Date.UTC(2026, 10, 17, 8, 30) },
      "lead.opted_out": { value: false },
      "account.name": { value: "Nordlicht GmbH", from: "lead.Company" },
      "account.employees": { value: 240 },
      "account.industry": { value: "software" },
      "lead.stage": { value: "open", from: "lead status" },
      "lead.owner": { value: "005A", from: "record owner" },
    });
    expect(unmapped).toEqual([]);
  });

  test("has no facts of a second stage", () => {
    expect(Object.keys(facts).filter((name) => name.startsWith("lead.sales"))).toEqual([]);
  });

  test("whose account says more is read from that first", () => {
    const values = {
      "lead.Company": "Nordlicht",
      "account.Name": "Nordlicht GmbH",
      "account.Website": "https://www.nordlicht.example/de",
    };
    expect(resolved(ofSalesforce(values), [], alone).facts).toMatchObject({
      "account.name": { value: "Nordlicht GmbH", from: "account.Name" },
      "account.domain": { value: "nordlicht.example", from: "account.Website" },
    });
  });

  test("of an account it was matched with says so", () => {
    const account = { id: "001A", ownerId: "005B", values: { "account.Industry": "Banking" } };
    const snapshot = resolve(
      {
        record: ofSalesforce({ "lead.Company": "Nordlicht" }),
        signals: [],
        activities: new Map(),
        identity: { account, duplicates: [] },
        decisionId: "d-1",
        leadUrl: "https://crm.example/1",
      },
      alone,
    );
    expect(snapshot.facts).toMatchObject({
      "account.industry": { value: "financial-services", from: "account.Industry of the matched account" },
      "account.owner": { value: "005B", from: "account owner of the matched account" },
      "account.name": { from: "lead.Company" },
    });
  });
});

describe("a value nobody mapped", () => {
  test("is to be added in Salesforce's section", () => {
    const { unmapped } = resolved(
      ofSalesforce({ "lead.LeadSource": "Trade Show" }, { stage: "Nurturing" }),
      [],
      alone,
    );
    expect(unmapped.map(({ suggestion }) => suggestion)).toEqual([
      "salesforce.read.lead.source.map:  Trade Show: trade-show",
      'salesforce.stages:  name-of-this-stage: "Nurturing"',
    ]);
    for (const one of unmapped) expect(openValue(one, alone.fields)?.suggestion.path[0]).toBe("salesforce");
  });

  test("is to be added where it was met, of two sections", () => {
    const { unmapped } = resolved(
      aRecord(
        { "contact.hs_analytics_source": "BILLBOARD", "lead.Status": "Nurturing" },
        { stage: "998877" },
      ),
      [],
      both,
    );
    expect(unmapped.map(({ field, suggestion }) => [field, suggestion.split(":")[0]])).toEqual([
      ["lead.source", "hubspot.read.lead.source.map"],
      ["lead.stage", "hubspot.stages"],
      ["lead.sales_stage", "salesforce.stages"],
    ]);
    const paths = unmapped.map((one) => openValue(one, both.fields)?.suggestion.path.join("."));
    expect(paths).toEqual(["hubspot.read.lead.source.map", "hubspot.stages", "salesforce.stages"]);
  });

  test("is none once a status has a name", () => {
    const met = {
      field: "lead.sales_stage",
      from: "lead status",
      value: "Working - Contacted",
      suggestion: "",
    };
    expect(openValue(met, both.fields)).toBeUndefined();
  });
});

describe("a lead of both", () => {
  const values = {
    "company.numberofemployees": "200",
    "account.NumberOfEmployees": "900",
    "lead.Status": "Working - Contacted",
    "contact.hs_email_optout": "false",
    "lead.HasOptedOutOfEmail": "true",
  };

  test("has what HubSpot knows from HubSpot", () => {
    const { facts } = resolved(
      aRecord(values, { stage: "marketingqualifiedlead", ownerId: "005A" }),
      [],
      both,
    );
    expect(facts).toMatchObject({
      "account.employees": { value: 200, from: "company.numberofemployees" },
      "lead.stage": { value: "marketing-qualified", from: "lifecycle stage" },
      "lead.sales_stage": { value: "sales-accepted", from: "lead status" },
      "lead.sales_stage_value": { value: "Working - Contacted" },
      "lead.owner": { from: "record owner" },
      "lead.opted_out": { value: false },
      "lead.sales_opted_out": { value: true },
    });
  });

  test("has from Salesforce what HubSpot does not know, or does not say so that Baton understands", () => {
    for (const employees of ["", "a few hundred"]) {
      const record = aRecord({ ...values, "company.numberofemployees": employees });
      expect(resolved(record, [], both).facts["account.employees"]).toEqual({
        value: 900,
        from: "account.NumberOfEmployees",
      });
    }
  });
});

test("an account's phone is of the account's country in either CRM", () => {
  const phone = "030 5550 100";
  expect(accountPhoneOf({ id: "1", phone, values: { "account.BillingCountry": "Germany" } })).toBe(
    "+49305550100",
  );
  expect(accountPhoneOf({ id: "1", phone, values: { "company.country": "DE" } })).toBe("+49305550100");
  expect(accountPhoneOf({ id: "1", phone, values: {} })).toBeUndefined();
});
