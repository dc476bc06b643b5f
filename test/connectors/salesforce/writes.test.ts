/** Writing to an org: how many calls, in which words, and what becomes of what an org does not take. */
import { afterEach, describe, expect, test } from "vitest";
import type { Write } from "../../../src/model/effect.ts";
import type { Wanted } from "../../../src/model/record.ts";
import { aNote, anUpdate, aTask, BARE, lead, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";
import { errorOf, NOW } from "./server.ts";

const NOTHING: Wanted = { properties: [], history: [], deals: false, lists: false };

let stand: Stand;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand & { readonly lena: string }> {
  stand = await startStand(options);
  const { id: lena } = stand.org.addUser({ email: "lena@acme.example", TimeZoneSidKey: "America/New_York" });
  await stand.connector.owners();
  return { ...stand, lena };
}

/** The paths of the parts of the last call. */
function parts(): readonly string[] {
  const call = stand.sandbox.ledger.calls.findLast(({ subrequests }) => subrequests !== undefined);
  return (call?.subrequests ?? []).map(({ method, url }) => `${method} ${url.split("/").slice(4).join("/")}`);
}

describe("calls", () => {
  test("a hundred handoffs with owner, task, note and campaign are one call, the updates last", async () => {
    const { org, connector, lena, calls } = await open();
    const campaign = org.addCampaign("Nurture");
    const ids = Array.from({ length: 100 }, () => org.addLead({}).id);
    const writesOf = (id: string): readonly Write[] => [
      anUpdate(id, { owner: { to: lena }, properties: { "lead.Baton_Handoff_Status__c": "with sales" } }),
      aTask(id, lena),
      aNote(id),
      { kind: "add-to-list", key: `list-of-${id}`, lead: lead(id), list: campaign.id },
    ];
    const warm = org.addLead({}).id;
    await connector.apply(writesOf(warm));
    calls();
    const receipts = await connector.apply(ids.flatMap(writesOf));
    expect(receipts.every(({ outcome }) => outcome === "applied")).toBe(true);
    expect(parts()).toEqual([
      "PATCH composite/sobjects/Task/Baton_Key__c",
      "POST composite/sobjects",
      "PATCH composite/sobjects",
    ]);
    expect(calls()).toBe(1);
    expect(org.all("Lead").filter(({ values }) => values["OwnerId"] === lena)).toHaveLength(101);
  });

  test("a hundred handoffs of Leads and Contacts in turn are one call", async () => {
    const { org, connector, lena, calls } = await open();
    const ids = Array.from(
      { length: 100 },
      (_, n) => (n % 2 === 0 ? org.addLead({}) : org.addContact({})).id,
    );
    await connector.apply([anUpdate(org.addLead({}).id, { owner: { to: lena } })]);
    calls();
    const receipts = await connector.apply(ids.map((id) => anUpdate(id, { owner: { to: lena } })));
    expect(receipts.map((receipt) => (receipt.outcome === "applied" ? receipt.id : ""))).toEqual(ids);
    expect(calls()).toBe(1);
  });

  test("a turn of six writes a lead still has a receipt for each", async () => {
    const { org, connector, lena } = await open();
    const ids = Array.from({ length: 100 }, () => org.addLead({}).id);
    const writes = ids.flatMap((id): readonly Write[] => [
      anUpdate(id, { owner: { to: lena } }),
      anUpdate(id, { key: `again-${id}`, properties: { "lead.Title": "CFO" } }),
      aTask(id, lena),
      aTask(id, lena, { key: `second-${id}.task` }),
      aNote(id),
      aNote(id, { key: `second-${id}.note` }),
    ]);
    const receipts = await connector.apply(writes);
    expect(receipts.map(({ key }) => key)).toEqual(writes.map(({ key }) => key));
    expect(new Set(receipts.map(({ outcome }) => outcome))).toEqual(new Set(["applied"]));
    expect([org.all("Task").length, org.all("Note").length]).toEqual([200, 200]);
    // Salesforce refuses a collection that names a record twice.
    expect(parts().filter((part) => part === "PATCH composite/sobjects")).toHaveLength(2);
  });

  test("nothing is sent once the lane is lost", async () => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({});
    const [receipt] = await connector.apply([anUpdate(id, { owner: { to: lena } })], () => false);
    expect(receipt).toMatchObject({ outcome: "not-applied", code: "deliver.lost-lane" });
    expect(org.find(id)?.values["OwnerId"]).not.toBe(lena);
  });

  test("an owner is written when the day is nearly spent, a note alone is not", async () => {
    const { org, connector, lena } = await open({ rules: { dailyLimit: 1_000, otherUse: 0 } });
    const { id } = org.addLead({});
    await connector.apply([aNote(id, { key: "first.note" })]);
    org.rules.otherUse = 950;
    await connector.apply([anUpdate(id, { key: "tells" })]);
    await connector.read([lead(id)], NOTHING);
    expect(await connector.apply([aNote(id)])).toMatchObject([
      { outcome: "not-applied", code: "crm.rate-limited" },
    ]);
    expect(await connector.apply([anUpdate(id, { owner: { to: lena } }), aNote(id)])).toMatchObject([
      { outcome: "applied" },
      { outcome: "applied" },
    ]);
    // What a turn has to know goes on, what can wait does not.
    stand.clock.now += 3_600_000;
    await connector.read([lead(id)], NOTHING);
    for (const known of [
      connector.owners(),
      connector.touches([lead(id)], 0),
      connector.leadsOf([]),
      connector.findByEmail(["a@example.com"]),
    ])
      await expect(known).resolves.toBeDefined();
    expect((await errorOf(connector.accounts(NOTHING))).code).toBe("crm.rate-limited");
    expect((await errorOf(connector.asBulk().read([lead(id)], NOTHING))).code).toBe("crm.rate-limited");
  });
});

