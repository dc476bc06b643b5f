/** Reading leads of an org: who they are by now, what is said of them, and how many calls it takes. */
import { afterEach, describe, expect, test } from "vitest";
import type { CrmRecord, Wanted } from "../../../src/model/record.ts";
import { lead, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";
import { NOW } from "./server.ts";

const EVERYTHING: Wanted = {
  properties: ["lead.Title", "lead.Email", "account.Name"],
  history: ["lead.Status"],
  deals: true,
  lists: true,
};
const DAY_MS = 86_400_000;

let stand: Stand;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await startStand(options);
  return stand;
}
async function readOne(id: string, wanted = EVERYTHING): Promise<Extract<CrmRecord, { found: true }>> {
  const [record] = await stand.connector.read([lead(id)], wanted);
  if (record?.found !== true) throw new Error(`not found: ${JSON.stringify(record)}`);
  return record;
}

describe("calls", () => {
  test("a hundred leads with lists, deals and histories are one call, once the org is known", async () => {
    const { org, connector, calls } = await open();
    const ids = Array.from({ length: 100 }, (_, n) => org.addLead({ Email: `l${n}@example.com` }).id);
    await connector.read(ids.map(lead), EVERYTHING);
    calls();
    const records = await connector.read(ids.map(lead), EVERYTHING);
    expect(records.map(({ asked }) => asked.id)).toEqual(ids);
    expect(calls()).toBe(1);
  });

  test("a hundred Contacts are one call while their accounts are those of last time, two when one has moved", async () => {
    const { org, connector, calls } = await open();
    const account = org.addAccount({ Name: "Northwind" });
    const contacts = Array.from({ length: 100 }, () => org.addContact({ AccountId: account.id }));
    const leads = contacts.map(({ id }) => lead(id));
    const hints = new Map(leads.map(({ id }) => [id, account.id]));
    const wanted = { ...EVERYTHING, history: [], lists: false };
    await connector.read(leads, wanted, hints);
    calls();
    await connector.read(leads, wanted, hints);
    expect(calls()).toBe(1);
    org.change(leads[0]?.id ?? "", { AccountId: org.addAccount({ Name: "Elsewhere" }).id });
    await connector.read(leads, wanted, hints);
    expect(calls()).toBe(2);
  });

  test("two thousand leads are glanced at in one call", async () => {
    const { org, connector, calls } = await open();
    const ids = Array.from({ length: 2_000 }, (_, n) => org.addLead({ Title: `T${n}` }).id);
    await connector.glance(ids.slice(0, 1).map(lead), ["lead.Title"]);
    calls();
    const records = await connector.glance(ids.map(lead), ["lead.Title", "account.Name"]);
    expect(calls()).toBe(1);
    expect(records.map((record) => record.found === true && record.values["lead.Title"])).toEqual(
      ids.map((_, n) => `T${n}`),
    );
  });
});

describe("who somebody is by now", () => {
  test("a converted Lead is its Contact, with the Contact's account and deals", async () => {
    const { org } = await open();
    const { id } = org.addLead({ LastName: "Ruiz", Company: "Northwind", Title: "CFO" });
    const { id: contact = "" } = await org.act({ do: "convert", who: id, opportunity: "Pilot" });
    const record = await readOne(id);
    expect(record).toMatchObject({ asked: lead(id), lead: lead(contact) });
    expect(record.values["account.Name"]).toBe("Northwind");
    expect(record.accountId).toBe(org.find(contact)?.values["AccountId"]);
    expect(record.deals).toMatchObject([{ name: "Pilot", state: "open" }]);
    expect(record).not.toHaveProperty("stage");
  });

  test("a Lead that was merged into one that was converted is that one's Contact", async () => {
    const { org } = await open();
    const [kept, lost] = [org.addLead({}), org.addLead({})];
    await org.act({ do: "merge", primary: kept.id, others: [lost.id] });
    const { id: contact = "" } = await org.act({ do: "convert", who: kept.id });
    expect((await readOne(lost.id)).lead).toEqual(lead(contact));
  });

  test("who was deleted is not found, and neither is what is no id of a person", async () => {
    const { org, connector } = await open();
    const [gone, account] = [org.addLead({}), org.addAccount({})];
    await org.act({ do: "delete", who: gone.id });
    const asked = [gone.id, account.id, "../Account/001x", "00Q' OR Id != '", "00Q000000000000AAA"].map(lead);
    const records = await connector.read([...asked, { crm: "hubspot", id: "101" }], EVERYTHING);
    expect(records.map(({ found }) => found)).toEqual([false, false, false, false, false, false]);
  });

  test("an id of fifteen characters is that of eighteen", async () => {
    const { org } = await open();
    const { id } = org.addLead({ Title: "CFO" });
    const record = await readOne(id.slice(0, 15));
    expect(record).toMatchObject({ asked: lead(id.slice(0, 15)), lead: lead(id) });
  });
});

