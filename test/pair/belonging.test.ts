import { beforeEach, describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import type { Receipt, Write } from "../../src/model/effect.ts";
import { aPair, anOwner, lead, type Stand } from "./kit.ts";

const EMPLOYER = {
  name: ["company.name", "contact.company"],
  domain: ["company.domain"],
  agencies: new Set(["brightwords.example"]),
};
const NORTHWIND = { id: "001N", name: "Northwind", domain: "northwind.example", values: {} };

let stand: Stand;
beforeEach(() => {
  stand = aPair();
  stand.rules = { ...stand.rules, employer: EMPLOYER };
  stand.sales.owners = [anOwner("s-anna", "anna@example.com")];
  stand.sales.accounts = [NORTHWIND];
});
const aLead = (id: string, values: Readonly<Record<string, string>>): void =>
  void stand.marketing.leads.set(id, { values: { ...values } });
const handOff = async (...ids: readonly string[]): Promise<readonly Receipt[]> =>
  await stand.pair.apply(
    ids.map((id): Write => ({
      kind: "update-lead",
      key: `${id}.lead`,
      lead: lead(id),
      owner: { to: "s-anna" },
      properties: {},
    })),
  );
const belongings = () => stand.sales.made.map(({ belonging }) => belonging);

describe("a lead that is made in sales' CRM", () => {
  test("is made in the account at its company's domain, and its receipt says so", async () => {
    aLead("1", {
      "contact.email": "kim@gmail.com",
      "company.domain": "northwind.example",
      "company.name": "Northwind Ltd",
    });
    expect(await handOff("1")).toMatchObject([
      { outcome: "applied", reason: "it is the one at northwind.example" },
    ]);
    expect(belongings()).toEqual([{ account: "001N", why: "it is the one at northwind.example" }]);
  });

  test("is made in that at its address where no company is known, unless the name it gave says otherwise", async () => {
    aLead("1", { "contact.email": "Kim@northwind.example" });
    aLead("2", { "contact.email": "lee@northwind.example", "contact.company": "Fabrikam" });
    await handOff("1", "2");
    expect(belongings()).toEqual([
      { account: "001N", why: "it is the one at northwind.example" },
      { why: "the account at northwind.example has another name" },
    ]);
  });

  test("is made as a lead where two accounts are there, and its receipt says why", async () => {
    stand.sales.accounts.push({ ...NORTHWIND, id: "001M" });
    aLead("1", { "contact.email": "kim@northwind.example" });
    expect(await handOff("1")).toMatchObject([{ reason: "2 accounts are at northwind.example" }]);
    expect(belongings()).toEqual([{ why: "2 accounts are at northwind.example" }]);
  });

  test("is asked about together with others, in one question, and not where nothing names a company", async () => {
    aLead("1", { "contact.email": "kim@northwind.example" });
    aLead("2", { "contact.email": "lee@northwind.example" });
    aLead("3", { "contact.email": "ana@lamna.example" });
    aLead("4", { "contact.email": "bo@gmail.com" });
    aLead("5", { "contact.email": "cy@brightwords.example" });
    await handOff("1", "2", "3", "4", "5");
    expect(stand.sales.asked).toEqual(["accounts northwind.example,lamna.example"]);
    expect(belongings().map((one) => one?.account)).toEqual([
      "001N",
      "001N",
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("is not held up by accounts that cannot be asked for, and its receipt says so", async () => {
    stand.sales.connector.accountsAt = () => Promise.reject(new BatonError("crm.timeout", "too slow"));
    aLead("1", { "contact.email": "kim@northwind.example" });
    expect(await handOff("1")).toMatchObject([
      { outcome: "applied", reason: "accounts could not be asked for (crm.timeout)" },
    ]);
    expect(stand.links.get("1")).toBe("made-1");
  });

  test("is told nothing of accounts where sales' CRM knew it, or where its record is another's", async () => {
    aLead("1", { "contact.email": "kim@northwind.example" });
    stand.sales.leads.set("00Q7", { values: { "lead.Email": "kim@northwind.example" } });
    expect(await handOff("1")).toMatchObject([{ outcome: "not-applied" }]);
    const [receipt] = await handOff("1");
    expect(receipt).toMatchObject({ outcome: "applied" });
    expect(receipt).not.toHaveProperty("reason");
    aLead("2", { "contact.email": "lee@northwind.example" });
    stand.links.set("9", "made-2");
    expect(await handOff("2")).toMatchObject([{ outcome: "refused", code: "crm.conflict" }]);
  });

  test("is asked about nowhere unless fields.yaml wants it so", async () => {
    const { employer: _employer, ...rules } = stand.rules;
    stand.rules = rules;
    aLead("1", { "contact.email": "kim@northwind.example" });
    await handOff("1");
    expect([stand.sales.asked, belongings()]).toEqual([[], [undefined]]);
  });
});
