import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Mangled } from "../../../sandbox/faults.ts";
import type { CrmRecord, Wanted } from "../../../src/model/record.ts";
import { addContact, create, lead, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.close());

const WANTED: Wanted = {
  properties: ["contact.email", "contact.jobtitle", "company.name", "company.numberofemployees"],
  history: [],
  deals: true,
  lists: false,
};
const WITH_HISTORY: Wanted = { ...WANTED, history: ["contact.lifecyclestage"] };

function found(record: CrmRecord | undefined): Extract<CrmRecord, { found: true }> {
  if (record?.found !== true) throw new Error("not found");
  return record;
}

async function dealFor(contactId: string, properties: Readonly<Record<string, string>>): Promise<string> {
  const id = await create(stand, "deal", properties);
  stand.portal.link({ type: "contact", id: contactId }, { type: "deal", id });
  return id;
}

const mangle = (id: string, into: Mangled) => ({ do: "mangled-record", id, into }) as const;

/** How many calls a read took, and how many of them had to wait for another one. */
async function cost(read: () => Promise<unknown>): Promise<{ calls: number; rounds: number }> {
  stand.sandbox.ledger.clear();
  await read();
  const { calls } = stand.sandbox.ledger;
  const starts = calls.map((call) => ({ at: call.startMs, end: call.endMs ?? call.startMs }));
  let rounds = 0;
  let end = -1;
  for (const call of starts.toSorted((a, b) => a.at - b.at)) {
    if (call.at <= end) continue;
    rounds += 1;
    end = Math.max(...starts.filter((each) => each.at <= call.end).map((each) => each.end));
  }
  return { calls: calls.length, rounds };
}