describe("words", () => {
  test("a task is due on the owner's day, keeps its key and its mark, and says what the org can say", async () => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({});
    const html =
      "<p><strong>Asked for a demo</strong></p><ul><li>Pricing &amp; terms</li></ul><p>See <a href='https://x.example/h'>why</a></p>";
    // Half past two in the morning in Europe is still the day before in New York.
    const dueAt = Date.UTC(2026, 10, 18, 2, 30);
    const task = aTask(id, lena, {
      html,
      dueAt,
      remindAt: dueAt - 3_600_000,
      accountId: org.addAccount({}).id,
    });
    await connector.apply([task]);
    const [row] = org.all("Task");
    expect(row?.values).toMatchObject({
      WhoId: id,
      OwnerId: lena,
      Subject: task.subject,
      ActivityDate: "2026-11-17",
      Priority: "High",
      Type: "Call",
      Status: "Not Started",
      IsReminderSet: true,
      Baton_Key__c: task.key,
    });
    expect(row?.values["WhatId"] ?? null).toBeNull();
    expect(row?.values["Description"]).toMatch(
      /^Asked for a demo\n- Pricing & terms\nSee why \(https:\/\/x\.example\/h\)\n\nBaton ref BTN-.{10}$/,
    );
  });

  test("a Contact's task stands on its account as well", async () => {
    const { org, connector, lena } = await open();
    const account = org.addAccount({}).id;
    const { id } = org.addContact({ AccountId: account });
    await connector.apply([aTask(id, lena, { accountId: account })]);
    expect(org.all("Task")[0]?.values).toMatchObject({ WhoId: id, WhatId: account });
  });

  test("a task that is made again keeps what people made of it", async () => {
    const { org, connector, lena } = await open();
    const task = aTask(org.addLead({}).id, lena);
    const [first] = await connector.apply([task]);
    await org.act({ do: "complete-task", task: first && "id" in first ? first.id : "" });
    expect(await connector.apply([task])).toEqual([first]);
    expect(org.all("Task")).toHaveLength(1);
    expect(org.all("Task")[0]?.values["Status"]).toBe("Completed");
  });

  test("a long note keeps its mark in a title Salesforce takes", async () => {
    const { org, connector } = await open();
    const { id } = org.addLead({});
    await connector.apply([
      aNote(id, { html: `<p>${"Long 🙂 ".repeat(30)}</p><p>${"x".repeat(40_000)}</p>` }),
    ]);
    const [note] = org.all("Note");
    expect(String(note?.values["Title"])).toMatch(/^Long .{10,60}… · Baton ref BTN-.{10}$/u);
    expect(String(note?.values["Title"]).length).toBeLessThanOrEqual(80);
    expect(String(note?.values["Body"])).toHaveLength(32_000);
  });

  test("Baton's own texts are cut to their fields, other people's are not", async () => {
    const { org, connector } = await open();
    const { id } = org.addLead({});
    const own = { "lead.Baton_Handoff_Status__c": "x".repeat(90) };
    expect(await connector.apply([anUpdate(id, { properties: own })])).toMatchObject([
      { outcome: "applied" },
    ]);
    expect(org.find(id)?.values["Baton_Handoff_Status__c"]).toBe("x".repeat(40));
    const theirs = { "lead.Title": "x".repeat(129) };
    expect(await connector.apply([anUpdate(id, { properties: theirs })])).toMatchObject([
      { outcome: "refused", code: "crm.invalid" },
    ]);
  });

  test("an assignment rule of the org takes no lead away from the owner Baton chose", async () => {
    const { org, connector, lena } = await open();
    org.rules.assignTo = org.addUser({ email: "queue@acme.example" }).id;
    const { id } = org.addLead({});
    await connector.apply([anUpdate(id, { owner: { to: lena } })]);
    expect(org.find(id)?.values["OwnerId"]).toBe(lena);
  });
});

