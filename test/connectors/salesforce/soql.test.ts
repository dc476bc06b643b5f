import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFieldName, quoted, soql } from "../../../connectors/salesforce/soql.ts";
import type { Condition, Query } from "../../../connectors/salesforce/soql.ts";
import { BatonError } from "../../../src/errors.ts";

const lead = (...where: readonly Condition[]): Query => ({ select: ["Id"], from: "Lead", where });
const NOW = Date.UTC(2026, 10, 17, 9, 30);

test("a query says what was asked for, in SOQL's order", () => {
  const text = soql({
    select: ["Id", "Account.Owner.Name", "Id"],
    from: "Contact",
    where: [
      { field: "IsDeleted", is: false },
      { field: "SystemModstamp", from: { at: NOW } },
    ],
    orderBy: ["SystemModstamp", { field: "Id", descending: true }],
    limit: 200,
  });
  expect(text).toBe(
    "SELECT Id, Account.Owner.Name FROM Contact WHERE IsDeleted = false AND " +
      "SystemModstamp >= 2026-11-17T09:30:00.000Z ORDER BY SystemModstamp, Id DESC LIMIT 200",
  );
});

const conditions: readonly (readonly [Condition, string])[] = [
  [{ field: "Email", in: ["a@b.example", "a@b.example", "c"] }, "Email IN ('a@b.example','c')"],
  [{ field: "OwnerId", is: null }, "OwnerId = null"],
  [{ field: "CreatedById", not: "005" }, "CreatedById != '005'"],
  [{ field: "Id", after: { text: "00Q'" } }, String.raw`Id > '00Q\''`],
  [{ field: "ActivityDate", before: { date: "2026-11-18" } }, "ActivityDate < 2026-11-18"],
  [{ field: "Title", startsWith: "50%_'" }, String.raw`Title LIKE '50\%\_\'%'`],
  [{ field: "Title", startsWith: "\\" }, String.raw`Title LIKE '\\%'`],
  [{ field: "Website", contains: "//50%_'" }, String.raw`Website LIKE '%//50\%\_\'%'`],
  [{ field: "NumberOfEmployees", is: 50 }, "NumberOfEmployees = 50"],
  [
    {
      any: [
        { field: "WhoId", in: ["1"] },
        {
          all: [
            { field: "A", is: 1 },
            { field: "B", is: true },
          ],
        },
      ],
    },
    "(WhoId IN ('1') OR (A = 1 AND B = true))",
  ],
];
test.each(conditions)("%j", (condition, expected) => {
  expect(soql(lead(condition))).toBe(`SELECT Id FROM Lead WHERE ${expected}`);
});

describe("what can match nothing is not asked", () => {
  const never: Condition = { field: "Id", in: [] };
  const always: Condition = { field: "A", is: 1 };
  test.each([
    ["no values", lead(never)],
    ["no values beside another condition", lead(always, never)],
    ["only such in an OR", lead({ any: [never, never] })],
    ["an OR of nothing", lead({ any: [] })],
    ["an AND of nothing", lead({ all: [] })],
    ["one in an AND within", lead({ any: [{ all: [always, never] }] })],
  ])("%s", (_what, query) => {
    expect(soql(query)).toBeUndefined();
  });

  test("in an OR the others are asked", () => {
    expect(soql(lead({ any: [never, always] }))).toBe("SELECT Id FROM Lead WHERE (A = 1)");
  });
});

describe("nothing breaks out of its place", () => {
  test("a text is one literal whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("\\", "'", '"', "\n", "\r", "\t", "\b", "\f", "%", "_", "a", " OR A ="),
        }),
        (text) => {
          const literal = quoted(text);
          // A SOQL literal ends at the first quote without a backslash of its own before it.
          expect(literal).toMatch(/^'(?:[^'\\\n\r]|\\.)*'$/);
          expect(unescaped(literal)).toBe(text);
        },
      ),
    );
  });

  test.each([
    ["Id FROM User--"],
    ["Id, Name"],
    ["(SELECT Id FROM Contacts)"],
    ["a.b.c.d.e.f.g"],
    ["1st"],
    [""],
    ["Name\n"],
  ])("%j is no name of a field", (name) => {
    expect(isFieldName(name)).toBe(false);
    expect(() => soql({ select: [name], from: "Lead" })).toThrow(BatonError);
    expect(() => soql(lead({ field: name, is: 1 }))).toThrow(/no name of a field/);
    expect(() => soql({ select: ["Id"], from: "Lead", orderBy: [name] })).toThrow(BatonError);
  });

  test.each([
    [{ select: ["Id"], from: "Lead WHERE" }],
    [{ select: ["Id"], from: "Lead", limit: 0 }],
    [{ select: ["Id"], from: "Lead", limit: 1.5 }],
    [lead({ field: "A", from: { at: Number.NaN } })],
    [lead({ field: "A", from: { date: "2026-11-18 OR A = 1" } })],
    [lead({ field: "A", is: Number.POSITIVE_INFINITY })],
  ])("%j cannot be asked", (query) => {
    expect(() => soql(query)).toThrow(expect.objectContaining({ code: "crm.invalid" }));
  });
});

function unescaped(literal: string): string {
  const codes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  return literal.slice(1, -1).replaceAll(/\\(.)/g, (_, code: string) => codes[code] ?? code);
}
