import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccountMatch } from "../../src/model/account.ts";
import type { Facts } from "../../src/model/lead.ts";
import type { CrmAccount } from "../../src/model/record.ts";
import { companyKeys, accountKeys } from "../../src/resolve/keys.ts";
import { matchAccount } from "../../src/resolve/match-account.ts";
import { personOf, type Person } from "../../src/resolve/person.ts";

const AGENCIES: ReadonlySet<string> = new Set(["brightwords.example"]);

/** Somebody as a form tells: an address, and the company they say. */
function aPerson(email: string, company?: string, more: Readonly<Record<string, string>> = {}): Person {
  const values = {
    "lead.email": email,
    ...(company === undefined ? {} : { "account.name": company }),
    ...more,
  };
  const facts: Facts = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, from: "a test" }]),
  );
  return personOf("101", facts);
}

/** An account as `Name @ domain`, with its place in the list for an id. */
function accountsOf(texts: readonly string[]): readonly CrmAccount[] {
  return texts.map((text, index) => {
    const [name = "", domain = ""] = text.split("@").map((part) => part.trim());
    return {
      id: String(index + 1),
      ...(name === "" ? {} : { name }),
      ...(domain === "" ? {} : { domain }),
      values: {},
    };
  });
}

/** As `match 1`, `review 1 2` or `none`. */
function said(match: AccountMatch): string {
  if (match.outcome === "match") return `match ${match.account}`;
  if (match.outcome === "none") return "none";
  return `review ${match.candidates.map(({ account }) => account).join(" ")}`;
}

/** What the list of accounts gives, found as a lane finds it: by keys. */
function outcome(person: Person, texts: readonly string[]): string {
  const keys = new Set(companyKeys(person));
  const found = accountsOf(texts).filter((account) => accountKeys(account).some((key) => keys.has(key)));
  return said(matchAccount(person, found, AGENCIES));
}

const LIST: readonly string[] = [
  "Northwind Traders @ northwind.example",
  "Fabrikam @ https://www.fabrikam.co.uk/shop",
  "Lamna AG @ lamna.example",
  "Lamna Healthineers @ lamna-healthineers.example",
  "International Bicycle Makers @ ibm.example",
  "Contoso @ contoso.example",
  "Contoso Deutschland GmbH @ contoso.example",
  "Tailspin Toys @ tailspin.example",
  "Wingtip Toys @ tailspin.example",
  "Brightwords @ brightwords.example",
  "Adatum @ gmail.com",
  "Woodgrove Bank",
  "Proseware @ proseware.example",
  "Proseware @ proseware-inc.example",
  "Universität Mainz @ uni-mainz.de",
  "Kent Soft @ kentsoft.github.io",
  "Margie's Travel @ margies.example",
  "Trey Research",
  "Trey Research",
  "Kent Soft Austria",
];

