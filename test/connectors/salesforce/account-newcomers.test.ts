/** Making Contacts of the account somebody belongs to: once each, and a Lead where a Contact cannot be. */
import { afterEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../../src/model/effect.ts";
import type { Newcomer } from "../../../src/model/newcomer.ts";
import { BARE, lead, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";

const ROWS = "/services/data/*/composite/sobjects";
const SHORT = { connectMs: 2_000, answerMs: 300, totalMs: 2_000 };

let stand: Stand;
let account: string;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await startStand(options);
  account = stand.org.addAccount({ Name: "Northwind", Website: "northwind.example" }).id;
  return stand;
}

function aNewcomer(id: string, rest: Partial<Newcomer> = {}): Newcomer {
  return {
    key: `newcomer-${id}`,
    counterpart: { crm: "hubspot", id },
    belonging: { account, why: "it is the one at northwind.example" },
    ...rest,
    properties: { "lead.Email": `p${id}@northwind.example`, "lead.Company": "Northwind", ...rest.properties },
  };
}
const create = async (...newcomers: readonly Newcomer[]): Promise<readonly Receipt[]> =>
  (await stand.connector.createLeads?.(newcomers)) ?? [];
const counts = (): readonly number[] => ["Contact", "Lead"].map((object) => stand.org.all(object).length);

describe("somebody who belongs to an account", () => {
  test("is made as a Contact of it, with the fields Contacts have, its id and its owner, and that is told", async () => {
    const { org } = await open();
    const lena = org.addUser({ email: "lena@acme.example" }).id;
    const properties = { "lead.Title": "CFO", "lead.NumberOfEmployees": "250" };
    const [receipt] = await create(aNewcomer("101", { ownerId: lena, properties }));
    expect(receipt).toMatchObject({
      outcome: "applied",
      reason: `made as a Contact of account ${account}, because it is the one at northwind.example`,
    });
    const contact = org.find("p101@northwind.example", "Contact");
    expect(contact?.values).toMatchObject({
      AccountId: account,
      LastName: "[not provided]",
      Title: "CFO",
      OwnerId: lena,
      Baton_HubSpot_Id__c: "101",
    });
    expect(contact?.type).toBe("Contact");
    expect(contact?.values).not.toHaveProperty("Company");
    expect(counts()).toEqual([1, 0]);
  });

  test("is made beside others who are none's, a hundred in two calls", async () => {
    const { calls } = await open();
    await create(aNewcomer("1"));
    calls();
    const newcomers = Array.from({ length: 100 }, (_, n) => {
      const { belonging, ...one } = aNewcomer(String(1_000 + n));
      return n % 2 === 0 || belonging === undefined ? one : { ...one, belonging };
    });
    const receipts = await create(...newcomers);
    expect(receipts.every(({ outcome }) => outcome === "applied")).toBe(true);
    expect(calls()).toBe(2);
    expect(counts()).toEqual([51, 50]);
  });

  test("becomes whoever is here already, and nothing is told of an account", async () => {
    const { org } = await open();
    const { id } = org.addLead({ Email: "p101@northwind.example" });
    const receipts = await create(aNewcomer("101"));
    expect(receipts).toEqual([{ key: "newcomer-101", outcome: "applied", id, isFound: true }]);
    expect(counts()).toEqual([0, 1]);
  });
});

describe("a Contact is made once", () => {
  test("however often it is asked for", async () => {
    await open();
    const [first] = await create(aNewcomer("101"));
    const [again] = await create(aNewcomer("101", { belonging: { why: "2 accounts are there" } }));
    expect(again).toMatchObject({ id: first?.outcome === "applied" ? first.id : "" });
    expect(counts()).toEqual([1, 0]);
    const known = await stand.connector.counterpartsOf?.([{ crm: "hubspot", id: "101" }]);
    expect(known?.get("101")?.id).toMatch(/^003/);
  });

  test.each([
    ["the answer is lost after it was made", { do: "reset", early: true, commit: true }],
    ["the call is lost before it was made", { do: "reset", early: true }],
    ["nobody answers, and it was made", { do: "hang", commit: true }],
  ] as const)("though %s", async (_when, fault) => {
    const { sandbox } = await open({ tuning: { timeouts: SHORT } });
    await create(aNewcomer("100"));
    // The first call looks who is here, the second makes.
    sandbox.faults.add({ path: "/services/data/*/composite", fault, nth: [2] });
    expect(await create(aNewcomer("101"))).toMatchObject([{ outcome: "unknown" }]);
    expect(await create(aNewcomer("101"))).toMatchObject([{ outcome: "applied" }]);
    expect(counts()).toEqual([2, 0]);
  });

  test("though two make them at once", async () => {
    const { connector } = await open({ rules: { duplicates: "off" } });
    await create(aNewcomer("100"));
    const both = await Promise.all([
      connector.createLeads?.([aNewcomer("101")]),
      connector.asBulk().createLeads?.([aNewcomer("101")]),
    ]);
    const outcomes = both.flatMap((receipts) => receipts ?? []).map(({ outcome }) => outcome);
    expect(outcomes).toContain("applied");
    expect(outcomes.every((outcome) => outcome === "applied" || outcome === "not-applied")).toBe(true);
    expect(await create(aNewcomer("101"))).toMatchObject([{ outcome: "applied" }]);
    expect(counts()).toEqual([2, 0]);
  });

  test("without the package, by the address", async () => {
    await open({ package: false, capabilities: BARE });
    const [first] = await create(aNewcomer("101"));
    expect(first).toMatchObject({ outcome: "applied" });
    expect(await create(aNewcomer("101"))).toMatchObject([
      { id: first?.outcome === "applied" ? first.id : "" },
    ]);
    expect(counts()).toEqual([1, 0]);
  });

  test("and not where a duplicate rule finds somebody like it: a Lead would be like it too", async () => {
    const { sandbox } = await open();
    const errors = [{ statusCode: "DUPLICATES_DETECTED", message: "Use one of these records?", fields: [] }];
    const fault = { do: "answer", status: 200, body: [{ success: false, errors }] } as const;
    sandbox.faults.add({ subrequest: ROWS, fault, times: 1 });
    expect(await create(aNewcomer("101"))).toMatchObject([{ outcome: "refused", code: "crm.conflict" }]);
    expect(counts()).toEqual([0, 0]);
  });
});

describe("a Lead is made instead, and it is told why", () => {
  const told = (why: string | RegExp) => ({
    outcome: "applied",
    reason: expect.stringMatching(why) as unknown,
  });

  test("where it is not plain which account it is", async () => {
    await open();
    const why = "2 accounts are at northwind.example";
    const receipts = await create(aNewcomer("101", { belonging: { why } }));
    expect(receipts).toMatchObject([{ reason: `made as a Lead, because ${why}` }]);
    expect(counts()).toEqual([0, 1]);
  });

  test("where a queue is to own it", async () => {
    const { org } = await open();
    const queue = org.addQueue("Website").id;
    expect(await create(aNewcomer("101", { ownerId: queue }))).toMatchObject([told("a queue owns it")]);
    expect(org.find("p101@northwind.example")).toMatchObject({ type: "Lead", values: { OwnerId: queue } });
  });

  test("where Baton's user may not say of which account a Contact is", async () => {
    await open({ rules: { hiddenFields: ["Contact.AccountId"] } });
    expect(await create(aNewcomer("101"))).toMatchObject([told("assign the permission set")]);
    expect(counts()).toEqual([0, 1]);
  });

  test("where an opt-out could not be written to a Contact", async () => {
    const { org } = await open();
    org.addCustomField("Lead", "No_Mail__c", "boolean", { initially: false });
    const yes = aNewcomer("101", { properties: { "lead.No_Mail__c": "true" } });
    const no = aNewcomer("102", { properties: { "lead.No_Mail__c": "false" } });
    expect(await create(yes, no)).toMatchObject([told('"No_Mail__c" is a yes'), told("^made as a Contact")]);
    expect(org.find("p101@northwind.example")).toMatchObject({ type: "Lead", values: { No_Mail__c: true } });
  });

  test("where Salesforce refuses the Contact, for its account or for what the org wants of Contacts", async () => {
    const { org, calls } = await open();
    await create(aNewcomer("100"));
    await org.act({ do: "delete", who: account });
    calls();
    expect(await create(aNewcomer("101"))).toMatchObject([told("Salesforce refused the Contact")]);
    expect(calls()).toBe(3);
    account = org.addAccount({ Name: "Northwind" }).id;
    org.rules.validation = [{ object: "Contact", field: "Title", is: "CFO", message: "No CFOs." }];
    const cfo = aNewcomer("102", { properties: { "lead.Title": "CFO" } });
    expect(await create(cfo, aNewcomer("103"))).toMatchObject([told("No CFOs"), told("^made as a Contact")]);
    expect(org.find("p102@northwind.example")?.type).toBe("Lead");
  });
});

describe("a Contact that was made", () => {
  test("is read with its account, its owner, its deals and its counterpart, and has no stage", async () => {
    const { org, connector } = await open();
    const [lena, otto] = ["lena", "otto"].map((name) => org.addUser({ email: `${name}@acme.example` }).id);
    org.change(account, { OwnerId: otto ?? "" });
    const [receipt] = await create(aNewcomer("101", { ownerId: lena ?? "" }));
    const ref = lead(receipt?.outcome === "applied" ? receipt.id : "");
    const deal = { Name: "Ten seats", StageName: "Prospecting", CloseDate: "2026-12-31", AccountId: account };
    const { id: dealId } = org.addOpportunity(deal, [ref.id]);
    const wanted = {
      properties: ["lead.Email", "lead.Company", "account.Name"],
      history: [],
      deals: true,
      lists: false,
    };
    const [record] = await connector.read([ref], wanted);
    expect(record).toMatchObject({
      accountId: account,
      accountOwnerId: otto,
      ownerId: lena,
      counterpart: "101",
      deals: [{ id: dealId, state: "open" }],
      values: { "account.Name": "Northwind" },
      unreadable: ["lead.Company"],
    });
    expect(record).not.toHaveProperty("stage");
  });
});
