import { beforeEach, describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import type { Receipt, Write } from "../../src/model/effect.ts";
import { combined } from "../../src/pair/writing.ts";
import { aPair, anOwner, lead, type Stand } from "./kit.ts";

let stand: Stand;
beforeEach(() => {
  stand = aPair();
  stand.marketing.leads.set("1", {
    values: { "contact.email": "kim@example.com", "contact.jobtitle": "CFO" },
  });
  stand.marketing.owners = [anOwner("h-anna", "anna@example.com")];
  stand.sales.owners = [anOwner("s-anna", "anna@example.com"), anOwner("s-ben", "ben@example.com")];
});

type Update = Extract<Write, { kind: "update-lead" }>;
const update = (rest: Partial<Update> = {}): Update => ({
  kind: "update-lead",
  key: "d.lead",
  lead: lead("1"),
  owner: { to: "s-anna" },
  stage: { to: "sql" },
  properties: { "contact.baton_handoff_status": "assigned", "lead.Baton_Handoff_Status__c": "assigned" },
  ...rest,
});
const task: Write = {
  kind: "create-task",
  key: "d.task",
  lead: lead("1"),
  ownerId: "s-anna",
  subject: "Call",
  html: "",
  dueAt: 0,
  priority: "high",
  action: "call",
};
const note: Extract<Write, { kind: "create-note" }> = {
  kind: "create-note",
  key: "d.note",
  lead: lead("1"),
  ownerId: "s-anna",
  html: "",
  at: 0,
};

describe("a lead that is linked", () => {
  beforeEach(() => stand.links.set("1", "00Q1"));

  test("gets each part of a handoff where it belongs", async () => {
    const receipts = await stand.pair.apply([update(), task, note]);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "applied"]);
    expect(stand.marketing.written).toEqual([
      {
        kind: "update-lead",
        key: "d.lead",
        lead: lead("1"),
        owner: { to: "h-anna" },
        stage: { to: "sql" },
        properties: { "contact.baton_handoff_status": "assigned" },
      },
    ]);
    const there = { crm: "salesforce", id: "00Q1" };
    expect(stand.sales.written).toEqual([
      {
        kind: "update-lead",
        key: "d.lead",
        lead: there,
        counterpart: lead("1"),
        owner: { to: "s-anna" },
        properties: { "lead.Baton_Handoff_Status__c": "assigned" },
      },
      { ...task, lead: there },
      { ...note, lead: there },
    ]);
  });

  test("gets what was planned before there was a pair, for the same person in sales", async () => {
    const asBefore = { ...task, ownerId: "h-anna" };
    await stand.pair.apply([update({ owner: { to: "h-anna" } }), asBefore, { ...note, ownerId: "h-anna" }]);
    expect(stand.marketing.written).toMatchObject([{ owner: { to: "h-anna" } }]);
    expect(stand.sales.written).toMatchObject([
      { owner: { to: "s-anna" } },
      { kind: "create-task", ownerId: "s-anna" },
      { kind: "create-note", ownerId: "s-anna" },
    ]);
    const sightings = await stand.pair.look([asBefore]);
    expect(sightings).toMatchObject([{ seen: "yes" }]);
  });

  test("keeps marketing's owner where sales' has no account there", async () => {
    await stand.pair.apply([update({ owner: { to: "s-ben" }, properties: {} })]);
    expect(stand.marketing.written).toMatchObject([{ stage: { to: "sql" } }]);
    expect(stand.marketing.written[0]).not.toHaveProperty("owner");
  });

  test("has its fields kept in step on the side that has to learn", async () => {
    const sync = (side: "marketing" | "sales"): Write => ({
      kind: "sync-fields",
      key: `d.${side}`,
      lead: lead("1"),
      side,
      values: {},
      agreed: {},
    });
    await stand.pair.apply([sync("marketing"), sync("sales")]);
    expect(stand.marketing.written.map(({ key }) => key)).toEqual(["d.marketing"]);
    expect(stand.sales.written).toMatchObject([
      { key: "d.sales", lead: { id: "00Q1" }, counterpart: lead("1") },
    ]);
    expect(stand.marketing.written[0]).not.toHaveProperty("counterpart");
  });

  test("is looked for in every CRM that got a part", async () => {
    expect(await stand.pair.look([update(), task])).toMatchObject([
      { key: "d.lead", seen: "yes" },
      { key: "d.task", seen: "yes" },
    ]);
    expect([stand.marketing.asked, stand.sales.asked]).toEqual([["look d.lead"], ["look d.lead,d.task"]]);
  });
});

