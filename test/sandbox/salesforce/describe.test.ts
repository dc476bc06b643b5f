import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { field } from "../portal-client.ts";
import { codeOf, openOrgSandbox } from "./org-client.ts";

/** Genuine describes, where they lie beside the checkout. They are no part of the project. */
const genuine = resolve(import.meta.dirname, "../../../../shared/specs/salesforce/describe");

interface Field {
  readonly [key: string]: unknown;
}

function fieldsOf(body: unknown): ReadonlyMap<string, Field> {
  const list = field(body, "fields");
  if (!Array.isArray(list)) throw new TypeError("a describe has fields");
  return new Map(
    list.map((one: unknown) => [String(field(one, "name")), Object.fromEntries(Object.entries(Object(one)))]),
  );
}

function genuineDescribe(type: string): unknown {
  return JSON.parse(readFileSync(join(genuine, `${type}.json`), "utf8"));
}

const kept = [
  "type",
  "length",
  "createable",
  "updateable",
  "nillable",
  "filterable",
  "sortable",
  "relationshipName",
  "restrictedPicklist",
];

describe.skipIf(!existsSync(genuine))("beside genuine describes", () => {
  test.each(["Lead", "Contact", "Account", "Opportunity", "OpportunityContactRole", "Event"])(
    "every field of %s is there with the same traits, or is Baton's",
    async (type) => {
      const { api } = await openOrgSandbox();
      const real = fieldsOf(genuineDescribe(type));
      const served = fieldsOf((await api("GET", `/sobjects/${type}/describe`)).body);
      expect([...served.keys()].filter((name) => !real.has(name) && !name.startsWith("Baton_"))).toEqual([]);
      const common = [...served.keys()].filter((name) => real.has(name));
      const traits = (all: ReadonlyMap<string, Field>): unknown =>
        common.map((name) => [name, pick(all.get(name) ?? {})]);
      expect(traits(served)).toEqual(traits(real));
    },
  );

  test("a describe has the keys of a genuine one", async () => {
    const { api } = await openOrgSandbox();
    const { body } = await api("GET", "/sobjects/Lead/describe");
    const real = genuineDescribe("Lead");
    expect(Object.keys(Object(real)).filter((key) => !(key in Object(body)))).toEqual([]);
    const [mine, theirs] = [body, real].map((one) =>
      Object.keys(fieldsOf(one).get("Email") ?? {}).toSorted(),
    );
    expect(mine).toEqual(theirs);
  });
});

function pick(one: Field): unknown {
  return Object.fromEntries(kept.map((key) => [key, one[key]]));
}

test("field-level security hides consent until the org allows it", async () => {
  const { api, org } = await openOrgSandbox();
  const names = async (): Promise<readonly string[]> => [
    ...fieldsOf((await api("GET", "/sobjects/Lead/describe")).body).keys(),
  ];
  expect(await names()).not.toContain("HasOptedOutOfEmail");
  org.rules.fls = true;
  expect(await names()).toEqual(expect.arrayContaining(["HasOptedOutOfEmail", "DoNotCall"]));
  org.rules.hiddenFields = ["Lead.Phone"];
  expect(await names()).not.toContain("Phone");
});

test("the package's fields are there, keyed ones unique, or they are not", async () => {
  const opened = await openOrgSandbox();
  const other = opened.sandbox.createOrg({ package: false });
  expect(opened.org.state.schema.get("task")?.fields.has("baton_key__c")).toBe(true);
  expect(other.state.schema.get("task")?.fields.has("baton_key__c")).toBe(false);
  const task = fieldsOf((await opened.api("GET", "/sobjects/Task/describe")).body);
  expect(task.get("Baton_Key__c")).toMatchObject({
    externalId: true,
    unique: true,
    caseSensitive: false,
    length: 64,
  });
});

test("statuses of a describe are the org's, in its order", async () => {
  const { api, org } = await openOrgSandbox();
  org.add("LeadStatus", { MasterLabel: "Accepted by sales", ApiName: "Accepted", SortOrder: 1.5 });
  const status = fieldsOf((await api("GET", "/sobjects/Lead/describe")).body).get("Status");
  expect(status?.["picklistValues"]).toMatchObject([
    { value: "Open - Not Contacted", defaultValue: true },
    { value: "Accepted", label: "Accepted by sales" },
    { value: "Working - Contacted" },
    {},
    {},
  ]);
});

test("objects may be hidden, and all others are listed", async () => {
  const { api, org } = await openOrgSandbox();
  org.rules.hiddenObjects = ["Campaign"];
  const { body } = await api("GET", "/sobjects");
  expect(JSON.stringify(body)).not.toContain('"Campaign"');
  expect(JSON.stringify(body)).toContain('"CampaignMember"');
  const answer = await api("GET", "/sobjects/Campaign/describe");
  expect([answer.status, codeOf(answer)]).toEqual([404, "NOT_FOUND"]);
});
