import { expect, test } from "vitest";
import { field, idOf, open } from "./portal-client.ts";
import type { Opened } from "./portal-client.ts";

const path = "/crm/objects/2026-03/contacts/search";

async function found(
  opened: Opened,
  filters: readonly unknown[],
  extra: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  const { body } = await opened.api("POST", path, {
    filterGroups: [{ filters }],
    properties: ["firstname"],
    ...extra,
  });
  const results = field(body, "results");
  return Array.isArray(results)
    ? results.map((each) => String(field(field(each, "properties"), "firstname")))
    : [];
}

async function withPeople(): Promise<Opened> {
  const opened = await open({ limits: { searchPerSecond: 1_000 } });
  const people = [
    { firstname: "Ana", jobtitle: "VP Sales", lifecyclestage: "lead", num: "" },
    { firstname: "Ben", jobtitle: "Sales Manager", lifecyclestage: "marketingqualifiedlead", num: "" },
    { firstname: "Cleo", lifecyclestage: "marketingqualifiedlead", num: "" },
  ];
  for (const { num: _num, ...properties } of people) await opened.contact(properties);
  return opened;
}

test.each([
  ["EQ", { propertyName: "lifecyclestage", operator: "EQ", value: "lead" }, ["Ana"]],
  ["NEQ", { propertyName: "lifecyclestage", operator: "NEQ", value: "lead" }, ["Ben", "Cleo"]],
  [
    "IN with lower-case values",
    { propertyName: "firstname", operator: "IN", values: ["ana", "cleo"] },
    ["Ana", "Cleo"],
  ],
  ["IN with an upper-case value", { propertyName: "firstname", operator: "IN", values: ["Ana"] }, []],
  ["HAS_PROPERTY", { propertyName: "jobtitle", operator: "HAS_PROPERTY" }, ["Ana", "Ben"]],
  ["NOT_HAS_PROPERTY", { propertyName: "jobtitle", operator: "NOT_HAS_PROPERTY" }, ["Cleo"]],
  [
    "CONTAINS_TOKEN",
    { propertyName: "jobtitle", operator: "CONTAINS_TOKEN", value: "sales" },
    ["Ana", "Ben"],
  ],
  ["GT", { propertyName: "hs_object_id", operator: "GT", value: "101" }, ["Ben", "Cleo"]],
])("%s finds what it says", async (_name, filter, names) => {
  expect(await found(await withPeople(), [filter])).toEqual(names);
});

test("results are sorted and cut into pages", async () => {
  const opened = await withPeople();
  const sorts = [{ propertyName: "firstname", direction: "DESCENDING" }];
  expect(await found(opened, [], { sorts, limit: 2 })).toEqual(["Cleo", "Ben"]);
  expect(await found(opened, [], { sorts, limit: 2, after: "2" })).toEqual(["Ana"]);
});

test("the index is behind by the portal's lag", async () => {
  let now = Date.UTC(2026, 10, 17);
  const opened = await open({ now: () => now, rules: { searchLagMs: 5_000 } });
  const id = await opened.contact({ firstname: "Ana" });
  expect(await found(opened, [])).toEqual([]);
  now += 5_000;
  await opened.api("PATCH", `/crm/objects/2026-03/contacts/${id}`, { properties: { firstname: "Anna" } });
  expect(await found(opened, [{ propertyName: "firstname", operator: "EQ", value: "Ana" }])).toEqual([
    "Anna",
  ]);
  expect(idOf((await opened.api("GET", `/crm/objects/2026-03/contacts/${id}`)).body)).toBe(id);
});

test.each([
  ["a page past the ten-thousandth result", { after: 9_950, limit: 100 }],
  ["a page of more than two hundred", { limit: 201 }],
  ["more than five groups", { filterGroups: Array.from({ length: 6 }, () => ({ filters: [] })) }],
  ["a body of more than 3,000 characters", { properties: ["x".repeat(3_000)] }],
  ["two sorts", { sorts: ["firstname", "lastname"] }],
  [
    "an unknown operator",
    { filterGroups: [{ filters: [{ propertyName: "firstname", operator: "LIKE", value: "a" }] }] },
  ],
])("%s is refused", async (_name, body) => {
  const { api } = await open();
  expect((await api("POST", path, body)).status).toBe(400);
});
