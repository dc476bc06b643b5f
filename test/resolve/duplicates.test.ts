import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Facts } from "../../src/model/lead.ts";
import { findDuplicates, type OtherPerson } from "../../src/resolve/duplicates.ts";
import { personKeys } from "../../src/resolve/keys.ts";
import { personOf } from "../../src/resolve/person.ts";

interface Given {
  readonly email?: string;
  readonly name?: string;
  readonly phone?: string;
  readonly account?: string;
  readonly ownerId?: string;
}

function aRecord(lead: string, { email, name, phone, account, ownerId }: Given): OtherPerson {
  const values = { "lead.email": email, "lead.name": name, "lead.phone": phone };
  const facts: Facts = Object.fromEntries(
    Object.entries(values).flatMap(([fact, value]) =>
      value === undefined ? [] : [[fact, { value, from: "a test" }]],
    ),
  );
  return { ...personOf(lead, facts, account), ...(ownerId === undefined ? {} : { ownerId }) };
}

/** `certain`, `likely` or nothing, both ways round. */
function certainty(a: Given, b: Given): string {
  const [one, other] = [aRecord("1", a), aRecord("2", b)];
  const [there] = findDuplicates(one, [other]);
  const [back] = findDuplicates(other, [one]);
  expect(back?.certainty).toBe(there?.certainty);
  expect(back?.evidence).toEqual(there?.evidence);
  // Whoever is found by comparing is found by looking up.
  const isFound = personKeys(one).some((key) => personKeys(other).includes(key));
  expect(isFound || there === undefined).toBe(true);
  return there?.certainty ?? "nothing";
}

const NORTHWIND = { email: "anna.lang@northwind.example", name: "Anna Lang" };
const PHONE = "+4930901820";

describe("two records may be one person", () => {
  test.each<[string, Given, Given, string]>([
    ["one mailbox", { email: "a.lang@gmail.com" }, { email: "alang+x@googlemail.com" }, "certain"],
    ["one mailbox, another name", { ...NORTHWIND, name: "A. Lang-Berg" }, NORTHWIND, "certain"],
    [
      "a desk's mailbox",
      { email: "info@northwind.example" },
      { email: "info+x@northwind.example" },
      "nothing",
    ],
    [
      "a desk's mailbox and two names",
      { email: "sales@northwind.example", name: "Anna Lang" },
      { email: "sales@northwind.example", name: "Ben Berg" },
      "nothing",
    ],
    [
      "a desk's mailbox and one name",
      { email: "sales@northwind.example", name: "Anna Lang" },
      { email: "anna.lang@northwind.example", name: "Lang, Anna" },
      "likely",
    ],
    [
      "one name at one domain",
      NORTHWIND,
      { email: "al@mail.northwind.example", name: "Anna Läng" },
      "likely",
    ],
    [
      "one name at one account",
      { name: "Anna Lang", account: "7" },
      { name: "Dr. ANNA LANG", account: "7" },
      "likely",
    ],
    [
      "one name, umlauts written out",
      { name: "Jörg Müller", account: "7" },
      { name: "Joerg Mueller", account: "7" },
      "likely",
    ],
    [
      "one name at two accounts",
      { name: "Anna Lang", account: "7" },
      { name: "Anna Lang", account: "8" },
      "nothing",
    ],
    [
      "one name at free mail",
      { email: "x@gmail.com", name: "Anna Lang" },
      { email: "y@gmail.com", name: "Anna Lang" },
      "nothing",
    ],
    [
      "one name at a university",
      { email: "x@uni-mainz.de", name: "Anna Lang" },
      { email: "y@uni-mainz.de", name: "Anna Lang" },
      "nothing",
    ],
    ["a first name alone", { name: "Anna", account: "7" }, { name: "Anna", account: "7" }, "nothing"],
    [
      "initials at one account",
      { name: "A. Lang", account: "7" },
      { name: "Anna Lang", account: "7" },
      "nothing",
    ],
    [
      "what people type to get past a form",
      { name: "Test Test", account: "7" },
      { name: "Test Test", account: "7" },
      "nothing",
    ],
    ["a shared phone", { phone: PHONE, name: "Anna Lang" }, { phone: PHONE, name: "Ben Berg" }, "nothing"],
    ["a shared phone without names", { phone: PHONE }, { phone: PHONE }, "nothing"],
    ["a family's phone", { phone: PHONE, name: "Anna Lang" }, { phone: PHONE, name: "Karl Lang" }, "nothing"],
    [
      "one phone and one name",
      { phone: PHONE, name: "Anna Lang" },
      { phone: PHONE, name: "Lang Anna" },
      "likely",
    ],
    [
      "one phone and an initial",
      { phone: PHONE, name: "Anna Lang" },
      { phone: PHONE, name: "A. Lang" },
      "likely",
    ],
    [
      "one phone and a slip",
      { phone: PHONE, name: "Annika Langner" },
      { phone: PHONE, name: "Anikka Langner" },
      "likely",
    ],
    [
      "one phone and a middle name",
      { phone: PHONE, name: "Anna Maria Lang" },
      { phone: PHONE, name: "Anna Lang" },
      "likely",
    ],
    [
      "one phone, and no word in full in both",
      { phone: PHONE, name: "Anna L." },
      { phone: PHONE, name: "A. Lang" },
      "nothing",
    ],
    [
      "one phone and initials only",
      { phone: PHONE, name: "A. Lang" },
      { phone: PHONE, name: "B. Lang" },
      "nothing",
    ],
  ])("%s", (_what, a, b, expected) => {
    expect(certainty(a, b)).toBe(expected);
  });

  test("the evidence is words, and holds nothing of either record", () => {
    const [found] = findDuplicates(aRecord("1", { ...NORTHWIND, phone: PHONE }), [
      aRecord("2", { ...NORTHWIND, phone: PHONE, ownerId: "77" }),
    ]);
    expect(found).toEqual({
      lead: "2",
      certainty: "certain",
      evidence: ["the same mailbox", "the same name at the same company", "the same phone"],
      ownerId: "77",
    });
  });

  test("the surest comes first, and the record itself is none", () => {
    const person = aRecord("1", { ...NORTHWIND, account: "7" });
    const others = [
      person,
      aRecord("9", { name: "Anna Lang", account: "7" }),
      aRecord("5", { email: "anna.lang+x@northwind.example" }),
      aRecord("3", { name: "Anna Lang", account: "7" }),
    ];
    expect(findDuplicates(person, others).map(({ lead }) => lead)).toEqual(["5", "3", "9"]);
    expect(findDuplicates(person, others.toReversed())).toEqual(findDuplicates(person, others));
  });
});

test("whoever is found is found the other way round too, with the same words", () => {
  const given = fc.record(
    {
      email: fc.constantFrom("anna@x.example", "anna+1@x.example", "info@x.example", "anna@gmail.com"),
      name: fc.constantFrom("Anna Lang", "Lang Anna", "A Lang", "Anne Lang", "Anna Maria Lang", "Ben Berg"),
      phone: fc.constantFrom(PHONE, "+4930901821"),
      account: fc.constantFrom("7", "8"),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, given, (a, b) => {
      expect(["certain", "likely", "nothing"]).toContain(certainty(a, b));
    }),
  );
});
