/** Making contacts of people of the other CRM: each once, by the address that no two contacts can have. */
import { afterEach, describe, expect, test } from "vitest";
import type { Newcomer } from "../../../src/model/newcomer.ts";
import { create, type Stand, startStand } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

const MAKING = "/crm/objects/*/contacts/batch/create";

function aNewcomer(id: string, email: string, rest: Newcomer["properties"] = {}): Newcomer {
  return {
    key: `admit.${id}`,
    counterpart: { crm: "salesforce", id },
    properties: { "contact.email": email, "contact.lastname": "Ruiz", ...rest },
  };
}
const make = async (...newcomers: readonly Newcomer[]) => {
  const receipts = await stand.connector.createLeads?.(newcomers);
  if (receipts === undefined) throw new Error("HubSpot makes leads");
  return receipts;
};
const contacts = (email: string) =>
  stand.portal.all("contact").filter(({ properties }) => properties["email"] === email);

describe("a contact is made", () => {
  test("of each newcomer, a hundred in one call, with what is known of them and nothing else", async () => {
    stand = await startStand();
    const newcomers = Array.from({ length: 100 }, (_, index) =>
      aNewcomer(`00Q${index}`, `n${index}@example.com`, { "company.name": "Elsewhere", "contact.city": "" }),
    );
    const receipts = await make(...newcomers);
    expect(receipts.every(({ outcome }) => outcome === "applied")).toBe(true);
    expect(stand.sandbox.ledger.calls).toHaveLength(1);
    const [one] = contacts("n7@example.com");
    expect(receipts[7]).toMatchObject({ key: "admit.00Q7", id: one?.id });
    expect(one?.properties).toMatchObject({ lastname: "Ruiz" });
    for (const name of ["hubspot_owner_id", "hs_legal_basis", "city"])
      expect(one?.properties[name] ?? "").toBe("");
  });

  test("once, when the answer was lost and it is asked for again", async () => {
    stand = await startStand();
    stand.sandbox.faults.add({ path: MAKING, fault: { do: "reset", commit: true }, times: 1 });
    expect(await make(aNewcomer("00Q1", "ana@example.com"))).toMatchObject([{ outcome: "unknown" }]);
    const [again] = await make(aNewcomer("00Q1", "ANA@example.com"));
    expect(contacts("ana@example.com")).toHaveLength(1);
    expect(again).toMatchObject({ outcome: "applied", id: contacts("ana@example.com")[0]?.id });
  });

  test("of two newcomers with one address once, for both", async () => {
    stand = await startStand();
    const receipts = await make(aNewcomer("00Q1", "ana@example.com"), aNewcomer("00Q2", "Ana@Example.com"));
    expect(contacts("ana@example.com")).toHaveLength(1);
    const [{ id } = { id: "" }] = contacts("ana@example.com");
    expect(receipts).toMatchObject([
      { key: "admit.00Q1", id },
      { key: "admit.00Q2", id },
    ]);
  });
});

describe("no contact is made", () => {
  test("of whom HubSpot knows: they are that contact, and what it says is left alone", async () => {
    stand = await startStand();
    const id = await create(stand, "contact", { email: "ana@example.com", lastname: "Ruiz-Vega" });
    const receipts = await make(aNewcomer("00Q1", "ana@example.com"), aNewcomer("00Q2", "ben@example.com"));
    expect(receipts).toMatchObject([{ outcome: "applied", id, isFound: true }, { outcome: "applied" }]);
    expect(receipts[1]).not.toHaveProperty("isFound");
    expect(contacts("ana@example.com")).toMatchObject([{ properties: { lastname: "Ruiz-Vega" } }]);
  });

  test("without an address, or of a value HubSpot refuses; and the others are made", async () => {
    stand = await startStand();
    const receipts = await make(
      aNewcomer("00Q1", ""),
      aNewcomer("00Q2", "no address"),
      aNewcomer("00Q3", "ben@example.com", { "contact.hs_email_optout": "true" }),
      aNewcomer("00Q4", "cleo@example.com"),
    );
    expect(receipts).toMatchObject([
      { outcome: "refused", code: "crm.invalid" },
      { outcome: "refused", code: "crm.invalid" },
      { outcome: "refused", code: "crm.invalid" },
      { outcome: "applied" },
    ]);
    expect(contacts("ben@example.com")).toEqual([]);
  });

  test("when the lane may not write any more", async () => {
    stand = await startStand();
    const receipts = await stand.connector.createLeads?.([aNewcomer("00Q1", "ana@example.com")], () => false);
    expect(receipts).toMatchObject([{ outcome: "not-applied", code: "deliver.lost-lane" }]);
    expect(contacts("ana@example.com")).toEqual([]);
  });

  test("of nobody", async () => {
    stand = await startStand();
    expect(await make()).toEqual([]);
    expect(stand.sandbox.ledger.calls).toEqual([]);
  });
});