describe("who it is in the other CRM", () => {
  const known = { counterpart: { crm: "hubspot", id: "501" } } as const;

  test("is carried by the record that is written, a Lead or a Contact, in the same call", async () => {
    const { org, connector, lena, calls } = await open();
    const [one, other] = [org.addLead({}).id, org.addContact({ Baton_HubSpot_Id__c: "17" }).id];
    await connector.apply([anUpdate(org.addLead({}).id, { owner: { to: lena } })]);
    calls();
    await connector.apply([
      anUpdate(one, { owner: { to: lena }, ...known }),
      anUpdate(other, { properties: { "lead.Title": "CFO" }, counterpart: { crm: "hubspot", id: "502" } }),
    ]);
    expect([one, other].map((id) => org.find(id)?.values["Baton_HubSpot_Id__c"])).toEqual(["501", "502"]);
    expect(calls()).toBe(1);
  });

  test("is left to another record that carries it, and the owner is written all the same", async () => {
    const { org, connector, lena } = await open();
    const [other, id] = [org.addLead({ Baton_HubSpot_Id__c: "501" }).id, org.addLead({}).id];
    const receipts = await connector.apply([anUpdate(id, { owner: { to: lena }, ...known })]);
    expect(receipts).toMatchObject([{ outcome: "applied", id }]);
    expect([other, id].map((one) => org.find(one)?.values)).toMatchObject([
      { Baton_HubSpot_Id__c: "501" },
      { OwnerId: lena, Baton_HubSpot_Id__c: null },
    ]);
  });

  test("is not asked for by a look: the write is there without it as well", async () => {
    const { org, connector, lena } = await open();
    org.addLead({ Baton_HubSpot_Id__c: "501" });
    const { id } = org.addLead({});
    const write = anUpdate(id, { owner: { to: lena }, ...known });
    await connector.apply([write]);
    expect(await connector.look([write])).toEqual([{ key: write.key, seen: "yes", id }]);
  });

  test("is no reason to write where nothing else is", async () => {
    const { org, connector } = await open();
    const { id } = org.addLead({});
    await connector.apply([anUpdate(id, { properties: {}, ...known })]);
    expect(org.find(id)?.values["Baton_HubSpot_Id__c"] ?? null).toBeNull();
  });

  test("is left out where the org lacks the package", async () => {
    const { org, connector, lena } = await open({ package: false, capabilities: BARE });
    const { id } = org.addLead({});
    const receipts = await connector.apply([anUpdate(id, { owner: { to: lena }, ...known })]);
    expect([receipts, org.find(id)?.values["OwnerId"]]).toMatchObject([[{ outcome: "applied" }], lena]);
  });
});

