import { describe, expect, test } from "vitest";
import { countryOfPhone } from "../../src/resolve/phone-country.ts";
import { aRecord, reading, resolved } from "./kit.ts";

test.each<[string, string | undefined]>([
  ["+49 30 5550142", "DE"],
  ["+1 416 555 0123", "CA"],
  ["+1 212 555 0142", "US"],
  ["+44 1481 725241", "GG"],
  ["+7 701 234 5678", "KZ"],
  ["+49 1", undefined],
  ["+800 1234 5678", undefined],
  ["030 5550142", undefined],
  ["call me", undefined],
  ["", undefined],
])("%j tells the country %j", (text, country) => {
  expect(countryOfPhone(text)).toBe(country);
});

describe("a lead's country", () => {
  const countryIn = (values: Record<string, string>) => resolved(aRecord(values)).facts["lead.country"];

  test("follows from an international phone number where nobody wrote it down", () => {
    expect(countryIn({ "contact.phone": "+49 30 5550142" })).toEqual({
      value: "DE",
      from: "phone number, contact.phone",
    });
  });

  test("is what the contact says, then what the company says, then what the number says", () => {
    const phone = { "contact.phone": "+49 30 5550142" };
    expect(countryIn({ ...phone, "company.country": "Austria" })?.value).toBe("AT");
    expect(countryIn({ ...phone, "company.country": "Austria", "contact.country": "France" })?.value).toBe(
      "FR",
    );
  });

  test("is not read out of a number that only a region in fields.yaml places", () => {
    expect(countryIn({ "contact.phone": "030 5550142" })).toBeUndefined();
    const playbook = reading("contact.x");
    const local = {
      ...playbook,
      fields: {
        ...playbook.fields,
        reads: playbook.fields.reads.map((one) =>
          one.fact === "lead.phone" ? { ...one, region: "DE" } : one,
        ),
      },
    };
    const { facts } = resolved(aRecord({ "contact.phone": "030 5550142" }), [], local);
    expect(facts["lead.phone"]?.value).toBe("+49305550142");
    expect(facts["lead.country"]).toBeUndefined();
  });

  test("is left alone where the playbook writes countries in words of its own", () => {
    const playbook = reading("contact.x");
    const worded = {
      ...playbook,
      fields: {
        ...playbook.fields,
        reads: playbook.fields.reads.map((one) =>
          one.fact === "lead.country" ? { ...one, as: "text" as const } : one,
        ),
      },
    };
    const { facts } = resolved(aRecord({ "contact.phone": "+49 30 5550142" }), [], worded);
    expect(facts["lead.country"]).toBeUndefined();
  });
});
