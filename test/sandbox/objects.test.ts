import { expect, test } from "vitest";
import { field, idOf, open } from "./portal-client.ts";

const contacts = "/crm/objects/2026-03/contacts";
const noon = Date.UTC(2026, 10, 17, 12);

test("a list is cut into pages that hold every record once", async () => {
  const { api, contact } = await open();
  const ids: string[] = [];
  for (let number = 1; number <= 5; number += 1) ids.push(await contact({ email: `p${number}@example.com` }));
  const seen: string[] = [];
  let after: string | undefined = "0";
  while (after !== undefined) {
    const { body } = await api("GET", `${contacts}?limit=2&after=${after}`);
    const results = field(body, "results");
    if (Array.isArray(results)) seen.push(...results.map(idOf));
    const paging = field(body, "paging");
    after = paging === undefined ? undefined : String(field(field(paging, "next"), "after"));
  }
  expect(seen).toEqual(ids);
});

test("values come back as text, dates as ISO text, and what is unset as null", async () => {
  const { api, contact } = await open({ now: () => noon });
  const id = await contact({ email: "ana@example.com" });
  const { body } = await api("GET", `${contacts}/${id}?properties=email,phone,num_associated_deals`);
  expect(body).toMatchObject({
    id,
    archived: false,
    properties: {
      email: "ana@example.com",
      phone: null,
      createdate: "2026-11-17T12:00:00.000Z",
      hs_object_id: id,
    },
  });
});

test("an unknown property, a foreign option and an unknown owner are named in one 400", async () => {
  const { api } = await open();
  const properties = { nope: "1", lifecyclestage: "sql", hubspot_owner_id: "404" };
  const { status, body } = await api("POST", contacts, { properties });
  expect(status).toBe(400);
  expect(body).toMatchObject({ category: "VALIDATION_ERROR" });
  const message = String(field(body, "message"));
  for (const code of ["PROPERTY_DOESNT_EXIST", "INVALID_OPTION", "INVALID_OWNER_ID"])
    expect(message).toContain(code);
});

test("an archived owner is refused, or taken where the portal does so", async () => {
  const { api, portal } = await open();
  const owner = portal.addOwner({ email: "gone@example.com", archived: true });
  const write = { properties: { hubspot_owner_id: owner.id } };
  expect((await api("POST", contacts, write)).status).toBe(400);
  portal.rules.refuseArchivedOwner = false;
  expect((await api("POST", contacts, write)).status).toBe(201);
});

test("an address in use answers 409 and names the contact that has it", async () => {
  const { api, contact } = await open();
  const id = await contact({ email: "ana@example.com" });
  const { status, body } = await api("POST", contacts, { properties: { email: "ANA@example.com" } });
  expect(status).toBe(409);
  expect(field(body, "message")).toBe(`Contact already exists. Existing ID: ${id}`);
});

test("a contact can be updated by its address", async () => {
  const { api, contact, portal } = await open();
  const id = await contact({ email: "ana@example.com" });
  const { status } = await api("PATCH", `${contacts}/ana@example.com?idProperty=email`, {
    properties: { phone: "+1 555" },
  });
  expect(status).toBe(200);
  expect(portal.find("contact", id)?.properties["phone"]).toBe("+1 555");
});

test.each([
  ["tasks", {}],
  ["notes", { hs_note_body: "x" }],
])("%s need hs_timestamp", async (type, properties) => {
  const { api } = await open();
  const { status, body } = await api("POST", `/crm/objects/2026-03/${type}`, { properties });
  expect(status).toBe(400);
  expect(body).toMatchObject({ context: { properties: ["hs_timestamp"] } });
});

test("a note body may have 65,536 characters and not one more", async () => {
  const { api } = await open();
  const note = (length: number): unknown => ({
    properties: { hs_timestamp: "2026-11-17T12:00:00Z", hs_note_body: "x".repeat(length) },
  });
  expect((await api("POST", "/crm/objects/2026-03/notes", note(65_536))).status).toBe(201);
  expect((await api("POST", "/crm/objects/2026-03/notes", note(65_537))).status).toBe(400);
});

