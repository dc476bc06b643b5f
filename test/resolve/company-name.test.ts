import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { companyNameOf, compareNames, type Likeness } from "../../src/resolve/company-name.ts";
import { accountKeys } from "../../src/resolve/keys.ts";

function likeness(a: string, b: string): Likeness | undefined {
  const [one, other] = [companyNameOf(a), companyNameOf(b)];
  return one && other && compareNames(one, other);
}

/** Pairs of invented names as CRMs hold them. */
const CASES: readonly (readonly [Likeness, string, string])[] = [
  // Legal forms
  ["same", "Northwind Traders GmbH", "Northwind Traders"],
  ["same", "Northwind Traders GmbH & Co. KG", "NORTHWIND TRADERS"],
  ["same", "Fabrikam, Inc.", "Fabrikam Incorporated"],
  ["same", "Fabrikam S.p.A.", "Fabrikam Spa"],
  ["same", "Fabrikam S.à r.l.", "Fabrikam SARL"],
  ["same", "Fabrikam S. A. de C. V.", "Fabrikam"],
  ["same", "Fabrikam Sp. z o.o.", "Fabrikam"],
  ["same", "Fabrikam spol. s r.o.", "Fabrikam s.r.o."],
  ["same", "Contoso Pty Ltd", "Contoso Ltd."],
  ["same", "Contoso Sdn. Bhd.", "Contoso"],
  ["same", "PT Contoso Tbk", "Contoso"],
  ["same", "Contoso A/S", "Contoso ApS"],
  ["same", "Contoso Oyj", "Contoso Oy"],
  ["same", "Contoso Aktiengesellschaft", "Contoso AG"],
  ["same", "株式会社ノースウィンド", "ノースウィンド"],
  ["same", "ノースウィンド㈱", "ノースウィンド株式会社"],
  ["same", "북풍 주식회사", "북풍"],
  ["same", "北风有限公司", "北风"],
  ["same", "ООО Северный ветер", "Северный Ветер"],
  ["same", "SAS", "SAS"],
  ["same", "PT", "P.T."],
  ["same", "The Tailspin Company", "Tailspin Co."],
  // Spelling
  ["same", "Müller Bäckerei", "Mueller Baeckerei GmbH"],
  ["same", "Müller Bäckerei", "Muller Backerei"],
  ["same", "Groß & Söhne", "Gross und Sohne"],
  ["same", "Łódź Soft", "Lodz Soft"],
  ["same", "Ørsted Værft", "Orsted Vaerft"],
  ["same", "Ørsted Værft", "Oersted Vaerft"],
  ["same", "McGregor's Toys", "McGregors Toys"],
  ["same", "Wide World Importers", "WideWorld Importers"],
  ["same", "J. P. Lamna", "JP Lamna"],
  ["same", "Lamna & Kent", "Lamna and Kent"],
  ["same", "lamna.com", "Lamna"],
  ["same", "ＬＡＭＮＡ　ＫＥＮＴ", "Lamna Kent"],
  // Slips
  ["close", "Northwind Traders", "Northwnid Traders"],
  ["close", "Adventure Works Cycles", "Advenutre Works Cycles"],
  ["close", "Fabrikam", "Fabrikamm"],
  // Groups and countries
  ["qualified", "Northwind Deutschland GmbH", "Northwind"],
  ["qualified", "Northwind Group", "Northwind Holding AG"],
  ["qualified", "Northwind UK Ltd", "Northwind International"],
  // Letters
  ["acronym", "International Bicycle Makers", "IBM"],
  ["acronym", "I.B.M.", "International Bicycle Makers Inc."],
  ["acronym", "Bank of Antarctica", "BOA"],
  // A part of the other
  ["part", "Lamna Healthineers", "Lamna"],
  ["part", "Lamna Energy AG", "Lamna AG"],
  ["part", "Kent Tower Capital", "Kent Tower"],
  // Others
  ["different", "Northwind Traders", "Northwind Trading"],
  ["different", "Studio 54", "Studio 55"],
  ["different", "Terminal1000 Coffee", "Terminal1001 Coffee"],
  ["different", "Contoso", "Contour"],
  ["different", "Apex Consulting", "Apollo Consulting"],
  ["different", "Delta", "Alta"],
  ["different", "Global Services", "Lamna Global Services"],
  ["different", "はな", "ばな"],
  ["different", "SE Kent", "AB Lamna"],
  ["different", "北风", "南风"],
];

describe("how alike two company names are", () => {
  test.each(CASES)("%s: %s and %s", (expected, a, b) => {
    expect(likeness(a, b)).toBe(expected);
    expect(likeness(b, a)).toBe(expected);
  });

  test("a name of signs only is none", () => {
    expect(companyNameOf(" – & ")).toBeUndefined();
    expect(companyNameOf("")).toBeUndefined();
  });

  const word = fc.constantFrom(
    ..."north wind lamna kent group gmbh the a b 54 müller og deutschland".split(" "),
  );
  const name = fc.oneof(
    fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" ")),
    fc.string({ unit: "grapheme" }),
  );

  test("it is the same both ways round, and a name is the same as itself", () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(likeness(a, b)).toBe(likeness(b, a));
        expect(likeness(a, a)).toBe(companyNameOf(a) && "same");
      }),
    );
  });
});

test.each(CASES.filter(([expected]) => expected !== "different"))(
  "%s names are found by each other's keys: %s and %s",
  (_likeness, a, b) => {
    const keys = new Set(accountKeys({ id: "1", name: a, values: {} }));
    expect(accountKeys({ id: "2", name: b, values: {} }).some((key) => keys.has(key))).toBe(true);
  },
);