describe("what a record says", () => {
  test("contact, company, owner, stage and history, by the paths of fields.yaml", async () => {
    const owner = stand.portal.addOwner({ email: "nora@acme.example" });
    const company = await create(stand, "company", {
      name: "Northwind",
      numberofemployees: "200",
      hubspot_owner_id: owner.id,
    });
    const id = await addContact(stand, {
      jobtitle: "VP Marketing",
      lifecyclestage: "lead",
      associatedcompanyid: company,
    });
    stand.clock.now = NOW + 60_000;
    await stand.portal.act({
      do: "change",
      who: id,
      properties: { lifecyclestage: "marketingqualifiedlead" },
      by: "workflow",
    });
    const record = found((await stand.connector.read([lead(id)], WITH_HISTORY))[0]);
    expect(record).toMatchObject({
      asked: lead(id),
      lead: lead(id),
      stage: "marketingqualifiedlead",
      accountId: company,
      accountOwnerId: owner.id,
      deals: [],
      readAt: NOW + 60_000,
      values: {
        "contact.jobtitle": "VP Marketing",
        "company.name": "Northwind",
        "company.numberofemployees": "200",
      },
    });
    expect(record).not.toHaveProperty("ownerId");
    expect(record.history["contact.lifecyclestage"]).toEqual([
      { value: "marketingqualifiedlead", at: NOW + 60_000, by: "AUTOMATION" },
      { value: "lead", at: NOW, by: "CRM_UI" },
    ]);
  });

  test("open deals come first, by their last change of stage, and closed ones tell how they ended", async () => {
    const owner = stand.portal.addOwner({ email: "diego@acme.example" });
    const id = await addContact(stand);
    const open = await dealFor(id, {
      dealname: "Renewal",
      amount: "48000.5",
      dealstage: "qualifiedtobuy",
      hubspot_owner_id: owner.id,
    });
    const won = await dealFor(id, { dealname: "Old", dealstage: "closedwon", deal_currency_code: "USD" });
    const lost = await dealFor(id, {
      dealname: "Lost",
      dealstage: "closedlost",
      closedate: "2026-11-01T08:00:00Z",
    });
    const young = await dealFor(id, { dealname: "Young", closedate: "2026-12-24T08:00:00Z" });
    const createdAt = stand.clock.now;
    stand.clock.now += 60_000;
    await stand.portal.act({ do: "move-deal", deal: open, stage: "contractsent" });
    const record = found((await stand.connector.read([lead(id)], WANTED))[0]);
    expect(record.deals).toEqual([
      { id: open, state: "open", ownerId: owner.id, name: "Renewal", amount: "48000.5", createdAt },
      { id: young, state: "open", name: "Young", createdAt },
      { id: won, state: "won", name: "Old", currency: "USD", createdAt, closedAt: createdAt },
      { id: lost, state: "lost", name: "Lost", createdAt, closedAt: Date.UTC(2026, 10, 1, 8) },
    ]);
    const without = found((await stand.connector.read([lead(id)], { ...WANTED, deals: false }))[0]);
    expect(without.deals).toEqual([]);
  });

  test("of a contact with many deals the newest twenty are read", async () => {
    const id = await addContact(stand);
    const ids: string[] = [];
    for (let count = 0; count < 23; count += 1) ids.push(await dealFor(id, { dealname: `Deal ${count}` }));
    const record = found((await stand.connector.read([lead(id)], WANTED))[0]);
    expect(new Set(record.deals.map((deal) => deal.id))).toEqual(new Set(ids.slice(3)));
  });

  test("a company that was archived is no account", async () => {
    const company = await create(stand, "company", { name: "Gone" });
    const id = await addContact(stand, { associatedcompanyid: company });
    await stand.portal.act({ do: "archive", object: "company", who: company });
    expect(found((await stand.connector.read([lead(id)], WANTED))[0])).not.toHaveProperty("accountId");
  });

  test("a merged contact brings the survivor's deals", async () => {
    for (const makesNew of [false, true]) {
      stand.portal.rules.mergeMakesNewRecord = makesNew;
      const [kept, merged] = [await addContact(stand), await addContact(stand)];
      const deal = await dealFor(kept, { dealname: "Big", dealstage: "qualifiedtobuy" });
      const { id: survivor = "" } = await stand.portal.act({ do: "merge", primary: kept, other: merged });
      const records = await stand.connector.read([lead(merged), lead(kept)], WANTED);
      expect(records.map((record) => found(record).lead.id)).toEqual([survivor, survivor]);
      expect(records.map((record) => found(record).deals[0]?.id)).toEqual([deal, deal]);
    }
  });

  test("ids that are no HubSpot ids are not found and spoil nothing", async () => {
    const id = await addContact(stand);
    const odd = ["", "abc", "1e3", "-5", "0x10", "9".repeat(40), "__proto__"].map(lead);
    const records = await stand.connector.read([...odd, lead(id), { crm: "salesforce", id }], WANTED);
    expect(records.map((record) => record.found)).toEqual([...odd.map(() => false), true, false]);
  });
});