describe("what an org does not take", () => {
  test("fields the package would bring are left out and named; what is left is written", async () => {
    const { org, connector, lena } = await open({ package: false, capabilities: BARE });
    const { id } = org.addLead({});
    const properties = { "lead.Baton_Why_Now__c": "Asked for a demo" };
    expect(await connector.apply([anUpdate(id, { owner: { to: lena }, properties })])).toMatchObject([
      { outcome: "applied", dropped: ["lead.Baton_Why_Now__c"] },
    ]);
    expect(org.find(id)?.values["OwnerId"]).toBe(lena);
    expect(await connector.apply([anUpdate(id, { key: "other", properties })])).toMatchObject([
      { outcome: "applied", id, dropped: ["lead.Baton_Why_Now__c"] },
    ]);
  });

  test.each([
    ["lead.Favourite_Colour__c", "green", /Favourite_Colour__c.*fields\.yaml/],
    ["account.Name", "Northwind", /account\.Name/],
    ["lead.CreatedDate", "2026-11-17T00:00:00Z", /may not write/],
    ["lead.NumberOfEmployees", "many", /no value/],
  ])(
    "a value of %s that cannot be written is refused with the reason, before anything is sent",
    async (path, value, reason) => {
      const { org, connector, calls } = await open();
      const { id } = org.addLead({});
      await connector.apply([anUpdate(id)]);
      calls();
      const [receipt] = await connector.apply([anUpdate(id, { key: "bad", properties: { [path]: value } })]);
      expect(receipt).toMatchObject({ outcome: "refused", code: "crm.invalid" });
      expect(receipt?.outcome === "refused" && receipt.reason).toMatch(reason);
      expect(calls()).toBe(0);
    },
  );

  test("a Contact has no stage and no Company: both are left out", async () => {
    const { org, connector } = await open();
    const { id } = org.addContact({});
    const properties = { "lead.Company": "Northwind", "lead.Title": "CFO" };
    const write = anUpdate(id, { stage: { to: "Working - Contacted" }, properties });
    expect(await connector.apply([write])).toMatchObject([
      { outcome: "applied", dropped: ["lead.Company", "stage"] },
    ]);
    expect(org.find(id)?.values["Title"]).toBe("CFO");
  });

  test("a validation rule refuses one lead and says its message", async () => {
    const message = "Title must not be Intern";
    const { org, connector } = await open({
      rules: { validation: [{ object: "Lead", field: "Title", is: "Intern", message }] },
    });
    const [one, other] = [org.addLead({}).id, org.addLead({}).id];
    const receipts = await connector.apply([
      anUpdate(one, { properties: { "lead.Title": "Intern" } }),
      anUpdate(other, { properties: { "lead.Title": "CFO" } }),
    ]);
    expect(receipts).toMatchObject([{ outcome: "refused", code: "crm.invalid" }, { outcome: "applied" }]);
    expect(receipts[0]?.outcome === "refused" && receipts[0].reason).toContain(message);
  });

  test("a locked row waits, an owner who left is refused", async () => {
    const { org, connector, lena } = await open();
    const [locked, free] = [org.addLead({}).id, org.addLead({}).id];
    org.rules.lockedIds = [locked];
    const gone = org.addUser({ email: "gone@acme.example", IsActive: false }).id;
    const receipts = await connector.apply([
      anUpdate(locked, { owner: { to: lena } }),
      anUpdate(free, { owner: { to: gone } }),
    ]);
    expect(receipts).toMatchObject([
      { outcome: "not-applied", code: "crm.locked" },
      { outcome: "refused", code: "crm.invalid" },
    ]);
  });

  test("somebody who was converted between the look and the write is looked at again", async () => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({});
    await org.act({ do: "convert", who: id });
    expect(await connector.apply([anUpdate(id, { owner: { to: lena } })])).toMatchObject([
      { outcome: "not-applied", code: "crm.conflict" },
    ]);
  });

  test("a field that was removed since it was looked up costs the owner nothing", async () => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({});
    const properties = { "lead.Baton_Why_Now__c": "Asked for a demo" };
    await connector.apply([anUpdate(id, { properties })]);
    org.rules.hiddenFields = ["Lead.Baton_Why_Now__c"];
    expect(
      await connector.apply([anUpdate(id, { key: "later", owner: { to: lena }, properties })]),
    ).toMatchObject([{ outcome: "applied", dropped: ["lead.Baton_Why_Now__c"] }]);
    expect(org.find(id)?.values["OwnerId"]).toBe(lena);
  });

  test("being on a campaign already is as good as being put on it", async () => {
    const { org, connector } = await open();
    const { id } = org.addLead({});
    const campaign = org.addCampaign("Nurture", [id]);
    const write: Write = { kind: "add-to-list", key: "list", lead: lead(id), list: campaign.id };
    expect(await connector.apply([write])).toEqual([{ key: "list", outcome: "applied", id: campaign.id }]);
    expect(org.all("CampaignMember")).toHaveLength(1);
  });

  test.each(["start-sequence", "answer-request"] as const)("%s is nothing Salesforce knows", async (kind) => {
    const { org, connector, lena } = await open();
    const head = { key: kind, lead: lead(org.addLead({}).id) };
    const write: Write =
      kind === "start-sequence"
        ? { ...head, kind, ownerId: lena, sequence: "1" }
        : { ...head, kind, callback: "c", outputs: {} };
    expect(await connector.apply([write])).toMatchObject([{ outcome: "refused", code: "crm.invalid" }]);
    expect(await connector.look([write])).toEqual([{ key: kind, seen: "no" }]);
  });
});