describe("a person's account is told by domain, name and phone together", () => {
  test.each<[string, string, string | undefined, string]>([
    // Domains
    ["the account's domain", "a@northwind.example", undefined, "match 1"],
    ["in capitals", "A@NORTHWIND.Example", undefined, "match 1"],
    ["a sub-domain of it", "a@mail.eu.northwind.example", undefined, "match 1"],
    ["an account whose domain is an address", "a@fabrikam.co.uk", undefined, "match 2"],
    ["another name under the same public suffix", "a@lucerne.co.uk", undefined, "none"],
    ["a domain that only ends alike", "a@notnorthwind.example", undefined, "none"],
    ["a page on a platform", "a@kentsoft.github.io", undefined, "match 16"],
    ["somebody else's page on it", "a@other.github.io", undefined, "none"],
    // Names beside the domain
    ["the name too", "a@northwind.example", "Northwind Traders Ltd.", "match 1"],
    ["the name with a slip", "a@northwind.example", "Northwnid Traders", "match 1"],
    ["the group's name", "a@northwind.example", "Northwind Traders Group", "match 1"],
    ["the name in letters", "a@ibm.example", "IBM", "match 5"],
    ["another name", "a@northwind.example", "Adventure Works", "review 1"],
    ["a subsidiary at the parent's domain", "a@lamna.example", "Lamna Energy", "review 3"],
    ["a subsidiary that has an account", "a@lamna.example", "Lamna Healthineers", "review 3 4"],
    ["a subsidiary at its own domain", "a@lamna-healthineers.example", "Lamna Healthineers", "match 4"],
    ["a parent's name at the subsidiary's domain", "a@lamna-healthineers.example", "Lamna", "review 4 3"],
    [
      "a country's company that has an account",
      "a@kentsoft.github.io",
      "Kent Soft Austria GmbH",
      "review 16 20",
    ],
    ["a country's company that has none", "a@kentsoft.github.io", "Kent Soft Brazil", "match 16"],
    // Several accounts at one domain
    ["the name decides", "a@contoso.example", "Contoso Ltd", "match 6"],
    ["the other name decides", "a@contoso.example", "Contoso Deutschland", "match 7"],
    ["nothing decides", "a@contoso.example", undefined, "review 6 7"],
    ["no name fits", "a@tailspin.example", "Graphic Design", "review 8 9"],
    ["one name fits", "a@tailspin.example", "Wingtip Toys", "match 9"],
    // Agencies
    ["an agency's address alone", "a@brightwords.example", undefined, "review 10"],
    ["an agency for a client", "a@brightwords.example", "Northwind Traders", "review 1 10"],
    ["an agency for itself", "a@brightwords.example", "Brightwords", "match 10"],
    // Addresses everybody may have
    ["free mail alone", "a@gmail.com", undefined, "none"],
    ["free mail and a name", "a@gmail.com", "Northwind Traders", "review 1"],
    ["free mail and the name of an account with free mail", "a@gmail.com", "Adatum", "review 11"],
    ["a throw-away address", "a@mailinator.com", undefined, "none"],
    ["a throw-away address and a name", "a@mailinator.com", "Fabrikam", "review 2"],
    ["a university", "a@uni-mainz.de", undefined, "none"],
    ["a university and its name", "a@students.uni-mainz.de", "Universität Mainz", "review 15"],
    // Names alone
    ["an account without a domain", "a@woodgrove.example", "Woodgrove Bank Inc.", "review 12"],
    ["a name two accounts have", "a@prose.example", "Proseware", "review 13 14"],
    ["a name two accounts have, and the domain of one", "a@proseware.example", "Proseware", "match 13"],
    ["a name with a slip, at another domain", "a@norvind.example", "Northwnid Traders", "none"],
    ["a name with a slip, at free mail", "a@gmail.com", "Northwnid Traders", "review 1"],
    ["the same name at another ending", "a@northwind.de", "Northwind Traders", "review 1"],
    ["a group's name at another domain", "a@northwind.fr", "Northwind Traders France", "none"],
    ["a part of a name", "a@gmail.com", "Lamna Energy", "none"],
    ["letters alone", "a@gmail.com", "IBM", "none"],
    ["a name nobody has", "a@alpine.example", "Alpine Ski House", "none"],
    ["two accounts without a domain", "a@trey.example", "Trey Research GmbH", "review 18 19"],
    ["an apostrophe", "a@margies.example", "Margies Travel", "match 17"],
    // Nothing to go by
    ["no address and no name", "", undefined, "none"],
    ["no address but a name", "", "Tailspin Toys", "review 8"],
    ["what is no address", "northwind.example", undefined, "match 1"],
  ])("%s: %s of %s", (_what, email, company, expected) => {
    expect(outcome(aPerson(email, company), LIST)).toBe(expected);
  });

  test("a domain somebody typed is for a person to look at, never a match", () => {
    const person = aPerson("a@gmail.com", undefined, { "account.domain": "northwind.example" });
    expect(outcome(person, LIST)).toBe("review 1");
  });

  test("an account listed twice with one domain is for a person to look at", () => {
    expect(outcome(aPerson("a@x.example", "X Y"), ["X Y @ x.example", "X Y @ x.example"])).toBe("review 1 2");
  });

  test("a match says what speaks for it", () => {
    const match = matchAccount(
      aPerson("a@eu.northwind.example", "Northwind Traders"),
      accountsOf(LIST),
      AGENCIES,
    );
    expect(match).toEqual({
      outcome: "match",
      account: "1",
      name: "Northwind Traders",
      evidence: ["same domain northwind.example", "the same name"],
    });
  });

  test("a review says what speaks for and against each candidate", () => {
    const found = accountsOf(LIST).slice(0, 1);
    const match = matchAccount(aPerson("a@northwind.de", "Northwind Traders"), found, AGENCIES);
    expect(match).toMatchObject({
      candidates: [{ evidence: ["another domain, northwind.example", "the same name"] }],
    });
  });
});