test("history says who changed a value and when, newest first", async () => {
  let now = noon;
  const { api, app, contact, portal } = await open({ now: () => now });
  const id = await contact({ email: "ana@example.com", lifecyclestage: "lead" });
  now += 1_000;
  await portal.act({
    do: "change",
    who: id,
    properties: { lifecyclestage: "marketingqualifiedlead" },
    by: "workflow",
  });
  const { body } = await api("GET", `${contacts}/${id}?propertiesWithHistory=lifecyclestage`);
  expect(field(field(body, "propertiesWithHistory"), "lifecyclestage")).toEqual([
    {
      value: "marketingqualifiedlead",
      timestamp: "2026-11-17T12:00:01.000Z",
      sourceType: "AUTOMATION",
      sourceId: "workflowId:192814114",
    },
    {
      value: "lead",
      timestamp: "2026-11-17T12:00:00.000Z",
      sourceType: "INTEGRATION",
      sourceId: String(app.id),
    },
  ]);
});

test.each([
  ["forward", "lead", ["salesqualifiedlead"], "salesqualifiedlead"],
  ["forward into the custom stage", "marketingqualifiedlead", ["164392217"], "164392217"],
  ["backward", "salesqualifiedlead", ["lead"], "salesqualifiedlead"],
  ["back through a cleared value", "salesqualifiedlead", ["", "lead"], "lead"],
])("a lifecycle stage written %s answers 200", async (_name, before, writes, after) => {
  const { api, contact, portal } = await open();
  const id = await contact({ lifecyclestage: before });
  for (const lifecyclestage of writes) {
    const { status } = await api("PATCH", `${contacts}/${id}`, { properties: { lifecyclestage } });
    expect(status).toBe(200);
  }
  expect(portal.find("contact", id)?.properties["lifecyclestage"]).toBe(after);
});

test("a stage and an owner leave their dates", async () => {
  const { api, contact, portal } = await open({ now: () => noon });
  const owner = portal.addOwner({
    email: "lena@example.com",
    teams: [{ id: "9", name: "SDR", primary: true }],
  });
  const id = await contact({ lifecyclestage: "lead" });
  await api("PATCH", `${contacts}/${id}`, {
    properties: { lifecyclestage: "marketingqualifiedlead", hubspot_owner_id: owner.id },
  });
  const instant = "2026-11-17T12:00:00.000Z";
  expect(portal.find("contact", id)?.properties).toMatchObject({
    hs_v2_date_entered_marketingqualifiedlead: instant,
    hs_v2_date_exited_lead: instant,
    hubspot_owner_assigneddate: instant,
    hubspot_team_id: "9",
  });
});

test("an admin rule refuses an owner without the property it needs", async () => {
  const { api, contact, portal } = await open();
  portal.rules.adminRules.push({ objectType: "contact", property: "hubspot_owner_id", needs: "jobtitle" });
  const owner = portal.addOwner({ email: "lena@example.com" });
  const id = await contact({ email: "ana@example.com" });
  const write = (properties: Readonly<Record<string, string>>): Promise<{ status: number }> =>
    api("PATCH", `${contacts}/${id}`, { properties });
  expect((await write({ hubspot_owner_id: owner.id })).status).toBe(400);
  expect((await write({ hubspot_owner_id: owner.id, jobtitle: "VP Sales" })).status).toBe(200);
});

test("an archived contact answers 404 until it is restored", async () => {
  const { api, contact, portal } = await open();
  const id = await contact({ email: "ana@example.com" });
  expect((await api("DELETE", `${contacts}/${id}`)).status).toBe(204);
  expect((await api("GET", `${contacts}/${id}`)).status).toBe(404);
  await portal.act({ do: "restore", who: id });
  expect((await api("GET", `${contacts}/${id}`)).status).toBe(200);
});

test("a privacy deletion leaves nothing and blocks the address", async () => {
  const { api, contact, portal } = await open();
  const id = await contact({ email: "ana@example.com" });
  await portal.act({ do: "forget", who: id });
  expect(portal.find("contact", id)).toBeUndefined();
  expect((await api("POST", contacts, { properties: { email: "ana@example.com" } })).status).toBe(400);
});