describe("lost answers", () => {
  test("when the whole call is lost every write of it is unknown, and a look finds them all", async () => {
    const { org, connector, sandbox, lena } = await open();
    const { id } = org.addLead({});
    await connector.apply([anUpdate(id, { key: "warm" })]);
    const writes = [
      anUpdate(id, { owner: { to: lena }, stage: { to: "Working - Contacted" } }),
      aTask(id, lena),
      aNote(id),
    ];
    sandbox.faults.add({
      path: "/services/data/*/composite",
      fault: { do: "reset", commit: true },
      times: 1,
    });
    const receipts = await connector.apply(writes);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown", "unknown"]);
    const sightings = await connector.look(writes);
    expect(sightings.map(({ seen }) => seen)).toEqual(["yes", "yes", "yes"]);
  });

  test.each([
    ["with keys", true],
    ["with marks", false],
  ])(
    "%s, what hangs on somebody who was converted since is found, and so is what somebody has deleted",
    async (_name, hasPackage) => {
      const { org, connector, lena } = await open(hasPackage ? {} : { package: false, capabilities: BARE });
      const { id } = org.addLead({});
      const writes = [aTask(id, lena), aNote(id)];
      const [task, note] = (await connector.apply(writes)).map((receipt) =>
        "id" in receipt ? receipt.id : "",
      );
      await org.act({ do: "convert", who: id });
      await org.act({ do: "delete", who: task ?? "" });
      expect(await connector.look(writes)).toMatchObject([
        { seen: "yes", id: task },
        { seen: "yes", id: note },
      ]);
    },
  );

  test("what was to make two records agree is not there where the record it became has not all the fields", async () => {
    const { org, connector } = await open();
    const { id } = org.addLead({ Title: "CFO" });
    const write: Write = {
      kind: "sync-fields",
      key: "sync",
      lead: lead(id),
      side: "sales",
      values: { "lead.Company": { to: "Northwind" }, "lead.Title": { to: "CFO" } },
      agreed: { "company.name": "Northwind", "contact.jobtitle": "CFO" },
    };
    await connector.apply([write]);
    expect(await connector.look([write])).toMatchObject([{ seen: "yes" }]);
    await org.act({ do: "convert", who: id });
    expect(await connector.look([write])).toMatchObject([{ seen: "no" }]);
  });

  test("a time is seen in whichever spelling Salesforce gives it back", async () => {
    const { org, connector } = await open();
    const { id } = org.addLead({});
    const write = anUpdate(id, { properties: { "lead.Baton_Deadline__c": new Date(NOW).toISOString() } });
    await connector.apply([write]);
    expect(await connector.look([write])).toMatchObject([{ seen: "yes" }]);
    org.change(id, { Baton_Deadline__c: "2026-11-18T09:30:00.000Z" });
    expect(await connector.look([write])).toMatchObject([{ seen: "no" }]);
  });
});