describe("what a read costs", () => {
  test("a lone lead is one round trip when the company is as before, two when it is not", async () => {
    stand.sandbox.pace.latencyMs = 60;
    const [company, other] = [
      await create(stand, "company", { name: "A" }),
      await create(stand, "company", { name: "B" }),
    ];
    const id = await addContact(stand, { associatedcompanyid: company });
    const read = (hint?: string) => () =>
      stand.connector.read([lead(id)], WANTED, hint === undefined ? undefined : new Map([[id, hint]]));
    expect(await cost(read(company))).toEqual({ calls: 3, rounds: 1 });
    expect((await cost(read(other))).rounds).toBe(2);
    expect(await cost(read())).toEqual({ calls: 3, rounds: 2 });
    await dealFor(id, { dealname: "D", dealstage: "qualifiedtobuy" });
    expect(await cost(read(company))).toEqual({ calls: 4, rounds: 2 });
  });

  test("a glance is one call, a second one where something of their companies is asked for", async () => {
    const company = await create(stand, "company", { name: "Northwind" });
    const [here, alone] = [
      await addContact(stand, { associatedcompanyid: company }),
      await addContact(stand, {}),
    ];
    const leads = [lead(here), lead(alone), lead("404404")];
    const glance = (properties: readonly string[]) => stand.connector.glance(leads, properties);
    expect((await cost(() => glance(["contact.email"]))).calls).toBe(1);
    expect((await cost(() => glance(["contact.email", "company.name"]))).calls).toBe(2);
    const [first, second, third] = await glance(["contact.email", "company.name", "account.Name"]);
    expect(found(first).values["company.name"]).toBe("Northwind");
    expect([found(first).unreadable, found(second).values["company.name"]]).toEqual([
      ["account.Name"],
      undefined,
    ]);
    expect(third?.found).toBe(false);
  });

  test("a hundred leads are four calls at most, with or without guesses", async () => {
    const companies = await Promise.all(["A", "B", "C"].map((name) => create(stand, "company", { name })));
    const hints = new Map<string, string>();
    const ids: string[] = [];
    for (let index = 0; index < 100; index += 1) {
      const company = companies[index % 3] ?? "";
      const id = await addContact(stand, { associatedcompanyid: company });
      if (index % 10 === 0) await dealFor(id, { dealname: "D", dealstage: "qualifiedtobuy" });
      ids.push(id);
      hints.set(id, company);
    }
    const leads = ids.map(lead);
    expect((await cost(() => stand.connector.read(leads, WITH_HISTORY, hints))).calls).toBe(4);
    expect((await cost(() => stand.connector.read(leads, WITH_HISTORY))).calls).toBe(4);
    hints.delete(ids[7] ?? "");
    expect((await cost(() => stand.connector.read(leads, WITH_HISTORY, hints))).calls).toBe(4);
    expect((await cost(() => stand.connector.read(leads, { ...WANTED, deals: false }))).calls).toBe(2);
  });

  test("an account that takes only fifty histories a call is remembered", async () => {
    const ids = await Promise.all(Array.from({ length: 80 }, () => addContact(stand)));
    const refusal = {
      do: "answer",
      status: 400,
      body: { category: "VALIDATION_ERROR", message: "too many" },
    } as const;
    stand.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", times: 1, fault: refusal });
    const wanted = { ...WITH_HISTORY, deals: false };
    const read = () => stand.connector.read(ids.map(lead), wanted);
    const { calls } = await cost(async () => {
      expect((await read()).every((record) => record.found)).toBe(true);
    });
    expect(calls).toBe(3);
    expect((await cost(read)).calls).toBe(2);
    expect((await cost(() => stand.connector.read(ids.map(lead), { ...WANTED, deals: false }))).calls).toBe(
      1,
    );
  });

  test("a refusal that smaller batches do not cure is the caller's", async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => addContact(stand)));
    const refusal = { do: "answer", status: 400, body: { category: "VALIDATION_ERROR" } } as const;
    stand.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", fault: refusal });
    await expect(stand.connector.read(ids.map(lead), WITH_HISTORY)).rejects.toMatchObject({
      code: "crm.invalid",
    });
  });
});

