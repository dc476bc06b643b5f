import { afterEach, describe, expect, test } from "vitest";
import { startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

async function fresh(options: StandOptions = {}): Promise<Stand> {
  stand = await startStand({ prepared: false, ...options });
  return stand;
}

describe("preparing an account", () => {
  test("makes Baton's properties once and leaves what an admin has changed", async () => {
    const { connector, portal, sandbox } = await fresh();
    const first = await connector.prepare();
    const contact = portal.state.definitions.contact;
    expect(contact.get("baton_handoff_status")).toMatchObject({ groupName: "baton", type: "string" });
    expect(contact.get("baton_deadline")).toMatchObject({ type: "datetime" });
    expect(contact.get("baton_owner_disposition")?.options.map((option) => option.value)).toContain(
      "recycled",
    );
    expect(contact.get("baton_disposition_reason")?.options.map((option) => option.value)).toContain(
      "not-fit",
    );
    const made = sandbox.ledger.find({ kind: "property.create" }).length;
    portal.addProperty("contact", "baton_reason", [["a", "A"]]);
    expect(await connector.prepare()).toEqual(first);
    expect(sandbox.ledger.find({ kind: "property.create" })).toHaveLength(made);
    expect(contact.get("baton_reason")?.options).toHaveLength(1);
  });

  test("offers what was agreed, adds what is agreed later, and takes or renames nothing", async () => {
    const { connector, portal, sandbox } = await fresh();
    await connector.prepare({ answers: ["accepted", "no-show"], reasons: ["not-fit"] });
    const contact = portal.state.definitions.contact;
    const optionsOf = (name: string): unknown =>
      contact.get(name)?.options.map(({ value, label }) => [value, label]);
    expect(optionsOf("baton_owner_disposition")).toEqual([
      ["accepted", "Accepted"],
      ["no-show", "No show"],
    ]);
    const reasons = contact.get("baton_disposition_reason");
    if (!reasons) throw new Error("the pick list is there");
    const own = { value: "own", label: "Ours", displayOrder: 0, hidden: true };
    const renamed = { value: "not-fit", label: "Passt nicht", displayOrder: 1, hidden: false };
    contact.set(reasons.name, { ...reasons, options: [own, renamed] });
    await connector.prepare({ answers: ["accepted"], reasons: ["bad-data", "not-fit"] });
    expect(contact.get(reasons.name)?.options).toEqual([
      own,
      renamed,
      { value: "bad-data", label: "Bad data", displayOrder: 2, hidden: false },
    ]);
    expect(optionsOf("baton_owner_disposition")).toHaveLength(2);
    expect(sandbox.ledger.find({ kind: "property.update" })).toHaveLength(1);
    await connector.prepare({ answers: ["accepted"], reasons: ["bad-data"] });
    expect(sandbox.ledger.find({ kind: "property.update" })).toHaveLength(1);
  });

  test("an account with HubSpot's own connector to Salesforce is known by what that adds to contacts", async () => {
    const { connector, portal } = await fresh();
    expect((await connector.prepare()).syncsItself).toBeUndefined();
    portal.addProperty("contact", "salesforceleadid");
    expect((await connector.prepare()).syncsItself).toBe(true);
  });

  test("an agreement without reasons offers the usual ones, as no pick list may be empty", async () => {
    const { connector, portal } = await fresh();
    await connector.prepare({ answers: ["accepted"], reasons: [] });
    expect(portal.state.definitions.contact.get("baton_disposition_reason")?.options).not.toEqual([]);
  });

  test("a pick list that takes no further options is left alone, one that may have taken them is an error", async () => {
    const { connector, sandbox } = await fresh();
    await connector.prepare({ answers: ["accepted"], reasons: ["timing"] });
    const [path, more] = ["/crm/properties/*/contacts/*", { answers: ["working"], reasons: ["timing"] }];
    const body = { status: "error", category: "VALIDATION_ERROR", message: "read only" };
    sandbox.faults.add({ method: "PATCH", path, times: 1, fault: { do: "answer", status: 400, body } });
    await expect(connector.prepare(more)).resolves.toMatchObject({ touches: true });
    sandbox.faults.add({ method: "PATCH", path, times: 1, fault: { do: "reset" } });
    await expect(connector.prepare(more)).rejects.toMatchObject({ code: "crm.unreachable" });
  });

  test("a property somebody makes at the same moment is as good", async () => {
    const { connector, sandbox } = await fresh();
    sandbox.faults.add({
      method: "POST",
      path: "/crm/properties/*/contacts",
      times: 2,
      fault: { do: "conflict" },
    });
    await expect(connector.prepare()).resolves.toMatchObject({ taskKey: "unique-property" });
  });

  test.each([
    [
      "takes unique properties",
      { uniqueActivityProperties: true, activityIdProperty: true },
      "unique-property",
    ],
    ["refuses unique properties on tasks and notes", { uniqueActivityProperties: false }, "marker"],
    ["takes them but cannot be read by them", { activityIdProperty: false }, "marker"],
  ])("an account that %s", async (_name, rules, place) => {
    const { connector } = await fresh({ rules });
    const expected = { taskKey: place, noteKey: place };
    expect(await connector.prepare()).toMatchObject(expected);
    expect(await connector.prepare()).toMatchObject(expected);
  });

  test("a property of that name without unique values is no key", async () => {
    const { connector, portal } = await fresh();
    portal.addProperty("task", "baton_key");
    expect(await connector.prepare()).toMatchObject({ taskKey: "marker", noteKey: "unique-property" });
  });

  const base = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
  ];
  test.each([
    [[], { deals: false, workingHours: false, submissions: false, callbacks: false, lists: false }],
    [["crm.lists.read"], { deals: false, workingHours: false, submissions: false, lists: true }],
    [["crm.objects.deals.read"], { deals: true, workingHours: false, submissions: false, callbacks: false }],
    [["crm.objects.users.read"], { deals: false, workingHours: true, submissions: false, callbacks: false }],
    [["automation.sequences.read"], { touches: true, sequences: false }],
    [
      ["automation.sequences.read", "automation.sequences.enrollments.write"],
      { touches: true, sequences: true },
    ],
    [["forms", "automation"], { deals: false, workingHours: false, submissions: true, callbacks: true }],
  ])("scopes %j open %j", async (optional, expected) => {
    const { connector } = await fresh({ scopes: [...base, ...optional] });
    expect(await connector.prepare()).toMatchObject(expected);
  });

  test("a scope that is missing for contact properties is said", async () => {
    const { connector } = await fresh({ scopes: base.slice(0, -1) });
    await expect(connector.prepare()).rejects.toMatchObject({ code: "crm.forbidden" });
  });

  test("an account that cannot be asked is no account without keys", async () => {
    const { connector, sandbox } = await fresh();
    sandbox.faults.add({ path: "/crm/properties/*/tasks", fault: { do: "server-error", status: 503 } });
    await expect(connector.prepare()).rejects.toMatchObject({ code: "crm.server-error" });
    sandbox.faults.clear();
    sandbox.faults.add({
      method: "POST",
      path: "/crm/properties/*/tasks",
      fault: { do: "reset", early: true },
      times: 1,
    });
    await expect(connector.prepare()).rejects.toMatchObject({ code: "crm.unreachable" });
    expect(await connector.prepare()).toMatchObject({ taskKey: "unique-property" });
  });
});

describe("leaving an account", () => {
  test("uninstalls the app, and doing it again is no error", async () => {
    const { connector, app } = await fresh();
    await connector.leave();
    expect(app.installs.size).toBe(0);
    await connector.leave();
  });

  test.each([
    ["a server error", { do: "server-error", status: 500 } as const, "crm.server-error"],
    [
      "a missing scope",
      { do: "answer", status: 403, body: { category: "MISSING_SCOPES" } } as const,
      "crm.forbidden",
    ],
  ])("%s is said", async (_name, fault, code) => {
    const { connector, sandbox } = await fresh();
    sandbox.faults.add({ path: "/appinstalls/**", fault });
    await expect(connector.leave()).rejects.toMatchObject({ code });
  });
});

test("the lead's page is the contact's record in its portal", async () => {
  const { connector, portal } = await fresh();
  expect(connector.leadUrl({ crm: "hubspot", id: "101" })).toBe(
    `https://app.hubspot.com/contacts/${portal.id}/record/0-1/101`,
  );
});
