import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readChanges, readModified, WATCHED_PROPERTIES } from "../../../connectors/hubspot/changed.ts";
import type { ModifiedLead } from "../../../src/model/change.ts";
import { addContact, create, lead, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const SEARCH = "/crm/objects/*/contacts/search";
const READ = "/crm/objects/*/contacts/batch/read";

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.close());

const change = (id: string, properties: Readonly<Record<string, string>>): Promise<unknown> =>
  stand.portal.act({ do: "change", who: id, properties });

/** Every page, with `between` done after each. */
async function allModified(since: number, between: () => Promise<unknown> = () => Promise.resolve()) {
  const all: ModifiedLead[] = [];
  for (let after: string | undefined = "0"; after !== undefined;) {
    const page: Awaited<ReturnType<typeof readModified>> = await readModified(
      stand.gateway,
      since,
      after === "0" ? undefined : after,
    );
    all.push(...page.leads);
    after = page.next;
    await between();
  }
  return all;
}

describe("contacts modified since an instant", () => {
  test("are those modified at it or later, with when, in the order of their ids", async () => {
    const [old, touched] = [await addContact(stand), await addContact(stand)];
    stand.clock.now += 1_000;
    const exact = await addContact(stand);
    stand.clock.now += 1_000;
    await change(touched, { jobtitle: "CFO" });
    expect(await readModified(stand.gateway, NOW + 1_000, undefined)).toEqual({
      leads: [
        { lead: lead(touched), modifiedAt: NOW + 2_000 },
        { lead: lead(exact), modifiedAt: NOW + 1_000 },
      ],
    });
    expect((await allModified(NOW)).map((one) => one.lead.id)).toEqual([old, touched, exact]);
  });

  test("come each once, hundreds with one and the same instant, and while people go on working", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 450; index += 1) ids.push(await addContact(stand));
    let touched = 0;
    const all = await allModified(NOW, async () => {
      stand.clock.now += 1_000;
      // One that was listed already, one that is still to come.
      await change(ids[touched] ?? "", { jobtitle: "CFO" });
      await change(ids[449 - touched] ?? "", { jobtitle: "CFO" });
      touched += 1;
    });
    expect(all.map((one) => one.lead.id)).toEqual(ids);
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/objects/2026-03/:type/search" })).toBe(3);
  }, 20_000);

  test("that the index has not heard of are not listed, and are a little later", async () => {
    await stand.close();
    stand = await startStand({ rules: { searchLagMs: 5_000 } });
    const id = await addContact(stand);
    stand.clock.now += 4_999;
    expect(await allModified(NOW)).toEqual([]);
    stand.clock.now += 1;
    expect((await allModified(NOW)).map((one) => one.lead.id)).toEqual([id]);
  });

  test("that make no sense are left out, and one without an instant counts as modified", async () => {
    const body = {
      total: 5,
      results: [
        null,
        { id: "x", properties: {} },
        { id: "7" },
        { id: 8, properties: { lastmodifieddate: "soon" } },
      ],
    };
    stand.sandbox.faults.add({ path: SEARCH, fault: { do: "answer", status: 200, body } });
    expect(await readModified(stand.gateway, NOW, undefined)).toEqual({
      leads: [{ lead: lead("8"), modifiedAt: NOW }],
    });
  });

  const full = Array.from({ length: 200 }, (_, index) => ({ id: String(index + 1), properties: {} }));
  test.each<[string, unknown]>([
    ["no results", {}],
    ["results that are no list", { results: {} }],
    ["a full page that does not lead on", { results: full }],
  ])("with %s are a bad answer", async (_name, body) => {
    stand.sandbox.faults.add({ path: SEARCH, fault: { do: "answer", status: 200, body } });
    await expect(readModified(stand.gateway, NOW, "200")).rejects.toMatchObject({ code: "crm.bad-answer" });
  });

  test("are asked for again after a limit per second, and are an error when search stays closed", async () => {
    const id = await addContact(stand);
    stand.sandbox.faults.add({ path: SEARCH, times: 1, fault: { do: "rate-limited", policy: "SECONDLY" } });
    expect((await allModified(NOW)).map((one) => one.lead.id)).toEqual([id]);
    stand.sandbox.faults.add({ path: SEARCH, fault: { do: "server-error", status: 503 } });
    await expect(allModified(NOW)).rejects.toMatchObject({ code: "crm.server-error" });
  });
});

