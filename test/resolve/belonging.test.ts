import { describe, expect, test } from "vitest";
import type { CrmAccount } from "../../src/model/record.ts";
import { belongingOf, employersDomain, type Employer } from "../../src/resolve/belonging.ts";

const AGENCIES: ReadonlySet<string> = new Set(["brightwords.example"]);

function anAccount(id: string, name: string, domain: string): CrmAccount {
  return { id, name, domain, values: {} };
}
const NORTHWIND = anAccount("1", "Northwind Traders Ltd", "https://www.northwind.example/uk");
const LOOKALIKES = [
  anAccount("8", "Northwind Traders", "northwind.example.com"),
  anAccount("9", "Northwind Traders", "www.notnorthwind.example"),
];

describe("the domain accounts are looked for by", () => {
  const cases: readonly (readonly [string, Employer, string | undefined])[] = [
    ["is the company's", { domain: "northwind.example", email: "kim@lamna.example" }, "northwind.example"],
    ["is registered, not a host's", { domain: "https://shop.northwind.co.uk/de" }, "northwind.co.uk"],
    ["without a company is that of the address", { email: "Kim@mail.Lamna.example" }, "lamna.example"],
    [
      "is that of the address where the company has a mailbox for one",
      { domain: "gmail.com", email: "kim@lamna.example" },
      "lamna.example",
    ],
    ["is none of free mail", { email: "kim@gmail.com" }, undefined],
    ["is none of an agency", { email: "kim@brightwords.example" }, undefined],
    [
      "is none of an agency that stands for the company",
      { domain: "brightwords.example", email: "kim@lamna.example" },
      undefined,
    ],
    ["is none where nothing is known", { name: "Northwind Traders" }, undefined],
  ];
  test.each(cases)("%s", (_fact, employer, domain) => {
    expect(employersDomain(employer, AGENCIES)).toBe(domain);
  });
});

describe("somebody", () => {
  const DOMAIN = "northwind.example";
  test("belongs to the one account at the domain of their company, by whatever name its web site goes", () => {
    const accounts = [...LOOKALIKES, NORTHWIND];
    expect(belongingOf({ name: "Northwind Traders" }, DOMAIN, accounts)).toEqual({
      account: "1",
      why: "it is the one at northwind.example",
    });
  });

  test.each(["", "NORTHWIND TRADERS", "Northwind Traders Group", "Nortwhind Traders"])(
    "whose company is called %j belongs to it",
    (name) => {
      expect(belongingOf({ name }, DOMAIN, [NORTHWIND])?.account).toBe("1");
    },
  );

  test.each(["Fabrikam", "Northwind Traders Foundation of Art"])(
    "whose company is called %j does not: the name says otherwise, and that is told",
    (name) => {
      expect(belongingOf({ name }, DOMAIN, [NORTHWIND])).toEqual({
        why: "the account at northwind.example has another name",
      });
    },
  );

  test("belongs to none of two accounts at the domain, though one has the very name, and that is told", () => {
    const two = [NORTHWIND, anAccount("2", "Northwind Shipping", "northwind.example")];
    expect(belongingOf({ name: "Northwind Traders Ltd" }, DOMAIN, two)).toEqual({
      why: "2 accounts are at northwind.example",
    });
  });

  test("never belongs to an account for its name alone, and there is nothing to tell", () => {
    expect(belongingOf({ name: "Northwind Traders" }, DOMAIN, LOOKALIKES)).toBeUndefined();
  });
});
