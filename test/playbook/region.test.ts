import { describe, expect, test } from "vitest";
import { aPlaybook, shippedFiles } from "./kit.ts";
import { isRegionCode, parseRegion } from "../../src/playbook/region.ts";

describe("regions", () => {
  test.each([
    ["CA", "US", "US-CA"],
    ["ca", "US", "US-CA"],
    ["California", "US", "US-CA"],
    ["New York", "US", "US-NY"],
    ["Washington, D.C.", "US", "US-DC"],
    ["ON", "CA", "CA-ON"],
    ["Québec", "CA", "CA-QC"],
    ["Bayern", "DE", "DE-BY"],
    ["Bavaria", "DE", "DE-BY"],
    ["BW", "DE", "DE-BW"],
    ["Freie und Hansestadt Hamburg", "DE", "DE-HH"],
    ["Hamburg", "DE", "DE-HH"],
    ["Wien", "AT", "AT-9"],
    ["Vienna", "AT", "AT-9"],
    ["Canton de Genève", "CH", "CH-GE"],
    ["Genf", "CH", "CH-GE"],
    ["Zurich", "CH", "CH-ZH"],
    ["Canton d'Argovie", "CH", "CH-AG"],
    ["Catalunya", "ES", "ES-CT"],
    ["Madrid", "ES", "ES-MD"],
    ["New South Wales", "AU", "AU-NSW"],
    ["Scotland", "GB", "GB-SCT"],
    ["são paulo", "BR", "BR-SP"],
    ["US-CA", undefined, "US-CA"],
    ["fr-idf", "FR", "FR-IDF"],
    ["IT-25", undefined, "IT-25"],
    ["California", undefined, "US-CA"],
    ["Sachsen", undefined, "DE-SN"],
    ["Ontario", undefined, "CA-ON"],
  ])("%s in %s is %s", (text, country, code) => {
    expect(parseRegion(text, country)).toBe(code);
  });

  test.each([
    ["", "US"],
    ["Atlantis", "US"],
    ["Bayern", "US"],
    ["US-CA", "DE"],
    ["US-XX", "US"],
    ["XX-AB", undefined],
    ["Lombardia", "IT"],
    ["IDF", "FR"],
    ["Alderney", "GB"],
    ["GB-ALD", undefined],
    // A code alone may be Canada or California, a name alone Brazil's Amazonas or Peru's, a state or a country.
    ["CA", undefined],
    ["Amazonas", undefined],
    ["Georgia", undefined],
    ["Victoria", undefined],
  ])("%j in %s is nothing sure", (text, country) => {
    expect(parseRegion(text, country)).toBeUndefined();
  });

  test.each([
    ["US-CA", true],
    ["US-XX", false],
    ["FR-IDF", true],
    ["us-ca", false],
    ["US", false],
    ["XX-AB", false],
  ])("whether %s can be a code: %s", (code, can) => {
    expect(isRegionCode(code)).toBe(can);
  });
});

test("a condition on a region names its code", () => {
  const { "fields.yaml": fields = "", "routing.yaml": routing = "" } = shippedFiles();
  const withTerritory = (code: string) =>
    aPlaybook({
      "fields.yaml": fields.replace("# lead.region:", "lead.region:"),
      "routing.yaml": routing.replace(
        "territories:\n",
        `territories:\n  south: { lead.region: { in: [${code}] } }\n`,
      ),
    });
  expect(() => withTerritory("DE-BY")).not.toThrow();
  for (const code of ["Bayern", "DE-XX"])
    expect(() => withTerritory(code)).toThrow(
      `"lead.region" can never be "${code}": it is an ISO 3166-2 code such as US-CA`,
    );
});