describe("what changed of contacts", () => {
  test("is every change of a watched property since then, oldest first, in Baton's words", async () => {
    const owner = stand.portal.addOwner({ email: "nora@acme.example" });
    const id = await addContact(stand, { jobtitle: "CFO", hs_email_optout: "false" });
    stand.clock.now = NOW + 1_000;
    await change(id, { lifecyclestage: "marketingqualifiedlead", city: "Berlin" });
    stand.clock.now = NOW + 2_000;
    await change(id, { hubspot_owner_id: owner.id, jobtitle: "" });
    expect(await readChanges(stand.gateway, [lead(id)], NOW + 1_000)).toEqual([
      {
        lead: lead(id),
        field: "stage",
        property: "lifecyclestage",
        value: "marketingqualifiedlead",
        at: NOW + 1_000,
      },
      { lead: lead(id), field: "owner", property: "hubspot_owner_id", value: owner.id, at: NOW + 2_000 },
      { lead: lead(id), field: "other", property: "jobtitle", at: NOW + 2_000 },
    ]);
  });

  test("of one instant comes in the order it was made", async () => {
    const id = await addContact(stand, { jobtitle: "CFO" });
    await change(id, { jobtitle: "CMO" });
    await change(id, { jobtitle: "CEO" });
    const titles = (await readChanges(stand.gateway, [lead(id)], NOW)).filter(
      ({ property }) => property === "jobtitle",
    );
    expect(titles.map(({ value }) => value)).toEqual(["CFO", "CMO", "CEO"]);
  });

  test("tells of a conversion and of a company, too", async () => {
    const id = await addContact(stand, { email: "vera@northwind.example" });
    stand.clock.now = NOW + 1_000;
    const company = await create(stand, "company", { name: "Northwind" });
    await change(id, { associatedcompanyid: company });
    await stand.portal.act({
      do: "submit-form",
      form: stand.portal.addForm("Demo request").name,
      fields: { email: "vera@northwind.example" },
      page: { url: "https://acme.example/demo", title: "Request a demo" },
    });
    const changes = await readChanges(stand.gateway, [lead(id)], NOW + 1_000);
    expect(changes.map(({ property }) => property)).toEqual(
      expect.arrayContaining(["associatedcompanyid", "recent_conversion_event_name"]),
    );
    expect(new Set(changes.filter(({ field }) => field === "conversion").map(({ at }) => at))).toEqual(
      new Set([NOW + 1_000]),
    );
  });

  test("is nothing for contacts that are gone or no contacts, and a survivor's for one merged away", async () => {
    const [gone, kept, merged] = [await addContact(stand), await addContact(stand), await addContact(stand)];
    stand.clock.now = NOW + 1_000;
    await stand.portal.act({ do: "archive", who: gone });
    await stand.portal.act({ do: "merge", primary: kept, other: merged });
    await change(kept, { jobtitle: "CFO" });
    const changes = await readChanges(stand.gateway, [lead(gone), lead("x"), lead(merged)], NOW + 1_000);
    expect(changes.map((one) => [one.lead.id, one.property])).toContainEqual([kept, "jobtitle"]);
    expect(changes.map((one) => [one.lead.id, one.property])).toContainEqual([kept, "hs_merged_object_ids"]);
    expect(changes.every((one) => one.lead.id === kept)).toBe(true);
  });

  test("of a hundred contacts is asked for in batches that histories are held to", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 101; index += 1) ids.push(await addContact(stand));
    stand.sandbox.ledger.clear();
    const changes = await readChanges(stand.gateway, ids.map(lead), NOW);
    expect(new Set(changes.map((one) => one.lead.id)).size).toBe(101);
    const inputs = stand.sandbox.ledger.calls.map((call) => call.inputs);
    expect(inputs).toEqual([50, 50, 1]);
  });

  test("cannot be told while HubSpot cannot be read", async () => {
    const id = await addContact(stand);
    stand.sandbox.faults.add({ path: READ, fault: { do: "server-error", status: 503 } });
    await expect(readChanges(stand.gateway, [lead(id)], NOW)).rejects.toMatchObject({
      code: "crm.server-error",
    });
  });
});

test("what is watched is what app.json subscribes to, and the company", () => {
  const app: unknown = JSON.parse(readFileSync("app.json", "utf8"));
  expect(app).toMatchObject({
    webhooks: { contactProperties: WATCHED_PROPERTIES.filter((name) => name !== "associatedcompanyid") },
  });
  expect(WATCHED_PROPERTIES).toContain("associatedcompanyid");
});
