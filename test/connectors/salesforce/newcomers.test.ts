/** Making Leads of people of the other CRM, beyond what every connector must do: rules of the org, and orgs without the package. */
import { afterEach, describe, expect, test } from "vitest";
import type { Newcomer } from "../../../src/model/newcomer.ts";
import { BARE, lead, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await startStand(options);
  return stand;
}

function aNewcomer(id: string, properties: Newcomer["properties"] = {}): Newcomer {
  return {
    key: `newcomer-${id}`,
    counterpart: { crm: "hubspot", id },
    properties: { "lead.LastName": "Ruiz", "lead.Company": "Northwind", ...properties },
  };
}

describe("making a Lead", () => {
  test("a hundred newcomers cost two calls: who is here, by id and by address, and the making", async () => {
    const { connector, org, calls } = await open();
    await connector.createLeads?.([aNewcomer("1", { "lead.Email": "one@example.com" })]);
    calls();
    const newcomers = Array.from({ length: 100 }, (_, n) =>
      aNewcomer(String(1_000 + n), { "lead.Email": `n${n}@example.com` }),
    );
    const receipts = await connector.createLeads?.(newcomers);
    expect(receipts?.every(({ outcome }) => outcome === "applied")).toBe(true);
    expect(calls()).toBe(2);
    expect(org.all("Lead")).toHaveLength(101);
  });

  test("values stand in their fields as what they are, what is not known as Salesforce says it", async () => {
    const { connector, org } = await open();
    const properties = {
      "lead.Email": "ana@example.com",
      "lead.NumberOfEmployees": "250",
      "lead.Title": "",
      "lead.Favourite_Colour__c": "green",
      "account.Name": "Elsewhere",
    };
    await connector.createLeads?.([{ ...aNewcomer("101"), properties }]);
    expect(org.find("ana@example.com")?.values).toMatchObject({
      LastName: "[not provided]",
      Company: "[not provided]",
      NumberOfEmployees: 250,
      Baton_HubSpot_Id__c: "101",
    });
  });

  test("the org's assignment rule does not choose the owner, and a value that is none is told", async () => {
    const { connector, org } = await open();
    org.rules.assignTo = org.addUser({ email: "rule@acme.example" }).id;
    const lena = org.addUser({ email: "lena@acme.example" }).id;
    const receipts = await connector.createLeads?.([
      { ...aNewcomer("101", { "lead.Email": "ana@example.com" }), ownerId: lena },
      aNewcomer("102", { "lead.NumberOfEmployees": "many" }),
      { ...aNewcomer("103"), ownerId: "somebody" },
    ]);
    expect(org.find("ana@example.com")?.values["OwnerId"]).toBe(lena);
    expect(receipts).toMatchObject([
      { outcome: "applied" },
      { outcome: "refused", code: "crm.invalid" },
      { outcome: "refused", code: "crm.invalid" },
    ]);
  });
});