describe("a lead that sales' CRM does not know", () => {
  test("is made there with what both keep of it, and then gets task and note", async () => {
    const receipts = await stand.pair.apply([update(), task, note]);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "applied"]);
    expect(stand.sales.made).toEqual([
      {
        key: "d.lead",
        counterpart: lead("1"),
        ownerId: "s-anna",
        properties: { "lead.Email": "kim@example.com", "lead.Title": "CFO" },
      },
    ]);
    expect(stand.links.get("1")).toBe("made-1");
    expect(stand.sales.written.map((write) => [write.kind, write.lead.id])).toEqual([
      ["update-lead", "made-1"],
      ["create-task", "made-1"],
      ["create-note", "made-1"],
    ]);
  });

  test("has no owner yet while marketing's CRM does not show who it is", async () => {
    const shown = stand.marketing.leads.get("1");
    stand.marketing.leads.delete("1");
    // Not "crm.not-found": after that a single denial would end what waits (deliver/guard.ts).
    expect(await stand.pair.apply([update(), task])).toMatchObject([
      { outcome: "not-applied", code: "crm.not-placed" },
      { outcome: "not-applied", code: "crm.not-placed" },
    ]);
    expect([stand.marketing.written, stand.sales.written]).toEqual([[], []]);
    if (shown !== undefined) stand.marketing.leads.set("1", shown);
    expect(await stand.pair.apply([update(), task])).toMatchObject([
      { outcome: "applied" },
      { outcome: "applied" },
    ]);
  });

  test("becomes the record that has its address by then, and waits until it is seen whose that is", async () => {
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@example.com" } });
    expect(await stand.pair.apply([update(), task])).toMatchObject([
      { outcome: "not-applied", code: "crm.not-placed" },
      { outcome: "not-applied", code: "crm.not-placed" },
    ]);
    // Whoever makes people looks who is there first, so the pair need not.
    expect([stand.sales.asked, stand.links.get("1"), stand.sales.written]).toEqual([[], "00Q7", []]);
    expect(await stand.pair.apply([update()])).toMatchObject([{ outcome: "applied" }]);
  });

  test("becomes the record that has its address where another connector makes them", async () => {
    stand.rules = { ...stand.rules, makes: "later" };
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@example.com" } });
    // Whose it is there has to be seen before its owner is written.
    expect(await stand.pair.apply([update()])).toEqual([
      { key: "d.lead", outcome: "not-applied", code: "crm.not-placed" },
    ]);
    expect([stand.sales.made, stand.sales.written, stand.links.get("1")]).toEqual([[], [], "00Q7"]);
    expect(await stand.pair.apply([update()])).toMatchObject([{ outcome: "applied" }]);
  });

  test.each([
    ["cannot be read just now", { unsure: true as const }, "not-applied"],
    ["is somebody else", {}, "refused"],
  ])("where the contact that its record names %s, it is handed to nobody", async (_what, named, outcome) => {
    stand.rules = { ...stand.rules, makes: "later" };
    stand.marketing.leads.set("7", { values: {}, ...named });
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@example.com" } });
    const met = { crm: "salesforce", id: "00Q7", counterpart: "7" } as const;
    Object.assign(stand.sales.connector, {
      findByEmail: () => Promise.resolve(new Map([["kim@example.com", met]])),
    });
    expect(await stand.pair.apply([update()])).toMatchObject([{ outcome }]);
    expect([stand.sales.written, stand.links.size]).toEqual([[], 0]);
  });

  test("is refused where several records have its address", async () => {
    stand.rules = { ...stand.rules, makes: "later" };
    for (const id of ["00Q7", "00Q8"])
      stand.sales.leads.set(id, { values: { "lead.Email": "kim@example.com" } });
    stand.sales.unclear.add("kim@example.com");
    expect(await stand.pair.apply([update()])).toMatchObject([
      { outcome: "refused", code: "crm.conflict", reason: expect.stringContaining("00Q8, 00Q7") },
    ]);
    expect([stand.sales.written, stand.links.size]).toEqual([[], 0]);
  });

  test("is refused where the record with its address is another lead's", async () => {
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@example.com" } });
    stand.links.set("2", "00Q7");
    const [receipt] = await stand.pair.apply([update()]);
    expect(receipt).toMatchObject({ outcome: "refused", code: "crm.conflict" });
    expect(stand.marketing.written).toEqual([]);
  });

  test("waits with its task and note while nobody knows whether it was made", async () => {
    stand.sales.endings.set("d.lead", { key: "d.lead", outcome: "unknown", code: "crm.timeout" });
    expect(await stand.pair.apply([update(), task, note])).toMatchObject([
      { outcome: "unknown" },
      { outcome: "not-applied" },
      { outcome: "not-applied" },
    ]);
  });

  test("that was made when the answer was lost is found by what the record carries, and linked", async () => {
    stand.sales.leads.set("made-1", { values: {} });
    expect(await stand.pair.look([update()])).toMatchObject([{ seen: "yes" }]);
    expect(stand.links.get("1")).toBe("made-1");
  });

  test("that was not made is not seen", async () => {
    expect(await stand.pair.look([update(), task])).toEqual([
      { key: "d.lead", seen: "no" },
      { key: "d.task", seen: "no" },
    ]);
  });

  test("is waited for where another connector makes it, and told where nobody does", async () => {
    stand.rules = { ...stand.rules, makes: "later" };
    expect(await stand.pair.apply([update()])).toMatchObject([{ outcome: "not-applied" }]);
    stand.rules = { ...stand.rules, makes: "never" };
    expect(await stand.pair.apply([update()])).toMatchObject([
      { outcome: "refused", reason: expect.stringContaining("sync: create") },
    ]);
  });

  test("and that nobody in sales has is noted where it is", async () => {
    const { ownerId: _owner, ...partners } = note;
    expect(await stand.pair.apply([partners])).toMatchObject([{ outcome: "applied" }]);
    expect([stand.marketing.written.length, stand.sales.made, stand.sales.written]).toEqual([1, [], []]);
  });

  test("is not made for a word about its status", async () => {
    const { owner: _owner, stage: _stage, ...status } = update();
    expect(await stand.pair.apply([status])).toMatchObject([{ outcome: "applied" }]);
    expect([stand.sales.made, stand.sales.written]).toEqual([[], []]);
    expect(stand.marketing.written).toMatchObject([
      { properties: { "contact.baton_handoff_status": "assigned" } },
    ]);
  });
});

