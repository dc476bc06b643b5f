/** More than one address holds is asked for in parts, which together say the same. */
import { afterEach, expect, test } from "vitest";
import { soqlInParts } from "../../../connectors/salesforce/soql.ts";
import type { Wanted } from "../../../src/model/record.ts";
import { aNote, aTask, BARE, EVERYTHING, lead, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";
import { NOW } from "./server.ts";

const MANY = 750;
const NOTHING: Wanted = { properties: [], history: [], deals: false, lists: false };

let stand: Stand;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand & { readonly lena: string }> {
  stand = await startStand(options);
  const { id: lena } = stand.org.addUser({ email: "lena@acme.example", TimeZoneSidKey: "Europe/Berlin" });
  return { ...stand, lena };
}

test("what passed between sales and many leads, and the messages behind their e-mails", async () => {
  const { org, connector, lena } = await open();
  const ids = Array.from({ length: MANY }, () => org.addLead({ OwnerId: lena }).id);
  for (const who of ids) await org.act({ do: "email", who, at: NOW });
  const touches = await connector.touches(ids.map(lead), 0);
  expect(new Set(touches.map((touch) => touch.lead.id))).toEqual(new Set(ids));
});

test("the leads of many calls, and of many deals", async () => {
  const { org, connector, lena } = await open();
  const activities = Array.from({ length: MANY }, (_, index) => {
    const { id: AccountId } = org.add("Account", { Name: `Company ${index}` });
    const contact = org.addContact({ AccountId, LastName: "Lang" }).id;
    const call = org.add("Task", { WhoId: contact, OwnerId: lena, TaskSubtype: "Call", Status: "Completed" });
    const deal = org.add("Opportunity", {
      AccountId,
      Name: "Deal",
      StageName: "Prospecting",
      CloseDate: "2026-12-01",
    });
    return { contact, call: call.id, deal: deal.id };
  });
  const asked = activities.flatMap(({ call, deal }) => [
    { kind: "call", id: call } as const,
    { kind: "deal", id: deal } as const,
  ]);
  const found = await connector.leadsOf(asked);
  const leadOf = new Map(found.map((pair) => [pair.activity.id, pair.lead.id]));
  for (const { contact, call, deal } of activities) {
    expect(leadOf.get(call)).toBe(contact);
    expect(leadOf.get(deal)).toBe(contact);
  }
});

test.each([
  ["by key", EVERYTHING, true],
  ["by mark", BARE, false],
] as const)("Baton's own tasks and notes of many leads, %s", async (_how, capabilities, hasPackage) => {
  const { org, connector, lena } = await open({ capabilities, package: hasPackage });
  const ids = Array.from({ length: MANY }, () => org.addLead({ OwnerId: lena }).id);
  const writes = ids.flatMap((id) => [aTask(id, lena), aNote(id)]);
  for (const receipt of await connector.apply(writes)) expect(receipt.outcome).toBe("applied");
  expect(await connector.ownRecords(ids.map(lead), 0)).toHaveLength(2 * MANY);
  expect((await connector.look(writes)).filter(({ seen }) => seen !== "yes")).toEqual([]);
});

test("what many leads are now and were, and on which lists", async () => {
  const { org, connector } = await open();
  const ids = Array.from({ length: MANY }, () => org.addLead({ Title: "CEO" }).id);
  expect(await connector.glance(ids.map(lead), ["lead.Title"])).toHaveLength(MANY);
  expect(await connector.changesOf(ids.map(lead), NOW - 1)).toHaveLength(MANY);
  expect(await connector.read(ids.slice(0, 100).map(lead), { ...NOTHING, lists: true })).toHaveLength(100);
});

test("many people with the longest addresses there are", async () => {
  const { org, connector } = await open();
  const emails = Array.from(
    { length: 100 },
    (_, index) => `${"x".repeat(60)}${index}@${"very.".repeat(30)}example`,
  );
  for (const Email of emails) org.addLead({ Email });
  expect((await connector.findByEmail(emails)).size).toBe(100);
});

test("a query is cut where an address ends, and no value is left out or said twice", async () => {
  await open();
  const ids = Array.from({ length: 2_000 }, (_, index) => `00Q${String(index).padStart(15, "0")}`);
  const parts = soqlInParts({ select: ["Id"], from: "Lead", where: [{ field: "Id", in: [...ids, ...ids] }] });
  expect(parts).toHaveLength(5);
  expect(parts.flatMap((text) => text.match(/00Q\w+/g))).toEqual(ids);
  const wide = { select: Array.from({ length: 400 }, (_, index) => `Field_${index}__c`), from: "Lead" };
  for (const text of soqlInParts({ ...wide, where: [{ field: "Id", in: ids }] }))
    expect(encodeURIComponent(text).length).toBeLessThan(16_000);
  expect(soqlInParts({ ...wide, where: [{ field: "Id", in: [] }] })).toEqual([]);
  expect(soqlInParts(wide)).toHaveLength(1);
});
