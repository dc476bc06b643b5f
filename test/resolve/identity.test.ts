import { describe, expect, test } from "vitest";
import type { CrmAccount } from "../../src/model/record.ts";
import type { Identity } from "../../src/resolve/identity.ts";
import { resolve } from "../../src/resolve/index.ts";
import type { FoundRecord } from "../../src/resolve/record.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { aRecord } from "./kit.ts";

const PLAYBOOK = aPlaybook();
const ACCOUNT: CrmAccount = {
  id: "900",
  ownerId: "77",
  values: { "company.name": "Northwind Traders", "company.country": "Norway" },
};
const MATCHED: Identity = {
  match: { outcome: "match", account: "900", evidence: ["same domain northwind.example"] },
  account: ACCOUNT,
  duplicates: [],
};

function seen(record: FoundRecord, identity: Identity) {
  const input = {
    record,
    identity,
    signals: [],
    activities: new Map(),
    decisionId: "d",
    leadUrl: "https://crm.example",
  };
  return resolve(input, PLAYBOOK);
}

describe("a lead that was matched with an account", () => {
  test("is read as one of its people; what the lead says itself goes before, and keeps its place", () => {
    const record = aRecord({ "contact.company": "NW", "contact.country": "Germany" });
    expect(seen(record, MATCHED)).toMatchObject({
      accountId: "900",
      match: { outcome: "match" },
      facts: {
        "account.name": { value: "Northwind Traders", from: "company.name of the matched account" },
        "account.owner": { value: "77", from: "company owner of the matched account" },
        "lead.country": { value: "DE", from: "contact.country" },
      },
    });
  });

  test("keeps the account the CRM says, whatever was matched", () => {
    const snapshot = seen(
      aRecord({ "company.name": "Fabrikam" }, { accountId: "5", accountOwnerId: "88" }),
      MATCHED,
    );
    expect(snapshot.accountId).toBe("5");
    expect(snapshot.facts["account.owner"]).toEqual({ value: "88", from: "company owner" });
    expect(snapshot.facts["account.name"]).toEqual({ value: "Fabrikam", from: "company.name" });
  });

  test("takes nothing from accounts a person must look at first", () => {
    const match = {
      outcome: "review",
      candidates: [{ account: "900", evidence: ["the same name"] }],
    } as const;
    const snapshot = seen(aRecord(), { match, duplicates: [] });
    expect(snapshot.accountId).toBeUndefined();
    expect(snapshot.facts["account.owner"]).toBeUndefined();
    expect(snapshot.match).toEqual(match);
  });
});

describe("what duplicates say as facts", () => {
  test("is the surest one's evidence, and the owner of the surest that has one", () => {
    const { facts, duplicates } = seen(aRecord(), {
      duplicates: [
        { lead: "7", certainty: "certain", evidence: ["the same mailbox"] },
        { lead: "8", certainty: "likely", evidence: ["the same phone and a like name"], ownerId: "99" },
      ],
    });
    expect(duplicates).toHaveLength(2);
    expect(facts["duplicate.owner"]).toEqual({ value: "99", from: "duplicate record" });
    expect(facts["duplicate.evidence"]).toEqual({
      value: "certain: the same mailbox",
      from: "duplicate record",
    });
  });

  test("is nothing where there are none", () => {
    const { facts, duplicates } = seen(aRecord(), { duplicates: [] });
    expect(duplicates).toBeUndefined();
    expect(Object.keys(facts).filter((name) => name.startsWith("duplicate."))).toEqual([]);
  });
});