describe("what is said of somebody", () => {
  test("a field the user may not see is absent and was never asked for", async () => {
    const { org, sandbox } = await open({ rules: { hiddenFields: ["Lead.Title"] } });
    const { id } = org.addLead({ Title: "CFO", Email: "ana@example.com" });
    const record = await readOne(id, {
      ...EVERYTHING,
      properties: ["lead.Title", "lead.HasOptedOutOfEmail", "lead.Email"],
    });
    expect(record.values).toEqual({ "lead.Email": "ana@example.com" });
    const urls = sandbox.ledger.calls.flatMap(({ subrequests }) => subrequests?.map(({ url }) => url) ?? []);
    expect(urls.some((url) => url.includes("Title"))).toBe(false);
    expect(urls.some((url) => url.includes("Email"))).toBe(true);
  });

  test("a field that was removed since it was looked up is absent, and the read does not fail", async () => {
    const { org } = await open();
    const { id } = org.addLead({ Title: "CFO" });
    expect((await readOne(id)).values["lead.Title"]).toBe("CFO");
    org.rules.hiddenFields = ["Lead.Title"];
    expect((await readOne(id)).values).not.toHaveProperty(["lead.Title"]);
  });

  test("values are text: times in UTC, numbers and boxes as they are", async () => {
    const { org } = await open({ rules: { fls: true } });
    const { id } = org.addLead({ NumberOfEmployees: 250, HasOptedOutOfEmail: true, AnnualRevenue: 1.5 });
    const properties = ["NumberOfEmployees", "HasOptedOutOfEmail", "AnnualRevenue", "CreatedDate"];
    const { values } = await readOne(id, {
      ...EVERYTHING,
      properties: properties.map((name) => `lead.${name}`),
    });
    expect(values).toEqual({
      "lead.NumberOfEmployees": "250",
      "lead.HasOptedOutOfEmail": "true",
      "lead.AnnualRevenue": "1.5",
      "lead.CreatedDate": new Date(NOW).toISOString(),
    });
  });

  test("the id in the other CRM and the last change come along", async () => {
    const { org } = await open();
    const { id } = org.addLead({ Baton_HubSpot_Id__c: "101" });
    expect(await readOne(id)).toMatchObject({ counterpart: "101", modifiedAt: NOW });
  });

  test("former values of tracked fields come newest first, with who set them", async () => {
    const { org, clock } = await open();
    const user = org.addUser({ email: "lena@acme.example" });
    const { id } = org.addLead({ OwnerId: user.id });
    for (const Status of ["Working - Contacted", "Closed - Not Converted"]) {
      clock.now += DAY_MS;
      org.change(id, { Status });
    }
    const { history } = await readOne(id, { ...EVERYTHING, history: ["lead.Status", "lead.Title"] });
    expect(history).toEqual({
      "lead.Status": [
        { value: "Closed - Not Converted", at: NOW + 2 * DAY_MS, by: user.id },
        { value: "Working - Contacted", at: NOW + DAY_MS, by: user.id },
      ],
    });
  });

  test("an answer is dated by the record's last change where the org keeps no history of it, and other fields are not", async () => {
    const { org, clock } = await open();
    const { id } = org.addLead({ Title: "CFO" });
    clock.now += DAY_MS;
    org.change(id, { Baton_Disposition__c: "rejected", Baton_Disposition_Reason__c: "not-fit" });
    const asked = ["lead.Baton_Disposition__c", "lead.Baton_Disposition_Reason__c", "lead.Title"];
    const wanted = { ...EVERYTHING, history: asked };
    const at = NOW + DAY_MS;
    expect((await readOne(id, wanted)).history).toEqual({
      "lead.Baton_Disposition__c": [{ value: "rejected", at }],
      "lead.Baton_Disposition_Reason__c": [{ value: "not-fit", at }],
    });
    org.change(id, { Baton_Disposition__c: null, Baton_Disposition_Reason__c: null });
    expect((await readOne(id, wanted)).history).toEqual({});
    org.rules.tracked = { Lead: ["Baton_Disposition__c"] };
    clock.now += DAY_MS;
    org.change(id, { Baton_Disposition__c: "accepted" });
    clock.now += DAY_MS;
    org.change(id, { Title: "CEO" });
    expect((await readOne(id, wanted)).history["lead.Baton_Disposition__c"]).toMatchObject([
      { value: "accepted", at: NOW + 2 * DAY_MS },
    ]);
  });
});

