import { expect, test } from "vitest";
import { field, open } from "./portal-client.ts";

const tasks = "/crm/objects/2026-03/tasks/batch";
const due = "2026-11-18T09:00:00Z";

test("a batch create without trace ids is all or nothing", async () => {
  const { api, portal } = await open();
  const inputs = [{ properties: { hs_timestamp: due } }, { properties: { hs_task_subject: "no due date" } }];
  const { status } = await api("POST", `${tasks}/create`, { inputs });
  expect(status).toBe(400);
  expect(portal.all("task")).toEqual([]);
});

test("a batch create with trace ids answers 207 with what succeeded and what failed", async () => {
  const { api, portal } = await open();
  const inputs = [
    { objectWriteTraceId: "a", properties: { hs_timestamp: due, hs_task_subject: "Call" } },
    { objectWriteTraceId: "b", properties: { hs_timestamp: due, missing: "1" } },
  ];
  const { status, body } = await api("POST", `${tasks}/create`, { inputs });
  expect(status).toBe(207);
  expect(body).toMatchObject({
    status: "COMPLETE",
    numErrors: 1,
    results: [{ properties: { hs_task_subject: "Call" } }],
    errors: [{ category: "VALIDATION_ERROR", context: { objectWriteTraceId: ["b"] } }],
  });
  expect(JSON.stringify(body)).toContain("PROPERTY_DOESNT_EXIST");
  expect(portal.all("task")).toHaveLength(1);
});

test("successes carry their trace id only where the portal says so", async () => {
  const { api, portal } = await open();
  const create = async (): Promise<unknown> =>
    field(
      (
        await api("POST", `${tasks}/create`, {
          inputs: [{ objectWriteTraceId: "a", properties: { hs_timestamp: due } }],
        })
      ).body,
      "results",
    );
  expect(await create()).not.toMatchObject([{ objectWriteTraceId: "a" }]);
  portal.rules.traceIdOnSuccess = true;
  expect(await create()).toMatchObject([{ objectWriteTraceId: "a" }]);
});

test("a batch read answers the found ones beside the missing ids", async () => {
  const { api, contact } = await open();
  const id = await contact({ email: "ana@example.com" });
  const { status, body } = await api("POST", "/crm/objects/2026-03/contacts/batch/read", {
    inputs: [{ id }, { id: "999999" }],
    properties: ["email"],
    propertiesWithHistory: ["email"],
  });
  expect(status).toBe(207);
  expect(body).toMatchObject({
    results: [
      {
        id,
        properties: { email: "ana@example.com" },
        propertiesWithHistory: { email: [{ value: "ana@example.com" }] },
      },
    ],
    errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: ["999999"] } }],
  });
});

test("a batch reads by address", async () => {
  const { api, contact } = await open();
  const id = await contact({ email: "ana@example.com" });
  const { body } = await api("POST", "/crm/objects/2026-03/contacts/batch/read", {
    inputs: [{ id: "ana@example.com" }],
    idProperty: "email",
  });
  expect(field(body, "results")).toMatchObject([{ id }]);
});

test("a batch update answers what it changed and which ids are gone", async () => {
  const { api, contact, portal } = await open();
  const id = await contact({ email: "ana@example.com" });
  const { status, body } = await api("POST", "/crm/objects/2026-03/contacts/batch/update", {
    inputs: [
      { id, properties: { phone: "1" }, objectWriteTraceId: "a" },
      { id: "999999", properties: { phone: "2" }, objectWriteTraceId: "b" },
    ],
  });
  expect(status).toBe(207);
  expect(body).toMatchObject({
    errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: ["999999"], objectWriteTraceId: ["b"] } }],
  });
  expect(portal.find("contact", id)?.properties["phone"]).toBe("1");
});

test("an upsert by a unique custom property creates once and says which was new", async () => {
  const { api, portal } = await open();
  const property = {
    name: "baton_key",
    label: "Key",
    type: "string",
    fieldType: "text",
    groupName: "task",
    hasUniqueValue: true,
  };
  expect((await api("POST", "/crm/properties/2026-03/tasks", property)).status).toBe(201);
  const inputs = [{ id: "k1", idProperty: "baton_key", properties: { hs_timestamp: due } }];
  const fresh = async (): Promise<unknown> =>
    field((await api("POST", `${tasks}/upsert`, { inputs })).body, "results");
  expect(await fresh()).toMatchObject([{ new: true, properties: { baton_key: "k1" } }]);
  expect(await fresh()).toMatchObject([{ new: false }]);
  expect(portal.all("task")).toHaveLength(1);
});

test("a unique value within one batch or beside an older record is refused", async () => {
  const { api, portal } = await open();
  const property = {
    name: "baton_key",
    label: "Key",
    type: "string",
    fieldType: "text",
    groupName: "task",
    hasUniqueValue: true,
  };
  await api("POST", "/crm/properties/2026-03/tasks", property);
  const input = (objectWriteTraceId: string): unknown => ({
    objectWriteTraceId,
    properties: { hs_timestamp: due, baton_key: "k1" },
  });
  const { body } = await api("POST", `${tasks}/create`, { inputs: [input("a"), input("b")] });
  expect(body).toMatchObject({
    numErrors: 1,
    errors: [{ category: "CONFLICT", context: { objectWriteTraceId: ["b"] } }],
  });
  expect(portal.all("task")).toHaveLength(1);
});

test.each([0, 101])("a batch of %i inputs is refused", async (length) => {
  const { api } = await open();
  const inputs = Array.from({ length }, (_, index) => ({ id: String(index) }));
  expect((await api("POST", "/crm/objects/2026-03/contacts/batch/read", { inputs })).status).toBe(400);
});