describe("answers that are not what HubSpot documents", () => {
  const CONTACTS = "/crm/objects/*/contacts/batch/read";
  test.each([
    ["a list", []],
    ["null", null],
    ["no results", {}],
    ["results that are no list", { results: "none" }],
    ["nothing but what is no record", { results: Array.from({ length: 11 }, () => null) }],
  ])("%s is a bad answer", async (_name, body) => {
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 200, body } });
    await expect(stand.connector.read([lead("1")], WANTED)).rejects.toMatchObject({ code: "crm.bad-answer" });
  });

  test.each([
    ["without id", { properties: {} }],
    ["without properties", { id: "2" }],
    ["with properties that are a list", { id: "2", properties: [] }],
    ["with another's id and no properties", { id: "7" }],
    ["that is null", null],
  ])("a record %s leaves only its lead unsure", async (_name, strange) => {
    const errors = [{ category: "OBJECT_NOT_FOUND", context: { ids: ["3"] } }];
    const body = { results: [{ id: "1", properties: {} }, strange], errors };
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 207, body } });
    const records = await stand.connector.read(["1", "2", "3"].map(lead), WANTED);
    expect(records.map((record) => record.found)).toEqual([true, "unsure", false]);
    expect(records[1]).toEqual({ found: "unsure", asked: lead("2"), code: "crm.bad-answer" });
  });

  test("where a record has no name, nobody nothing was said about counts as gone", async () => {
    const body = { results: [{ id: "1", properties: { hs_merged_object_ids: "4" } }, null] };
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 200, body } });
    const records = await stand.connector.read(["1", "2", "3", "4"].map(lead), WANTED);
    expect(records.map((record) => record.found)).toEqual([true, "unsure", "unsure", true]);
  });

  test("a contact is gone when HubSpot says so; of one it says nothing about, nobody knows", async () => {
    const [denied, silent, there] = [
      await addContact(stand),
      await addContact(stand),
      await addContact(stand),
    ];
    stand.sandbox.faults.add({ path: CONTACTS, input: denied, times: 1, fault: mangle(denied, "denied") });
    const read = async (...ids: string[]) =>
      (await stand.connector.read(ids.map(lead), WANTED)).map((record) => record.found);
    expect(await read(denied, there)).toEqual([false, true]);
    expect(await read(denied, there)).toEqual([true, true]);
    stand.sandbox.faults.add({ path: CONTACTS, fault: mangle(silent, "left-out") });
    expect(await read(silent, there, "999")).toEqual(["unsure", true, false]);
  });

  test("where HubSpot does not say which of them it has not, those it says nothing else about are gone", async () => {
    const body = { results: [{ id: "1", properties: {} }], errors: [{ category: "OBJECT_NOT_FOUND" }] };
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 207, body } });
    const records = await stand.connector.read(["1", "2"].map(lead), WANTED);
    expect(records.map((record) => record.found)).toEqual([true, false]);
  });

  test.each(["companies", "deals"] as const)(
    "one of the %s that is no record leaves only those it belongs to unsure",
    async (type) => {
      const company = await create(stand, "company", { name: "Northwind" });
      const one = await addContact(stand, { associatedcompanyid: company });
      const deal = await dealFor(one, { dealname: "D", dealstage: "qualifiedtobuy" });
      const other = await addContact(stand, {
        associatedcompanyid: await create(stand, "company", { name: "A" }),
      });
      await dealFor(other, { dealname: "E", dealstage: "qualifiedtobuy" });
      const id = type === "companies" ? company : deal;
      const fault = mangle(id, "no-properties");
      stand.sandbox.faults.add({ path: `/crm/objects/*/${type}/batch/read`, fault });
      const hints = new Map([[one, company]]);
      const records = await stand.connector.read([lead(one), lead(other)], WANTED, hints);
      expect(records.map((record) => record.found)).toEqual(["unsure", true]);
    },
  );

  test.each(["contacts", "companies", "deals"] as const)(
    "one of the %s that HubSpot failed over leaves only those it belongs to unsure",
    async (type) => {
      const company = await create(stand, "company", { name: "Northwind" });
      const one = await addContact(stand, { associatedcompanyid: company });
      const deal = await dealFor(one, { dealname: "D", dealstage: "qualifiedtobuy" });
      const other = await addContact(stand, {
        associatedcompanyid: await create(stand, "company", { name: "A" }),
      });
      await dealFor(other, { dealname: "E", dealstage: "qualifiedtobuy" });
      const fault = mangle({ contacts: one, companies: company, deals: deal }[type], "failed");
      stand.sandbox.faults.add({ path: `/crm/objects/*/${type}/batch/read`, fault });
      const [first, second] = await stand.connector.read([lead(one), lead(other)], WANTED);
      expect(first).toEqual({ found: "unsure", asked: lead(one), code: "crm.server-error" });
      expect(second?.found).toBe(true);
    },
  );

  test("where HubSpot does not say over which it failed, those it says nothing else about are unsure", async () => {
    const errors = [
      { category: "INTERNAL_ERROR" },
      { category: "OBJECT_NOT_FOUND", context: { ids: ["3"] } },
    ];
    const body = { results: [{ id: "1", properties: {} }], errors };
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 207, body } });
    const records = await stand.connector.read(["1", "2", "3"].map(lead), WANTED);
    expect(records.map((record) => record.found)).toEqual([true, "unsure", false]);
    expect(records[1]).toMatchObject({ code: "crm.server-error" });
  });

  test("addresses and changes that HubSpot failed over are an error, and not unknown", async () => {
    const emails = ["one@example.com", "other@example.com"];
    const [one = "", other = ""] = await Promise.all(emails.map((email) => addContact(stand, { email })));
    stand.sandbox.faults.add({ path: CONTACTS, fault: mangle(one, "failed") });
    const code = "crm.server-error";
    await expect(stand.connector.findByEmail(emails)).rejects.toMatchObject({ code });
    await expect(stand.connector.changesOf([one, other].map(lead), 0)).rejects.toMatchObject({ code });
  });

  test("items HubSpot failed on where it read none are an error, not missing leads", async () => {
    const body = { results: [], errors: [{ category: "INTERNAL_ERROR", context: { ids: ["1"] } }] };
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 207, body } });
    await expect(stand.connector.read([lead("1")], WANTED)).rejects.toMatchObject({
      code: "crm.server-error",
    });
  });

  test("values of other types are read as text, and what is no value is absent", async () => {
    const properties = {
      jobtitle: 7,
      email: true,
      lifecyclestage: { a: 1 },
      hubspot_owner_id: null,
      associatedcompanyid: [],
    };
    const propertiesWithHistory = {
      lifecyclestage: [
        { value: null, timestamp: "2026-11-17T09:00:00Z" },
        { value: "lead", timestamp: 1_795_000_000_000, sourceType: 5 },
        { value: "x", timestamp: "sometime" },
      ],
      jobtitle: "none",
    };
    const body = { results: [{ id: 1, properties, propertiesWithHistory }] };
    stand.sandbox.faults.add({ path: CONTACTS, fault: { do: "answer", status: 200, body } });
    const record = found((await stand.connector.read([lead("1")], { ...WITH_HISTORY, deals: false }))[0]);
    expect(record.values).toEqual({ "contact.jobtitle": "7", "contact.email": "true" });
    expect(record).not.toHaveProperty("stage");
    expect(record.history).toEqual({
      "contact.lifecyclestage": [
        { value: "lead", at: 1_795_000_000_000, by: "5" },
        { value: "", at: Date.UTC(2026, 10, 17, 9) },
      ],
      "contact.jobtitle": [],
    });
  });

  test("paging of associations that goes in circles ends", async () => {
    const id = await addContact(stand);
    const body = { results: [{ from: { id }, to: [], paging: { next: { after: "again" } } }] };
    stand.sandbox.faults.add({ path: "/crm/associations/**", fault: { do: "answer", status: 200, body } });
    await expect(stand.connector.read([lead(id)], WANTED)).rejects.toMatchObject({ code: "crm.bad-answer" });
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/associations" })).toBe(2);
  });
});

