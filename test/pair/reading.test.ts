import { beforeEach, describe, expect, test } from "vitest";
import type { CrmRecord } from "../../src/model/record.ts";
import { aPair, anOwner, lead, type Stand, WANTED } from "./kit.ts";

let stand: Stand;
beforeEach(() => {
  stand = aPair();
  stand.marketing.leads.set("1", {
    values: { "contact.email": "Kim@example.com" },
    ownerId: "h-anna",
  });
});
const readOne = async (id = "1"): Promise<CrmRecord | undefined> =>
  (await stand.pair.read([lead(id)], WANTED))[0];

describe("a lead that is linked", () => {
  beforeEach(() => {
    stand.links.set("1", "00Q1");
    stand.sales.leads.set("00Q1", {
      values: { "lead.Title": "CFO" },
      ownerId: "s-anna",
      modifiedAt: 7,
    });
  });

  test("is read in both CRMs at once, each asked for its own properties", async () => {
    expect(await readOne()).toMatchObject({
      lead: lead("1"),
      ownerId: "s-anna",
      values: { "contact.email": "Kim@example.com", "lead.Title": "CFO" },
      deals: [{ id: "salesforce deal" }],
      sales: { lead: { crm: "salesforce", id: "00Q1" }, by: "link", isGone: false, modifiedAt: 7 },
    });
    expect(stand.sales.asked).toEqual(["read 00Q1"]);
  });

  test("answers under the id it was converted to", async () => {
    stand.sales.leads.set("00Q1", { values: {}, becomes: "0031" });
    stand.sales.leads.set("0031", { values: { "lead.Title": "CEO" } });
    expect(await readOne()).toMatchObject({
      sales: { lead: { id: "0031" } },
      values: { "lead.Title": "CEO" },
    });
  });

  test("whose record is gone is told so, and has the owner marketing gave, if sales has them", async () => {
    stand.sales.leads.delete("00Q1");
    stand.marketing.owners = [anOwner("h-anna", "anna@example.com")];
    stand.sales.owners = [anOwner("s-anna", "anna@example.com")];
    const record = await readOne();
    expect(record).toMatchObject({ ownerId: "s-anna", sales: { lead: { id: "00Q1" }, isGone: true } });
  });

  test("of whom sales' CRM says nonsense is nothing to decide by", async () => {
    stand.sales.leads.set("00Q1", { values: {}, unsure: true });
    expect(await readOne()).toEqual({ found: "unsure", asked: lead("1"), code: "crm.bad-answer" });
  });

  test("under another id of marketing's is found under the one it answers to", async () => {
    stand.marketing.leads.set("9", { values: {}, becomes: "1" });
    expect(await readOne("9")).toMatchObject({ lead: lead("1"), sales: { lead: { id: "00Q1" } } });
  });
});

describe("a lead that is not linked", () => {
  test("is met by its address in lower case, and read once more for what sales knows", async () => {
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@example.com", "lead.Title": "CFO" } });
    expect(await readOne()).toMatchObject({
      sales: { lead: { id: "00Q7" }, by: "email" },
      values: { "lead.Title": "CFO" },
    });
    expect(stand.sales.asked).toEqual(["email kim@example.com", "read 00Q7"]);
  });

  test("does not meet a record that is another lead's already", async () => {
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@example.com" } });
    stand.links.set("2", "00Q7");
    expect(await readOne()).not.toHaveProperty("sales");
  });

  test("has nobody's owner of sales' where the two people are not plainly one", async () => {
    stand.marketing.owners = [anOwner("h-anna", "anna@example.com")];
    stand.sales.owners = [anOwner("s-1", "anna@example.com"), anOwner("s-2", "anna@example.com")];
    expect(await readOne()).not.toHaveProperty("ownerId");
  });

  test("does not meet one of several records that are perhaps not one person", async () => {
    for (const id of ["00Q1", "00Q2"])
      stand.sales.leads.set(id, { values: { "lead.Email": "kim@example.com" }, ownerId: "s-ben" });
    stand.sales.unclear.add("kim@example.com");
    expect(await readOne()).not.toHaveProperty("sales");
    stand.sales.unclear.clear();
    expect(await readOne()).toMatchObject({
      sales: { lead: { crm: "salesforce", id: "00Q2" }, by: "email" },
    });
  });

  test("is met by its address though nobody asked for it", async () => {
    stand.sales.leads.set("00Q1", { values: { "lead.Email": "kim@example.com" }, ownerId: "s-ben" });
    const [record] = await stand.pair.read([lead("1")], { ...WANTED, properties: [] });
    expect(record).toMatchObject({ ownerId: "s-ben", sales: { by: "email" } });
  });

  test("without an address is not looked for", async () => {
    stand.marketing.leads.set("1", { values: {} });
    const record = await readOne();
    expect(record).toMatchObject({ found: true });
    expect(stand.sales.asked).toEqual([]);
  });
});