describe("deals", () => {
  test("an opportunity of the account belongs to its Contacts, unless somebody else has a role in it", async () => {
    const { org } = await open();
    const account = org.addAccount({ Name: "Northwind" });
    const [one, other] = [0, 1].map(() => org.addContact({ AccountId: account.id }).id);
    if (one === undefined || other === undefined) throw new Error("two contacts are needed");
    const free = org.addOpportunity({ AccountId: account.id, Name: "Of the account" });
    const theirs = org.addOpportunity({ AccountId: account.id, Name: "Theirs" }, [other]);
    expect((await readOne(one)).deals.map(({ id }) => id)).toEqual([free.id]);
    expect(new Set((await readOne(other)).deals.map(({ id }) => id))).toEqual(new Set([free.id, theirs.id]));
  });

  test("a closed deal was closed on its day, no later than it was changed last", async () => {
    const { org, clock } = await open();
    const account = org.addAccount({});
    const contact = org.addContact({ AccountId: account.id });
    const given = { AccountId: account.id, StageName: "Closed Won" };
    const today = org.addOpportunity({ ...given, CloseDate: "2026-11-17" });
    const before = org.addOpportunity({ ...given, CloseDate: "2026-11-10" });
    clock.now += DAY_MS;
    const { deals } = await readOne(contact.id);
    const closedAt = new Map(deals.map((deal) => [deal.id, deal.closedAt]));
    expect(closedAt.get(today.id)).toBe(NOW);
    expect(closedAt.get(before.id)).toBe(Date.UTC(2026, 10, 11) - 1);
  });
});

describe("whose an address is", () => {
  const EMAIL = "clara@example.com";
  const clara = { Email: EMAIL, FirstName: "Clara", LastName: "Hoffmann" };
  const other = { Email: EMAIL, FirstName: "Jo", LastName: "Doe" };
  type Added = readonly ["Lead" | "Contact", Readonly<Record<string, string>>];

  test.each<[string, readonly Added[], number, boolean]>([
    ["a Lead's", [["Lead", clara]], 0, false],
    [
      "of Lead and Contact of one name, the Contact's",
      [
        ["Lead", clara],
        ["Contact", clara],
      ],
      1,
      false,
    ],
    [
      "of Lead and Contact of which one has no first name, the Contact's",
      [
        ["Lead", { Email: EMAIL, LastName: "hoffmann" }],
        ["Contact", clara],
      ],
      1,
      false,
    ],
    [
      "of Lead and Contact of two names, not plain",
      [
        ["Lead", other],
        ["Contact", clara],
      ],
      1,
      true,
    ],
    [
      "of two Leads, not plain",
      [
        ["Lead", other],
        ["Lead", clara],
      ],
      0,
      true,
    ],
    [
      "of two Contacts of one name, not plain",
      [
        ["Contact", clara],
        ["Contact", clara],
      ],
      0,
      true,
    ],
  ])("%s", async (_whose, added, best, isUnclear) => {
    const { connector, org } = await open();
    const ids = added.map(
      ([object, values]) => (object === "Lead" ? org.addLead(values) : org.addContact(values)).id,
    );
    const found = (await connector.findByEmail([EMAIL])).get(EMAIL);
    expect([found?.id, found?.isUnclear ?? false]).toEqual([ids[best], isUnclear]);
    expect((found?.others ?? []).map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== best));
  });
});
