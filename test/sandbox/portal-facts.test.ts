import { expect, test } from "vitest";
import { field, open, request } from "./portal-client.ts";

const property = {
  name: "baton_key",
  label: "Key",
  type: "string",
  fieldType: "text",
  groupName: "baton",
  hasUniqueValue: true,
};

test("the standard properties describe themselves", async () => {
  const { api } = await open();
  const stage = await api("GET", "/crm/properties/2026-03/contacts/lifecyclestage");
  expect(stage.body).toMatchObject({
    type: "enumeration",
    options: expect.arrayContaining([
      expect.objectContaining({ value: "164392217", label: "Sales accepted" }),
    ]),
  });
  const conversion = await api("GET", "/crm/properties/2026-03/contacts/num_conversion_events");
  expect(conversion.body).toMatchObject({ calculated: true, modificationMetadata: { readOnlyValue: true } });
  expect((await api("GET", "/crm/properties/2026-03/contacts/nope")).status).toBe(404);
});

test("a property needs its group, is created once, and can be written", async () => {
  const { api, contact } = await open();
  const path = "/crm/properties/2026-03/contacts";
  expect((await api("POST", path, property)).status).toBe(400);
  expect((await api("POST", `${path}/groups`, { name: "baton", label: "Baton" })).status).toBe(201);
  expect((await api("POST", path, property)).status).toBe(201);
  expect((await api("POST", path, property)).status).toBe(409);
  const { status, body } = await api("POST", `${path}/batch/create`, {
    inputs: [property, { ...property, name: "baton_status", hasUniqueValue: false }],
  });
  expect(status).toBe(207);
  expect(body).toMatchObject({ numErrors: 1, results: [{ name: "baton_status" }] });
  expect(await contact({ baton_key: "k1" })).toMatch(/^\d+$/);
});

test("unique properties on tasks are allowed or refused by the portal", async () => {
  const { api, portal } = await open({ rules: { uniqueActivityProperties: false } });
  const onTask = { ...property, groupName: "task" };
  expect((await api("POST", "/crm/properties/2026-03/tasks", onTask)).status).toBe(400);
  portal.rules.uniqueActivityProperties = true;
  expect((await api("POST", "/crm/properties/2026-03/tasks", onTask)).status).toBe(201);
  portal.rules.activityIdProperty = false;
  const read = { inputs: [{ id: "k1" }], idProperty: "baton_key" };
  expect((await api("POST", "/crm/objects/2026-03/tasks/batch/read", read)).status).toBe(400);
  portal.rules.activityIdProperty = true;
  expect((await api("POST", "/crm/objects/2026-03/tasks/batch/read", read)).status).toBe(207);
});

test("an object type has at most ten unique properties", async () => {
  const { api } = await open();
  const statuses: number[] = [];
  for (let number = 0; number < 11; number += 1) {
    statuses.push(
      (
        await api("POST", "/crm/properties/2026-03/contacts", {
          ...property,
          groupName: "contactinformation",
          name: `key_${number}`,
        })
      ).status,
    );
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 201), 400]);
});

test("owners are paged, and archived ones are listed apart without a user id", async () => {
  const { api, portal } = await open();
  for (const email of ["a@example.com", "b@example.com", "c@example.com"]) portal.addOwner({ email });
  portal.addOwner({ email: "gone@example.com", archived: true });
  const first = await api("GET", "/crm/owners/2026-03?limit=2");
  expect(first.body).toMatchObject({
    results: [{ email: "a@example.com", type: "PERSON" }, { email: "b@example.com" }],
    paging: { next: { after: "2" } },
  });
  const archived = await api("GET", "/crm/owners/2026-03?archived=true");
  expect(archived.body).toMatchObject({
    results: [{ email: "gone@example.com", archived: true, userId: null }],
  });
});

test("submissions come newest first, fifty a page at most", async () => {
  let now = Date.UTC(2026, 10, 17);
  const { api, portal } = await open({ now: () => now });
  const form = portal.addForm("Demo request");
  const page = { url: "https://www.acme.example/demo", title: "Demo" };
  for (const message of ["first", "second", "third"]) {
    now += 1_000;
    await portal.act({
      do: "submit-form",
      form: form.id,
      fields: { email: "ana@example.com", message },
      page,
    });
  }
  const path = `/form-integrations/v1/submissions/forms/${form.id}`;
  const { body } = await api("GET", `${path}?limit=2`);
  expect(JSON.stringify(field(body, "results"))).toMatch(/third.*second/);
  expect(body).toMatchObject({
    results: [{ submittedAt: now, pageUrl: page.url }, {}],
    paging: { next: { after: "2" } },
  });
  expect((await api("GET", `${path}?limit=51`)).status).toBe(400);
  expect(portal.find("contact", "ana@example.com")?.properties).toMatchObject({
    recent_conversion_event_name: "Demo: Demo request",
    num_conversion_events: "3",
    num_unique_conversion_events: "1",
    first_conversion_date: "2026-11-17T00:00:01.000Z",
    message: "third",
  });
});

test("the account, its pipelines and a contact's consent are told", async () => {
  const { api, portal } = await open();
  await portal.act({ do: "create", object: "contact", properties: { email: "ana@example.com" } });
  await portal.act({ do: "opt-out", who: "ana@example.com" });
  expect((await api("GET", "/account-info/2026-03/details")).body).toMatchObject({
    portalId: portal.id,
    timeZone: "Europe/Berlin",
  });
  expect((await api("GET", "/crm/pipelines/2026-03/deals")).body).toMatchObject({
    results: [{ id: "default" }],
  });
  expect(
    (await api("GET", "/communication-preferences/2026-03/statuses/ana@example.com")).body,
  ).toMatchObject({ results: [{ status: "UNSUBSCRIBED" }] });
});

test("an unknown path answers 404 and stands in the ledger", async () => {
  const { sandbox } = await open();
  expect((await request(`${sandbox.url}/crm/v3/objects/contacts`, "GET")).status).toBe(404);
  expect(sandbox.ledger.calls.at(-1)).toMatchObject({ route: "(unknown)", status: 404 });
});