test("what marketing's CRM has not is not there, and sales' is not asked", async () => {
  expect(await readOne("8")).toEqual({ found: false, asked: lead("8") });
  expect(stand.sales.asked).toEqual([]);
});

test("a glance asks each CRM once, and looks for nobody", async () => {
  stand.links.set("1", "00Q1");
  stand.sales.leads.set("00Q1", { values: { "lead.Title": "CFO" } });
  stand.marketing.leads.set("2", { values: { "contact.email": "lee@example.com" } });
  const records = await stand.pair.glance([lead("1"), lead("2")], ["contact.email", "lead.Title"]);
  expect(records).toMatchObject([
    { values: { "contact.email": "Kim@example.com", "lead.Title": "CFO" }, sales: { lead: { id: "00Q1" } } },
    { values: { "contact.email": "lee@example.com" } },
  ]);
  expect([stand.marketing.asked, stand.sales.asked]).toEqual([["glance 1,2"], ["glance 00Q1"]]);
});

describe("what is told of both", () => {
  beforeEach(() => {
    stand.links.set("1", "00Q1");
    stand.sales.leads.set("00Q1", { values: {} });
    stand.sales.leads.set("00Q9", { values: {} });
    stand.marketing.leads.set("2", { values: {} });
  });

  test("changes are listed CRM by CRM, page by page, by marketing's ids; strangers are left out", async () => {
    const pages: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await stand.pair.changedSince(0, after);
      pages.push(page.leads.map((one) => one.lead.id));
      after = page.next;
    } while (after !== undefined);
    expect(pages).toEqual([["1"], ["2"], ["1"], []]);
  });

  test("where sales' people become leads, strangers are told of by their own names, and so are their changes", async () => {
    stand.rules = { ...stand.rules, admits: true };
    const { leads } = await stand.pair.changedSince(0, "sales:2");
    expect(leads.map((one) => one.lead)).toEqual([{ crm: "salesforce", id: "00Q9" }]);
    const changes = await stand.pair.changesOf([lead("1"), { crm: "salesforce", id: "00Q9" }], 0);
    expect(changes.map((one) => `${one.lead.crm} ${one.lead.id}: ${one.property}`).toSorted()).toEqual([
      "hubspot 1: hubspot field",
      "hubspot 1: salesforce field",
      "salesforce 00Q9: salesforce field",
    ]);
  });

  test("changes of both CRMs come in their order, each of the lead", async () => {
    expect(await stand.pair.changesOf([lead("1")], 0)).toMatchObject([
      { lead: lead("1"), property: "salesforce field" },
      { lead: lead("1"), property: "hubspot field" },
    ]);
  });

  test("touches are those of sales' CRM, and activities are asked about where they are", async () => {
    expect(await stand.pair.touches([lead("1"), lead("2")], 0)).toMatchObject([
      { lead: lead("1"), key: "call:00Q1" },
    ]);
    const here = { kind: "call", id: "2" } as const;
    const there = { kind: "call", id: "00Q1", crm: "salesforce" } as const;
    const strange = { kind: "call", id: "00Q9", crm: "salesforce" } as const;
    expect(await stand.pair.leadsOf([here, there, strange])).toEqual([
      { activity: here, lead: lead("2") },
      { activity: there, lead: lead("1") },
    ]);
  });

  test("a lead's page is that of the CRM it is named in", () => {
    expect(stand.pair.leadUrl({ crm: "salesforce", id: "00Q1" })).toBe("https://salesforce.example.com/00Q1");
    expect(stand.pair.leadUrl(lead("1"))).toBe("https://hubspot.example.com/1");
  });
});

test("a pair can what sales' CRM can where sales works, and what marketing's can where leads behave", () => {
  expect(stand.pair.capabilities).toMatchObject({ taskKey: "unique-property", submissions: true });
  expect(stand.pair.objects).toEqual(["contact", "company", "lead", "account"]);
});
