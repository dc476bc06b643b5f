/** Sequences, and putting contacts on lists, as the sandbox takes and refuses them. */
import { expect, test } from "vitest";
import { open } from "./portal-client.ts";
import type { Opened } from "./portal-client.ts";

const enrollments = "/automation/sequences/2026-03/enrollments";

async function withSequence(): Promise<
  Opened & { readonly body: Record<string, string>; readonly path: string }
> {
  const opened = await open();
  const owner = opened.portal.addOwner({ email: "lena@acme.example" });
  const contactId = await opened.contact({ email: "ana@example.com" });
  const sequenceId = opened.portal.addSequence("First days").id;
  const body = { contactId, sequenceId, senderEmail: owner.email };
  return { ...opened, body, path: `${enrollments}?userId=${owner.userId}` };
}

test("a contact is enrolled once, and the first e-mail goes out in the sender's name", async () => {
  const { api, body, path, portal, sandbox } = await withSequence();
  const { status, body: answer } = await api("POST", path, body);
  expect([status, answer]).toMatchObject([200, { toEmail: "ana@example.com" }]);
  expect((await api("POST", path, body)).status).toBe(400);
  expect((await api("GET", `${enrollments}/contact/${body["contactId"]}`)).body).toMatchObject({
    sequenceId: body["sequenceId"],
    sequenceName: "First days",
    enrolledByEmail: "lena@acme.example",
  });
  expect(portal.find("contact", "ana@example.com")?.properties).toMatchObject({
    hs_sequences_is_enrolled: "true",
  });
  expect(portal.all("email").map(({ properties }) => properties)).toMatchObject([
    { hs_sequence_id: body["sequenceId"], hs_object_source: "SEQUENCES", hs_email_direction: "EMAIL" },
  ]);
  expect(sandbox.ledger.find({ kind: "sequence.enrol", by: "app" })).toHaveLength(1);
});

test("once it is over the contact may be enrolled again", async () => {
  const { api, body, path, portal } = await withSequence();
  await api("POST", path, body);
  await portal.act({ do: "end-sequence", who: "ana@example.com" });
  expect(portal.find("contact", "ana@example.com")?.properties).toMatchObject({
    hs_sequences_is_enrolled: "false",
  });
  expect((await api("POST", path, body)).status).toBe(200);
});

test.each<[string, Record<string, string>, number]>([
  ["a contact that is not there", { contactId: "999" }, 404],
  ["a sequence that is not there", { sequenceId: "999" }, 404],
  ["somebody else's inbox", { senderEmail: "maya@acme.example" }, 400],
])("%s is refused", async (_name, part, status) => {
  const { api, body, path } = await withSequence();
  expect((await api("POST", path, { ...body, ...part })).status).toBe(status);
});

test("without a user, without a seat and without the scope nobody is enrolled", async () => {
  const { api, body, path, portal } = await withSequence();
  expect((await api("POST", enrollments, body)).status).toBe(400);
  portal.rules.sequenceSenders = [];
  expect((await api("POST", path, body)).status).toBe(403);
  const bare = await open({ scopes: ["crm.objects.contacts.read"] });
  expect((await bare.api("POST", path, body)).status).toBe(403);
  expect((await bare.api("GET", `${enrollments}/contact/1`)).status).toBe(403);
});

test("a contact that was never in a sequence has none", async () => {
  const { api, contact } = await open();
  expect((await api("GET", `${enrollments}/contact/${await contact({})}`)).status).toBe(404);
});

test("members are put on lists that people fill, and only on those", async () => {
  const { api, contact, portal, sandbox } = await open();
  const [one, other] = [await contact({}), await contact({})];
  const list = portal.addList("Nurture", [other]);
  const add = `/crm/lists/2026-03/${list.id}/memberships/add`;
  expect(await api("PUT", add, [one, other, "999"])).toMatchObject({
    status: 200,
    body: { recordIdsAdded: [one], recordIdsMissing: ["999"] },
  });
  expect(list.members).toEqual(new Set([other, one]));
  expect(sandbox.ledger.find({ kind: "list.add" })).toMatchObject([
    { objectId: list.id, properties: { ids: one } },
  ]);
  const dynamic = portal.addList("Everybody", [], { processing: "DYNAMIC" });
  expect((await api("PUT", `/crm/lists/2026-03/${dynamic.id}/memberships/add`, [one])).status).toBe(400);
  expect((await api("PUT", "/crm/lists/2026-03/999/memberships/add", [one])).status).toBe(404);
});

test("a property's options are changed as a whole, HubSpot's own are not", async () => {
  const { api, portal } = await open();
  portal.addProperty("contact", "answer", [["a", "A"]]);
  const path = "/crm/properties/2026-03/contacts";
  const options = [{ value: "b", label: "B" }];
  expect((await api("PATCH", `${path}/answer`, { options })).body).toMatchObject({
    options: [{ value: "b" }],
  });
  expect((await api("PATCH", `${path}/hs_lead_status`, { options })).status).toBe(400);
  expect((await api("PATCH", `${path}/nothing`, { options })).status).toBe(404);
});
