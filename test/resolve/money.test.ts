import { describe, expect, test } from "vitest";
import { readMoney } from "../../src/resolve/money.ts";

describe("an amount", () => {
  test.each([
    ["48000.50", 48_000.5],
    ["-12", -12],
    ["0", 0],
    ["1,200.50", 1200.5],
    ["1.200,50", 1200.5],
    ["1 200,50", 1200.5],
    ["1\u202f200,50", 1200.5],
    ["1'200.50", 1200.5],
    ["1,200,000", 1_200_000],
    ["1.200.000", 1_200_000],
    ["1 200", 1200],
  ])("%s is %d", (text, amount) => {
    expect(readMoney(text, undefined)).toBe(amount);
  });

  test.each(["", "1,200", "1.2.3", "12,34,567", "48k", "1,200.505", "EUR 5", "$5", "1e3", "five", "٣"])(
    "%j is left to a person",
    (text) => {
      // One point and at most nine digits behind it is how CRMs write numbers; a comma alone may be either.
      expect(readMoney(text, undefined)).toBeUndefined();
    },
  );

  test.each([
    ["1,200.50 EUR", "EUR", 1200.5],
    ["EUR 1200", "EUR", 1200],
    ["€1.200,50", "EUR", 1200.5],
    ["1200,50 eur", "EUR", undefined],
    ["1.200,50 €", "EUR", 1200.5],
    ["£99", "GBP", 99],
    ["$99", "USD", 99],
    ["$99", "CAD", 99],
    ["1200", "EUR", 1200],
    ["$1200", "EUR", undefined],
    ["1200 USD", "EUR", undefined],
    ["EUR 1200 EUR", "EUR", undefined],
    ["EUR", "EUR", undefined],
  ])("%s, where amounts are in %s, is %s", (text, currency, amount) => {
    expect(readMoney(text, currency)).toBe(amount);
  });
});
