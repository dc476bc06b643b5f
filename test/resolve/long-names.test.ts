/** Names that are no names: a form takes 64 KB in every field, and whoever fills it in chooses the letters. */
import { describe, expect, test } from "vitest";
import { parseCountry } from "../../src/playbook/country.ts";
import { domainOf } from "../../src/playbook/mail-domain.ts";
import { functionOf, seniorityOf } from "../../src/playbook/title.ts";
import { companyNameOf } from "../../src/resolve/company-name.ts";
import { spellingsOf } from "../../src/resolve/fold.ts";
import { withoutLegalForm } from "../../src/resolve/legal-form.ts";
import { personNameOf } from "../../src/resolve/person-name.ts";

const LONG = [
  `a${"\u0316\u0301".repeat(32_000)}`,
  "pt ".repeat(21_000),
  "ü ".repeat(32_000),
  "ﷺ".repeat(64_000),
  "a b ".repeat(16_000),
  " ".repeat(64_000),
];

describe("of a long text the beginning alone is compared", () => {
  const readings: readonly (readonly [string, (text: string) => unknown])[] = [
    ["spellings", spellingsOf],
    ["a company's name", companyNameOf],
    ["a person's name", personNameOf],
    ["a title's seniority", seniorityOf],
    ["a title's function", functionOf],
    ["a country", parseCountry],
  ];
  test.each(readings)("as %s", (_what, read) => {
    for (const text of LONG) expect(read(`${text} CEO`)).toEqual(read(text.slice(0, 500)));
  });
});

test("legal forms go from both ends, however many there are", () => {
  const many = Array.from({ length: 200_000 }, () => "pt");
  expect(withoutLegalForm(many)).toEqual(["pt"]);
  expect(withoutLegalForm([...many, "contoso", ...many])).toEqual(["contoso"]);
});

test("what is longer than DNS allows is no domain", () => {
  const longest = `${"a.".repeat(125)}com`;
  expect(domainOf(`ana@${longest}`)).toBe(longest);
  expect(domainOf(`ana@${"a.".repeat(126)}com`)).toBeUndefined();
});
