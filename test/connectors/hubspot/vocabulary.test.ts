import { afterEach, describe, expect, test } from "vitest";
import type { CrmProperty, Known } from "../../../src/model/vocabulary.ts";
import app from "../../../app.json" with { type: "json" };
import { EVERYTHING, NOW, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

async function fresh(options: StandOptions = {}): Promise<Stand> {
  stand = await startStand(options);
  return stand;
}

type Properties = Known<ReadonlyMap<string, CrmProperty>> | undefined;

function property(known: Properties, name: string): CrmProperty | undefined {
  return known?.known === true ? known.all.get(name) : undefined;
}

describe("the vocabulary of an account", () => {
  test.each<[string, string, CrmProperty]>([
    ["contact", "jobtitle", { type: "text", writable: true }],
    ["contact", "hs_analytics_last_url", { type: "text", writable: false }],
    ["contact", "num_conversion_events", { type: "number", writable: false }],
    ["contact", "recent_conversion_date", { type: "date-time", writable: false }],
    ["contact", "baton_deadline", { type: "date-time", writable: true }],
    ["contact", "hubspot_owner_id", { type: "choice", writable: true }],
    ["company", "numberofemployees", { type: "number", writable: true }],
  ])("has the type of %s.%s and whether it can be written", async (object, name, expected) => {
    const { properties } = await (await fresh()).connector.vocabulary();
    expect(property(properties[object], name)).toEqual(expected);
  });

  test("has the options of pick lists, with what people see", async () => {
    const { connector, portal } = await fresh();
    portal.addProperty("contact", "plan", [
      ["p1", "Starter"],
      ["p2", "Scale"],
    ]);
    const { properties } = await connector.vocabulary();
    expect(property(properties["contact"], "plan")).toMatchObject({
      type: "choice",
      options: [
        { value: "p1", label: "Starter" },
        { value: "p2", label: "Scale" },
      ],
    });
    expect(property(properties["contact"], "hs_legal_basis")?.type).toBe("choices");
    expect(property(properties["contact"], "hs_email_optout")?.options?.map(({ value }) => value)).toEqual([
      "true",
      "false",
    ]);
  });

  test("has the portal's own stages, owners who left, and forms over several pages", async () => {
    const { connector, portal } = await fresh();
    portal.addOwner({ email: "Lena@acme.example" });
    portal.addOwner({ email: "gone@acme.example", archived: true });
    const names = Array.from({ length: 130 }, (_, index) => `Form ${index}`);
    for (const name of names) portal.addForm(name);
    const { stages, owners, forms } = await connector.vocabulary();
    expect(stages.known && stages.all).toContainEqual({ value: "164392217", label: "Sales accepted" });
    expect(owners.known && owners.all.map(({ email, active }) => [email, active])).toEqual([
      ["lena@acme.example", true],
      ["gone@acme.example", false],
    ]);
    expect(forms).toEqual({ known: true, all: names });
  });

  test("has no archived property", async () => {
    const { connector, portal } = await fresh();
    portal.state.definitions.contact.delete("baton_reason");
    const { properties, own } = await connector.vocabulary();
    expect(own).toContain("contact.baton_reason");
    expect(property(properties["contact"], "baton_reason")).toBeUndefined();
  });

  test("has the lists of contacts over several pages, and neither deleted ones nor those of companies", async () => {
    const { connector, portal } = await fresh();
    const lists = Array.from({ length: 205 }, (_, index) => portal.addList(`List ${index}`));
    portal.addList("Target accounts", [], { of: "company" });
    portal.addList("Old").deletedAt = NOW;
    const { lists: known } = await connector.vocabulary();
    expect(known).toEqual({ known: true, all: lists.map(({ id, name }) => ({ value: id, label: name })) });
  });

  test("does not ask for lists where they are not granted", async () => {
    const { connector, sandbox } = await fresh({ capabilities: { ...EVERYTHING, lists: false } });
    expect((await connector.vocabulary()).lists).toEqual({ known: false });
    expect(sandbox.ledger.countCalls({ route: "/crm/lists" })).toBe(0);
  });

  test("takes lists for unknown when the scope was taken back", async () => {
    const scopes = app.scopes.required;
    const { connector } = await fresh({ scopes, prepared: false });
    expect((await connector.vocabulary()).lists).toEqual({ known: false });
  });

  test.each<[string, object]>([
    ["a page that is the page before", { lists: [], hasMore: true, offset: 0 }],
    ["an empty page before more", { lists: [], hasMore: true }],
    ["no lists at all", {}],
  ])("%s is a bad answer to a search of lists", async (_name, body) => {
    const { connector, sandbox } = await fresh();
    sandbox.faults.add({ path: "/crm/lists/*/search", fault: { do: "answer", status: 200, body } });
    await expect(connector.vocabulary()).rejects.toMatchObject({ code: "crm.bad-answer" });
    expect(sandbox.ledger.countCalls({ route: "/crm/lists" })).toBeLessThanOrEqual(3);
  });

  test("leaves out lists that make no sense", async () => {
    const { connector, sandbox } = await fresh();
    const lists = [{ listId: 9, name: null }, null, { name: "No id" }, { listId: "10", objectTypeId: "0-2" }];
    const body = { lists, hasMore: false };
    sandbox.faults.add({ path: "/crm/lists/*/search", fault: { do: "answer", status: 200, body } });
    expect((await connector.vocabulary()).lists).toEqual({ known: true, all: [{ value: "9", label: "" }] });
  });

  test("takes six calls, and none for working hours", async () => {
    const { connector, sandbox } = await fresh();
    await connector.vocabulary();
    const paths = sandbox.ledger.calls.map(({ path }) => path);
    expect(paths).toHaveLength(6);
    expect(paths.filter((path) => path.includes("users"))).toEqual([]);
  });

  test.each<[string, readonly string[], Readonly<Record<string, boolean>>]>([
    [
      "forms",
      ["crm.objects.contacts.read", "crm.objects.companies.read", "crm.objects.owners.read"],
      { forms: false },
    ],
    ["owners", ["crm.objects.contacts.read", "crm.objects.companies.read", "forms"], { owners: false }],
    [
      "company properties",
      ["crm.objects.contacts.read", "crm.objects.owners.read", "forms"],
      { company: false },
    ],
    [
      "contact properties and stages",
      ["crm.objects.companies.read", "crm.objects.owners.read", "forms"],
      { contact: false, stages: false },
    ],
  ])("without a scope for them, %s are unknown and the rest is known", async (_name, scopes, unknown) => {
    const { connector } = await fresh({ scopes, prepared: false });
    const { properties, stages, owners, forms } = await connector.vocabulary();
    const all = { contact: true, company: true, stages: true, owners: true, forms: true };
    expect({
      contact: properties["contact"]?.known,
      company: properties["company"]?.known,
      stages: stages.known,
      owners: owners.known,
      forms: forms.known,
    }).toEqual({ ...all, ...unknown });
  });

  test("is not unknown but a fault while HubSpot is not well", async () => {
    const { connector, sandbox } = await fresh();
    sandbox.faults.add({ path: "/marketing/v3/forms", fault: { do: "server-error", status: 503 } });
    await expect(connector.vocabulary()).rejects.toMatchObject({ code: "crm.server-error" });
  });
});
