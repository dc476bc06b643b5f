import { describe, expect, test } from "vitest";
import { COUNTRY_GROUPS, isCountryCode, parseCountry } from "../../src/playbook/country.ts";

describe("countries", () => {
  test.each([
    ["DE", "DE"],
    ["de", "DE"],
    [" Germany ", "DE"],
    ["Deutschland", "DE"],
    ["Allemagne", "DE"],
    ["United States", "US"],
    ["united states of america", "US"],
    ["USA", "US"],
    ["UK", "GB"],
    ["United Kingdom", "GB"],
    ["Côte d’Ivoire", "CI"],
    ["cote d'ivoire", "CI"],
    ["Czech Republic", "CZ"],
    ["Czechia", "CZ"],
    ["Österreich", "AT"],
    ["South Korea", "KR"],
    ["Hong Kong", "HK"],
    ["Vietnam", "VN"],
    ["The Netherlands", "NL"],
    ["Türkiye", "TR"],
  ])("%s is %s", (text, code) => {
    expect(parseCountry(text)).toBe(code);
  });

  test.each(["", "Atlantis", "XX", "EU", "Europe", "Munich", "G"])("%j is no country", (text) => {
    expect(parseCountry(text)).toBeUndefined();
  });

  test("EMEA, AMER and APAC part the world: no code is in two", () => {
    const all = ["EMEA", "AMER", "APAC"].flatMap((group) => COUNTRY_GROUPS[group] ?? []);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(240);
  });

  test("every code of every group is a code, and has a name in English that leads back to it", () => {
    const english = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
    const codes = new Set(Object.values(COUNTRY_GROUPS).flat());
    expect([...codes].filter((code) => !isCountryCode(code))).toEqual([]);
    expect([...codes].filter((code) => parseCountry(english.of(code) ?? "") !== code)).toEqual([]);
  });

  test.each([
    ["EU", 27],
    ["EEA", 30],
  ])("%s has %d members", (group, members) => {
    expect(COUNTRY_GROUPS[group]).toHaveLength(members);
  });
});
