import { expect, test } from "vitest";
import { field, idOf, listener, open } from "./portal-client.ts";

const contacts = "/crm/objects/2026-03/contacts";

test.each([
  ["keeps the primary record", false],
  ["makes a new record", true],
])("a merge that %s answers both ids with the survivor", async (_name, mergeMakesNewRecord) => {
  const { api, contact, portal } = await open({ rules: { mergeMakesNewRecord } });
  const primary = await contact({ email: "jon@example.com", jobtitle: "VP" });
  const other = await contact({ email: "j@example.com", phone: "555" });
  const survivor = (await portal.act({ do: "merge", primary, other })).id ?? "";
  expect(survivor === primary).toBe(!mergeMakesNewRecord);
  for (const id of [primary, other]) {
    const { body } = await api("GET", `${contacts}/${id}?properties=email,phone,jobtitle`);
    expect(body).toMatchObject({
      id: survivor,
      properties: { email: "jon@example.com", phone: "555", jobtitle: "VP" },
    });
  }
  expect(portal.find("contact", survivor)?.properties["hs_merged_object_ids"]?.split(";")).toContain(other);
});

test("a merged id answers 404 where the portal does not resolve it", async () => {
  const { api, contact, portal } = await open({ rules: { survivorOnMergedRead: false } });
  const [primary, other] = [
    await contact({ email: "jon@example.com" }),
    await contact({ email: "j@example.com" }),
  ];
  await portal.act({ do: "merge", primary, other });
  expect((await api("GET", `${contacts}/${other}`)).status).toBe(404);
  const { body } = await api("POST", `${contacts}/batch/read`, { inputs: [{ id: other }] });
  expect(body).toMatchObject({ results: [], errors: [{ context: { ids: [other] } }] });
});

test("tasks of both records hang on the survivor", async () => {
  const { api, contact, portal } = await open();
  const [primary, other] = [
    await contact({ email: "jon@example.com" }),
    await contact({ email: "j@example.com" }),
  ];
  const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 204 }];
  const task = await api("POST", "/crm/objects/2026-03/tasks", {
    properties: { hs_timestamp: "2026-11-18T09:00:00Z" },
    associations: [{ to: { id: other }, types }],
  });
  await portal.act({ do: "merge", primary, other });
  expect(portal.linked("contact", primary, "task")).toEqual([idOf(task.body)]);
});

test("a merge through the API is announced with all its ids", async () => {
  const { url, heard } = await listener();
  const { api, contact, sandbox } = await open({
    app: { targetUrl: url, subscriptions: [{ subscriptionType: "contact.merge" }] },
  });
  const [primary, other] = [
    await contact({ email: "jon@example.com" }),
    await contact({ email: "j@example.com" }),
  ];
  expect(
    field(
      (await api("POST", `${contacts}/merge`, { primaryObjectId: primary, objectIdToMerge: other })).body,
      "id",
    ),
  ).toBe(primary);
  await sandbox.drained();
  expect(heard.flatMap((each) => each.events)).toMatchObject([
    {
      subscriptionType: "contact.merge",
      primaryObjectId: Number(primary),
      mergedObjectIds: [Number(other)],
      newObjectId: Number(primary),
    },
  ]);
});

test("a merged address still belongs to the survivor", async () => {
  const { api, contact, portal } = await open();
  const [primary, other] = [
    await contact({ email: "jon@example.com" }),
    await contact({ email: "j@example.com" }),
  ];
  await portal.act({ do: "merge", primary, other });
  expect(portal.find("contact", "j@example.com")?.id).toBe(primary);
  expect((await api("POST", contacts, { properties: { email: "j@example.com" } })).status).toBe(409);
});