test("a contact that is no record keeps nobody else from being found by their address", async () => {
  const id = await create(stand, "contact", { email: "sound@example.com" });
  const body = { results: [{ id, properties: { email: "sound@example.com" } }, { id: "9" }] };
  stand.sandbox.faults.add({
    path: "/crm/objects/*/contacts/batch/read",
    fault: { do: "answer", status: 200, body },
  });
  const byEmail = await stand.connector.findByEmail(["strange@example.com", "sound@example.com"]);
  expect([...byEmail]).toEqual([["sound@example.com", lead(id)]]);
});

test("contacts are found by their secondary addresses too", async () => {
  const first = await create(stand, "contact", { email: "first@example.com" });
  const second = await create(stand, "contact", { email: "second@example.com" });
  await stand.portal.act({ do: "merge", primary: first, other: second });
  const byEmail = await stand.connector.findByEmail(["First@Example.com", "", "a b@example.com"]);
  expect([...byEmail]).toEqual([["first@example.com", lead(first)]]);
  const properties = {
    email: "first@example.com",
    hs_additional_emails: "other@example.com; Second@example.com",
  };
  stand.sandbox.faults.add({
    path: "/crm/objects/*/contacts/batch/read",
    fault: { do: "answer", status: 200, body: { results: [{ id: first, properties }] } },
  });
  expect([...(await stand.connector.findByEmail(["second@example.com"]))]).toEqual([
    ["second@example.com", lead(first)],
  ]);
});
