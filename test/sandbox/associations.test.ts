import { expect, test } from "vitest";
import { field, idOf, open } from "./portal-client.ts";

const due = "2026-11-18T09:00:00Z";

test("a task linked inline is found from the contact", async () => {
  const { api, contact } = await open();
  const id = await contact({ email: "ana@example.com" });
  const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 204 }];
  const task = idOf(
    (
      await api("POST", "/crm/objects/2026-03/tasks", {
        properties: { hs_timestamp: due },
        associations: [{ to: { id }, types }],
      })
    ).body,
  );
  const { status, body } = await api("POST", "/crm/associations/2026-03/contacts/tasks/batch/read", {
    inputs: [{ id }],
  });
  expect(status).toBe(200);
  expect(field(body, "results")).toEqual([
    {
      from: { id },
      to: [
        { toObjectId: task, associationTypes: [{ category: "HUBSPOT_DEFINED", typeId: 203, label: null }] },
      ],
    },
  ]);
});

test("a type id of the wrong pair and a record that is not there are refused before anything is stored", async () => {
  const { api, portal } = await open();
  const task = (id: string, associationTypeId: number): Promise<{ status: number }> =>
    api("POST", "/crm/objects/2026-03/tasks", {
      properties: { hs_timestamp: due },
      associations: [{ to: { id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }] }],
    });
  expect((await task("1", 279)).status).toBe(400);
  expect((await task("1", 204)).status).toBe(404);
  expect(portal.all("task")).toEqual([]);
});

test("the first company becomes the primary one and a later primary takes its place", async () => {
  const { api, contact, portal } = await open({
    scopes: [
      "oauth",
      "crm.objects.contacts.read",
      "crm.objects.contacts.write",
      "crm.objects.companies.write",
    ],
  });
  const id = await contact({ email: "ana@example.com" });
  const company = async (name: string): Promise<string> =>
    idOf((await api("POST", "/crm/objects/2026-03/companies", { properties: { name } })).body);
  const [first, second] = [await company("One"), await company("Two")];
  await api("PUT", `/crm/objects/2026-03/contacts/${id}/associations/default/companies/${first}`);
  expect(portal.find("contact", id)?.properties["associatedcompanyid"]).toBe(first);
  await api("PUT", `/crm/objects/2026-03/contacts/${id}/associations/companies/${second}`, [
    { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 1 },
  ]);
  expect(portal.find("contact", id)?.properties["associatedcompanyid"]).toBe(second);
  expect(portal.linked("company", first, "contact")).toEqual([id]);
});

test("a contact of a known domain is linked to its company, and a deal is counted", async () => {
  const { contact, portal } = await open();
  await portal.act({ do: "create", object: "company", properties: { domain: "acme.example", name: "Acme" } });
  const company = portal.all("company")[0]?.id ?? "";
  const id = await contact({ email: "ana@acme.example" });
  expect(portal.find("contact", id)?.properties["associatedcompanyid"]).toBe(company);
  await portal.act({
    do: "create",
    object: "deal",
    properties: { dealname: "New" },
    linkTo: { object: "contact", who: id },
  });
  expect(portal.find("contact", id)?.properties["num_associated_deals"]).toBe("1");
});

test("reading links of a contact that has none answers 207 and names it", async () => {
  const { api, contact } = await open();
  const id = await contact({ email: "ana@example.com" });
  const { status, body } = await api("POST", "/crm/associations/2026-03/contacts/notes/batch/read", {
    inputs: [{ id }],
  });
  expect(status).toBe(207);
  expect(body).toMatchObject({ results: [], errors: [{ context: { fromObjectId: [id] } }] });
});
