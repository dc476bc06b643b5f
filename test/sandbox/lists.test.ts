import { expect, test } from "vitest";
import { buildWorld } from "../../sandbox/world/build.ts";
import { dayCrowd } from "../../sandbox/world/plan.ts";
import { field, open, request } from "./portal-client.ts";

const lists = "/crm/lists/2026-03";
const inputs = (...ids: readonly string[]): unknown => ({
  inputs: ids.map((recordId) => ({ objectTypeId: "0-1", recordId })),
});

test("memberships are read one by one and together, and who is on no list has none", async () => {
  const { api, contact, portal } = await open();
  const [inside, outside] = [
    await contact({ email: "a@example.com" }),
    await contact({ email: "b@example.com" }),
  ];
  const list = portal.addList("Do not contact", [inside]);
  const one = await api("GET", `${lists}/records/0-1/${inside}/memberships`);
  expect(one.body).toMatchObject({ results: [{ listId: list.id }] });
  const many = await api("POST", `${lists}/records/memberships/batch/read`, inputs(inside, outside));
  expect(many).toMatchObject({
    status: 200,
    body: {
      status: "COMPLETE",
      results: [
        { objectTypeId: "0-1", recordId: inside, recordListMemberships: [{ listId: list.id }] },
        { objectTypeId: "0-1", recordId: outside, recordListMemberships: [] },
      ],
    },
  });
});

test("who is gone is an error beside the others, and more than a hundred are refused", async () => {
  const { api, contact, portal } = await open();
  const [here, archived] = [await contact({}), await contact({})];
  await portal.act({ do: "archive", who: archived });
  const path = `${lists}/records/memberships/batch/read`;
  const { status, body } = await api("POST", path, inputs(here, archived, "999"));
  expect(status).toBe(207);
  expect(body).toMatchObject({
    results: [{ recordId: here }],
    numErrors: 1,
    errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: [archived, "999"] } }],
  });
  expect((await api("POST", path, inputs())).status).toBe(400);
  const many = Array.from({ length: 101 }, (_, index) => String(index));
  expect((await api("POST", path, inputs(...many))).status).toBe(400);
  const strange = { inputs: [{ objectTypeId: "9-9", recordId: here }] };
  expect((await api("POST", path, strange)).status).toBe(400);
});

test("lists are found by a part of their name and their type, page by page, without the deleted", async () => {
  const { api, portal } = await open();
  const names = ["Guests, October", "Guests, November", "Do not contact"];
  const [october, november, never] = names.map((name) => portal.addList(name));
  const accounts = portal.addList("Guests, accounts", [], { of: "company" });
  portal.addList("Guests, old").deletedAt = 1;
  const search = async (body: unknown): Promise<unknown> => (await api("POST", `${lists}/search`, body)).body;
  expect(await search({ query: "guests", objectTypeId: "0-1" })).toMatchObject({
    lists: [
      { listId: october?.id, name: "Guests, October", objectTypeId: "0-1", processingType: "MANUAL" },
      { listId: november?.id },
    ],
    offset: 2,
    hasMore: false,
    total: 2,
  });
  expect(await search({ count: 3 })).toMatchObject({ hasMore: true, offset: 3, total: 4 });
  expect(await search({ count: 3, offset: 3 })).toMatchObject({
    lists: [{ listId: accounts.id, objectTypeId: "0-2" }],
    hasMore: false,
  });
  expect(await search({ listIds: [never?.id], processingTypes: ["MANUAL"] })).toMatchObject({ total: 1 });
  expect(await search({ processingTypes: ["DYNAMIC"] })).toMatchObject({ total: 0 });
  expect((await api("POST", `${lists}/search`, { count: 501 })).status).toBe(400);
});

test("one list is read by its id until it is deleted", async () => {
  const { api, portal } = await open();
  const list = portal.addList("Do not contact", ["1", "2"], { id: "1042" });
  expect((await api("GET", `${lists}/1042`)).body).toMatchObject({
    list: { name: "Do not contact", size: 2 },
  });
  list.deletedAt = 1;
  expect((await api("GET", `${lists}/1042`)).status).toBe(404);
});

test("nothing about lists is told without their scope", async () => {
  const { api, contact } = await open({
    scopes: ["crm.objects.contacts.read", "crm.objects.contacts.write"],
  });
  const id = await contact({});
  const answers = [
    await api("POST", `${lists}/records/memberships/batch/read`, inputs(id)),
    await api("POST", `${lists}/search`, {}),
    await api("GET", `${lists}/1`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  expect(JSON.stringify(answers[0]?.body)).toContain("crm.lists.read");
});

test("a merge carries the memberships over, and a list loses whom the law erases", async () => {
  const { contact, portal } = await open();
  const [kept, merged] = [
    await contact({ email: "a@example.com" }),
    await contact({ email: "b@example.com" }),
  ];
  const list = portal.addList("Do not contact", [merged]);
  await portal.act({ do: "merge", primary: kept, other: merged });
  expect([...list.members]).toEqual([kept]);
  await portal.act({ do: "forget", who: kept });
  expect([...list.members]).toEqual([]);
});

test("people put contacts on lists and take them off, and other processes make lists over HTTP", async () => {
  const { contact, portal, sandbox } = await open();
  await contact({ email: "ana@example.com" });
  const control = `${sandbox.url}/sandbox/portals/${portal.id}`;
  const made = await request(`${control}/lists`, "POST", { name: "Do not contact", id: "1042" });
  expect(made.body).toEqual({ id: "1042", name: "Do not contact", of: "contact" });
  const onList = { do: "put-on-list", list: "Do not contact", who: "ana@example.com" };
  const { body } = await request(`${control}/acts`, "POST", onList);
  expect([...(portal.state.lists[0]?.members ?? [])]).toEqual([field(body, "id")]);
  await portal.act({ do: "take-off-list", list: "1042", who: "ana@example.com" });
  expect(portal.state.lists[0]?.members.size).toBe(0);
  await expect(portal.act({ do: "put-on-list", list: "None", who: "ana@example.com" })).rejects.toThrow(
    "no list is called None",
  );
});

test("Acme's list of whom nobody may contact holds the one who opted out, and one who is hot", async () => {
  const { portal, sandbox } = await open();
  buildWorld(sandbox, portal.id, 7, 20);
  const list = portal.state.lists.find(({ id }) => id === "1042");
  const members = [...(list?.members ?? [])].map((id) => portal.find("contact", id)?.properties["email"]);
  const hot = dayCrowd(7).find(({ warmth }) => warmth === "hot")?.person.email;
  expect(list?.name).toBe("Do not contact");
  expect(members).toEqual(["paolo.ricci@fontana-group.example", hot]);
});