describe("who is here already", () => {
  test("a Contact with the address is linked, and so is the Contact a linked Lead was converted to", async () => {
    const { connector, org } = await open();
    const contact = org.addContact({ Email: "ana@example.com" });
    const receipts = await connector.createLeads?.([aNewcomer("101", { "lead.Email": "ANA@example.com" })]);
    expect(receipts).toMatchObject([{ outcome: "applied", id: contact.id }]);
    const linked = org.addLead({ Baton_HubSpot_Id__c: "102" });
    const { id: converted = "" } = await org.act({ do: "convert", who: linked.id });
    // Admins map the fields of Leads to those of Contacts, or do not.
    org.change(converted, { Baton_HubSpot_Id__c: null });
    const known = await connector.counterpartsOf?.([
      { crm: "hubspot", id: "101" },
      { crm: "hubspot", id: "102" },
      { crm: "hubspot", id: "x' OR Id != '" },
    ]);
    expect(known).toEqual(
      new Map([
        ["101", lead(contact.id)],
        ["102", lead(converted)],
      ]),
    );
  });

  test("the Contact a Lead was converted to is one person with it", async () => {
    const { connector, org } = await open();
    const { id } = org.addLead({ Email: "ana@example.com" });
    const { id: contact = "" } = await org.act({ do: "convert", who: id });
    const receipts = await connector.createLeads?.([aNewcomer("101", { "lead.Email": "ana@example.com" })]);
    expect(receipts).toMatchObject([{ outcome: "applied", id: contact }]);
  });

  test("two newcomers with one address make one Lead, and the second is for people to sort out", async () => {
    const { connector, org } = await open({ rules: { duplicates: "off" } });
    const receipts = await connector.createLeads?.([
      aNewcomer("101", { "lead.Email": "ana@example.com" }),
      aNewcomer("102", { "lead.Email": "ana@example.com" }),
      aNewcomer("101", { "lead.Email": "ana@example.com" }),
    ]);
    expect(receipts).toMatchObject([
      { outcome: "applied" },
      { outcome: "refused", code: "crm.conflict" },
      { outcome: "applied" },
    ]);
    expect(org.all("Lead")).toHaveLength(1);
  });

  test("a duplicate rule that finds somebody else is obeyed, and its reason is told", async () => {
    const { connector, org, sandbox } = await open();
    const body = [
      {
        statusCode: "DUPLICATES_DETECTED",
        message: "Use one of these records?",
        fields: [],
      },
    ];
    sandbox.faults.add({
      subrequest: "/services/data/*/composite/sobjects",
      fault: { do: "answer", status: 200, body: [{ success: false, errors: body }] },
      times: 1,
    });
    const receipts = await connector.createLeads?.([aNewcomer("101", { "lead.Email": "ana@example.com" })]);
    expect(receipts).toMatchObject([{ outcome: "refused", code: "crm.conflict" }]);
    expect(org.all("Lead")).toHaveLength(0);
  });

  test("who was made by somebody else at the same moment is found the next time", async () => {
    const { connector, org, sandbox } = await open();
    const newcomer = aNewcomer("101", { "lead.Email": "ana@example.com" });
    const errors = [{ statusCode: "DUPLICATE_VALUE", message: "duplicate value found", fields: [] }];
    sandbox.faults.add({
      subrequest: "/services/data/*/composite/sobjects",
      fault: { do: "answer", status: 200, body: [{ success: false, errors }] },
      times: 1,
    });
    expect(await connector.createLeads?.([newcomer])).toMatchObject([{ outcome: "not-applied" }]);
    const theirs = org.addLead({ Baton_HubSpot_Id__c: "101" });
    expect(await connector.createLeads?.([newcomer])).toMatchObject([{ outcome: "applied", id: theirs.id }]);
  });

  test("without the package the address is all there is: one Lead for it, found again", async () => {
    const { connector, org } = await open({ package: false, capabilities: BARE });
    const newcomer = aNewcomer("101", { "lead.Email": "ana@example.com" });
    const first = await connector.createLeads?.([newcomer]);
    expect(first).toMatchObject([{ outcome: "applied" }]);
    expect(await connector.createLeads?.([newcomer])).toEqual(
      (first ?? []).map((receipt) => ({ ...receipt, isFound: true })),
    );
    expect(org.all("Lead")).toHaveLength(1);
    expect(await connector.counterpartsOf?.([{ crm: "hubspot", id: "101" }])).toEqual(new Map());
  });

  test("without the package somebody without an address, who could not be found again, is not made", async () => {
    const { connector, org } = await open({ package: false, capabilities: BARE });
    const newcomers = [aNewcomer("101"), aNewcomer("102", { "lead.Phone": "+49 30 555" })];
    const receipts = await connector.createLeads?.(newcomers);
    expect(receipts).toMatchObject(newcomers.map(() => ({ outcome: "refused", code: "crm.invalid" })));
    expect(org.all("Lead")).toEqual([]);
  });

  test("when nobody can be asked who is here, nobody is made", async () => {
    const { connector, org, sandbox } = await open();
    await connector.createLeads?.([aNewcomer("100", { "lead.Email": "first@example.com" })]);
    sandbox.faults.add({ path: "/services/data/*/composite", fault: { do: "server-error", status: 503 } });
    expect(
      await connector.createLeads?.([aNewcomer("101", { "lead.Email": "ana@example.com" })]),
    ).toMatchObject([{ outcome: "not-applied", code: "crm.server-error" }]);
    expect(org.all("Lead")).toHaveLength(1);
  });
});
