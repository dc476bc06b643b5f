import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CrmAccount, Wanted } from "../../../src/model/record.ts";
import { create, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const COMPANIES = "/crm/objects/*/companies";
const WANTED: Wanted = {
  properties: ["contact.email", "company.industry", "company.numberofemployees"],
  history: ["company.industry"],
  deals: true,
  lists: true,
};

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.close());

async function allAccounts(): Promise<readonly CrmAccount[]> {
  const { accounts, next } = await stand.connector.accounts(WANTED);
  const all = [...accounts];
  for (let after = next; after !== undefined;) {
    const page = await stand.connector.accounts(WANTED, after);
    all.push(...page.accounts);
    after = page.next;
  }
  return all;
}

describe("the accounts of the CRM", () => {
  test("come with what tells them apart and with the values that are wanted, the empty ones left out", async () => {
    const owner = stand.portal.addOwner({ email: "nora@acme.example" });
    const properties = {
      name: "Northwind",
      domain: "northwind.example",
      phone: "+49 30 1",
      industry: "RETAIL",
    };
    const full = await create(stand, "company", {
      ...properties,
      hubspot_owner_id: owner.id,
      lifecyclestage: "customer",
      city: "Berlin",
    });
    const bare = await create(stand, "company", {});
    const { accounts, next } = await stand.connector.accounts(WANTED);
    expect(next).toBeUndefined();
    expect(accounts).toEqual([
      {
        id: full,
        name: "Northwind",
        domain: "northwind.example",
        phone: "+49 30 1",
        ownerId: owner.id,
        values: expect.objectContaining({
          "company.name": "Northwind",
          "company.domain": "northwind.example",
          "company.phone": "+49 30 1",
          "company.hubspot_owner_id": owner.id,
          "company.lifecyclestage": "customer",
          "company.industry": "RETAIL",
        }),
      },
      { id: bare, values: expect.not.objectContaining({ "company.name": expect.anything() }) },
    ]);
    expect(accounts[0]?.values).not.toHaveProperty(["company.city"]);
    expect(accounts[0]?.values).not.toHaveProperty(["company.numberofemployees"]);
  });

  test("come page by page, each once, without the archived", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 230; index += 1)
      ids.push(await create(stand, "company", { name: `C${index}` }));
    await stand.portal.act({ do: "archive", object: "company", who: ids[5] ?? "" });
    const all = await allAccounts();
    expect(all.map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== 5));
    expect(stand.sandbox.ledger.countCalls({ method: "GET", route: "/crm/objects" })).toBe(3);
  });

  test("of an empty CRM are one empty page", async () => {
    expect(await stand.connector.accounts(WANTED)).toEqual({ accounts: [] });
  });

  test("are repeated while HubSpot is not well, and an error once it stays so", async () => {
    await create(stand, "company", { name: "Northwind" });
    stand.sandbox.faults.add({ path: COMPANIES, times: 1, fault: { do: "server-error", status: 502 } });
    expect((await stand.connector.accounts(WANTED)).accounts).toHaveLength(1);
    stand.sandbox.faults.add({ path: COMPANIES, fault: { do: "server-error", status: 502 } });
    await expect(stand.connector.accounts(WANTED)).rejects.toMatchObject({ code: "crm.server-error" });
  });

  test("that make no sense are left out, and cost the others nothing", async () => {
    const body = {
      results: [
        null,
        "row",
        {},
        { id: "1" },
        { id: "x", properties: {} },
        { id: "2", properties: {}, archived: true },
        { id: 3, properties: { name: 7, domain: null, phone: [] } },
      ],
    };
    stand.sandbox.faults.add({ path: COMPANIES, fault: { do: "answer", status: 200, body } });
    expect(await stand.connector.accounts(WANTED)).toEqual({
      accounts: [{ id: "3", name: "7", values: { "company.name": "7" } }],
    });
  });

  test.each<[string, unknown]>([
    ["no results", {}],
    ["results that are no list", { results: {} }],
    ["a page after this one that is this one", { results: [], paging: { next: { after: "200" } } }],
  ])("with %s are a bad answer", async (_name, body) => {
    stand.sandbox.faults.add({ path: COMPANIES, fault: { do: "answer", status: 200, body } });
    await expect(stand.connector.accounts(WANTED, "200")).rejects.toMatchObject({ code: "crm.bad-answer" });
  });
});