test("while owners cannot be read nothing is sent, and everything is tried again", async () => {
  stand.links.set("1", "00Q1");
  stand.sales.connector.owners = () =>
    Promise.reject(new BatonError("crm.rate-limited", "too much", { retryAfterMs: 500 }));
  expect(await stand.pair.apply([update(), task])).toMatchObject([
    { key: "d.lead", outcome: "not-applied", code: "crm.rate-limited", retryAfterMs: 500 },
    { key: "d.task", outcome: "not-applied", code: "crm.rate-limited" },
  ]);
  expect([stand.marketing.written, stand.sales.written]).toEqual([[], []]);
});

describe("one receipt of two", () => {
  const applied: Receipt = { key: "k", outcome: "applied", id: "a" };
  const notApplied: Receipt = { key: "k", outcome: "not-applied", code: "crm.locked" };
  const unknown: Receipt = { key: "k", outcome: "unknown", code: "crm.timeout" };
  const refused: Receipt = { key: "k", outcome: "refused", code: "crm.invalid", reason: "no" };
  test.each([
    [[applied, notApplied], "not-applied"],
    [[refused, notApplied], "not-applied"],
    [[unknown, notApplied], "unknown"],
    [[applied, refused], "refused"],
    [[applied, applied], "applied"],
    [[], "applied"],
  ])("%j is %s", (receipts, outcome) => {
    expect(combined(task, receipts).outcome).toBe(outcome);
  });

  test("tells what either left out", () => {
    const other: Receipt = { key: "k", outcome: "applied", id: "b", dropped: ["stage"] };
    expect(combined(task, [applied, other])).toMatchObject({ dropped: ["stage"] });
  });
});