describe("a phone adds to other evidence and is none by itself", () => {
  const account: CrmAccount = {
    id: "1",
    name: "Lamna Energy",
    domain: "lamna.example",
    phone: "030 901820",
    values: { "company.country": "Germany" },
  };
  const phone = { "lead.phone": "+4930901820" };
  const match = (person: Person): AccountMatch => matchAccount(person, [account], AGENCIES);

  test("the account's own number, however written, finds it", () => {
    expect(
      companyKeys(aPerson("", undefined, phone)).filter((key) => accountKeys(account).includes(key)),
    ).toEqual(["phone:+4930901820"]);
  });

  test("a switchboard alone is nothing", () => {
    expect(match(aPerson("a@gmail.com", undefined, phone))).toEqual({ outcome: "none" });
    expect(match(aPerson("a@other.example", "Others", phone))).toEqual({ outcome: "none" });
  });

  test("with a part of the name it is worth a look, and beside a domain it is said", () => {
    expect(match(aPerson("a@gmail.com", "Lamna", phone))).toMatchObject({
      outcome: "review",
      candidates: [{ evidence: ["a name with other words more", "the same phone"] }],
    });
    expect(match(aPerson("a@lamna.example", undefined, phone))).toMatchObject({
      outcome: "match",
      evidence: ["same domain lamna.example", "the same phone"],
    });
  });
});

describe("whatever the accounts are", () => {
  const domain = fc.constantFrom("", "x.example", "www.x.example", "y.example", "gmail.com", "uni-mainz.de");
  const name = fc.constantFrom("", "X", "X GmbH", "X Group", "X Energy", "Y", "X Y Z", "XYZ");
  const account = fc.record({ name, domain }).map(({ name: called, domain: at }) => `${called} @ ${at}`);
  const accounts = fc.array(account, { maxLength: 6 }).map(accountsOf);
  const email = fc.constantFrom(
    "a@x.example",
    "a@eu.x.example",
    "a@y.example",
    "a@gmail.com",
    "a@uni-mainz.de",
    "",
  );
  const person = fc
    .record({ email, name })
    .map(({ email: at, name: of }) => aPerson(at, of === "" ? undefined : of));

  test("their order does not matter, nor how often one is named", () => {
    fc.assert(
      fc.property(person, accounts, fc.nat(), (who, list, turn) => {
        const by = turn % (list.length + 1);
        const other = [...list.slice(by), ...list.slice(0, by)].toReversed();
        const expected = matchAccount(who, list, AGENCIES);
        expect(matchAccount(who, other, AGENCIES)).toEqual(expected);
        expect(matchAccount(who, [...other, ...list], AGENCIES)).toEqual(expected);
      }),
    );
  });

  test("a match is at the domain of the person's own address, and never at one everybody has", () => {
    fc.assert(
      fc.property(person, accounts, (who, list) => {
        const match = matchAccount(who, list, AGENCIES);
        if (match.outcome !== "match") return;
        expect(["x.example", "y.example"]).toContain(who.domain);
        expect(match.evidence).toContain(`same domain ${who.domain}`);
      }),
    );
  });

  test("an agency's address alone never matches", () => {
    const agencies = new Set(["x.example", "y.example"]);
    fc.assert(
      fc.property(email, accounts, (at, list) => {
        expect(matchAccount(aPerson(at), list, agencies).outcome).not.toBe("match");
      }),
    );
  });
});
