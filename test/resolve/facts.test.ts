import { describe, expect, test, vi } from "vitest";
import { aRecord, readAs, reading, resolved } from "./kit.ts";

describe("a property is understood as", () => {
  test.each<[string, string, unknown]>([
    ["contact.x", "  Head of Growth ", "Head of Growth"],
    ["contact.x", "   ", undefined],
    ["{ from: contact.x, as: email }", "Clara@Nordlicht.Example", "clara@nordlicht.example"],
    ["{ from: contact.x, as: email }", "clara at nordlicht", undefined],
    ["{ from: contact.x, as: country }", "Deutschland", "DE"],
    ["{ from: contact.x, as: country }", "Atlantis", undefined],
    ["{ from: contact.x, as: integer }", "200", 200],
    ["{ from: contact.x, as: integer }", "200.0", 200],
    ["{ from: contact.x, as: integer }", "200.5", undefined],
    ["{ from: contact.x, as: integer }", "1,200", undefined],
    ["{ from: contact.x, as: integer }", "99999999999999999999", undefined],
    ["{ from: contact.x, as: money }", "48000.50", 48_000.5],
    ["{ from: contact.x, as: money }", "48k", undefined],
    ["{ from: contact.x, as: money }", "1,200.50", 1200.5],
    ["{ from: contact.x, as: money }", "1,200.50 EUR", undefined],
    ["{ from: contact.x, as: money, currency: EUR }", "1,200.50 EUR", 1200.5],
    ["{ from: contact.x, as: money, currency: EUR }", "1,200.50 USD", undefined],
    ["{ from: contact.x, as: region, region: DE }", "Bayern", "DE-BY"],
    ["{ from: contact.x, as: region }", "US-CA", "US-CA"],
    ["{ from: contact.x, as: region }", "BY", undefined],
    ["{ from: contact.x, as: email }", "Clara <clara@nordlicht.example>", undefined],
    ["{ from: contact.x, as: email }", "a@b.example, c@d.example", undefined],
    ["{ from: contact.x, as: email }", "clara@nordlicht.example.", undefined],
    ["{ from: contact.x, as: url-domain }", "nordlicht", undefined],
    ["{ from: contact.x, as: url-domain }", "clara@mail.nordlicht.example", "mail.nordlicht.example"],
    ["{ from: contact.x, as: boolean }", "1", true],
    ["{ from: contact.x, as: phone, region: US }", "(415) 555-2671 ext. 5", "+14155552671"],
    ["{ from: contact.x, as: date }", "2026-11-17", Date.UTC(2026, 10, 17)],
    ["{ from: contact.x, as: date }", "2026-11-17T09:00:00.000Z", Date.UTC(2026, 10, 17, 9)],
    ["{ from: contact.x, as: date }", "1794906000000", 1_794_906_000_000],
    ["{ from: contact.x, as: date }", "17.11.2026", undefined],
    ["{ from: contact.x, as: date }", "2026-13-45", undefined],
    ["{ from: contact.x, as: date }", "2026-02-30", undefined],
    ["{ from: contact.x, as: date }", "2026-11-17T09:00", Date.UTC(2026, 10, 17, 9)],
    ["{ from: contact.x, as: date }", "2026-11-17 09:00:30", Date.UTC(2026, 10, 17, 9, 0, 30)],
    ["{ from: contact.x, as: date }", "2026-11-17T09:00:00+0200", Date.UTC(2026, 10, 17, 7)],
    ["{ from: contact.x, as: date }", "2026-11-17T25:00Z", undefined],
    ["{ from: contact.x, as: date }", "2026-11-17 in Berlin", undefined],
    ["{ from: contact.x, as: url-domain }", "https://www.Nordlicht.example/about?x=1", "nordlicht.example"],
    ["{ from: contact.x, as: boolean }", "true", true],
    ["{ from: contact.x, as: boolean }", "No", false],
    ["{ from: contact.x, as: boolean }", "perhaps", undefined],
    ["{ from: contact.x, as: stage }", "164392217", "sales-accepted"],
    ["{ from: contact.x, as: owner }", "12345", "12345"],
    ["{ from: contact.x, as: phone }", "+49 30 5550142", "+49305550142"],
    ["{ from: contact.x, as: phone }", "030 5550142", undefined],
    ["{ from: contact.x, as: phone, region: DE }", "030 5550142", "+49305550142"],
    ["{ from: contact.x, as: phone, region: DE }", "call me", undefined],
    ["{ from: contact.x, map: { PAID: paid, '3': three } }", "paid", "paid"],
    ["{ from: contact.x, map: { PAID: paid, '3': three } }", "3", "three"],
    ["{ from: contact.x, map: { PAID: paid } }", "FREE", undefined],
    ["{ from: contact.x, map: { PAID: paid }, otherwise: keep }", "FREE", "FREE"],
    ["{ from: contact.x, map: { PAID: paid }, otherwise: ignore }", "FREE", undefined],
    ["{ from: contact.x, as: integer, map: { lots: 9000 } }", "Lots", 9000],
    ["{ from: contact.x, as: integer, map: { lots: 9000 } }", "12", 12],
  ])("%s: %j is %j", (yaml, text, value) => {
    expect(readAs(yaml, text)).toEqual(value);
  });

  test("a time without a zone is UTC, wherever Baton runs", () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(readAs("{ from: contact.x, as: date }", "2026-11-17T09:00")).toBe(Date.UTC(2026, 10, 17, 9));
    vi.unstubAllEnvs();
  });

  test("a region, by the country of the lead, wherever the file reads it", () => {
    const playbook = reading("{ from: contact.x, as: region, region: lead.country }");
    const region = (country: string) =>
      resolved(aRecord({ "contact.x": "BE", "contact.country": country }), [], playbook).facts["lead.x"]
        ?.value;
    expect([region("Germany"), region("Switzerland"), region("Belgium")]).toEqual([
      "DE-BE",
      "CH-BE",
      undefined,
    ]);
  });

  test("a local phone number, by the country of the lead, wherever the file reads it", () => {
    const phone = { "contact.phone": "030 5550142" };
    expect(resolved(aRecord({ ...phone, "contact.country": "Germany" })).facts["lead.phone"]?.value).toBe(
      "+49305550142",
    );
    expect(resolved(aRecord({ ...phone, "company.country": "Germany" })).facts["lead.phone"]?.value).toBe(
      "+49305550142",
    );
    expect(resolved(aRecord(phone)).facts["lead.phone"]).toBeUndefined();
  });
});

describe("several properties", () => {
  test("the first that is known wins, and the fact says where it came from", () => {
    const both = { "contact.country": "France", "company.country": "Germany" };
    expect(resolved(aRecord(both)).facts["lead.country"]).toEqual({ value: "FR", from: "contact.country" });
    expect(resolved(aRecord({ "company.country": "Germany" })).facts["lead.country"]).toEqual({
      value: "DE",
      from: "company.country",
    });
  });

  test("one that is not understood is listed, and the next is tried", () => {
    const snapshot = resolved(aRecord({ "contact.country": "Atlantis", "company.country": "Germany" }));
    expect(snapshot.facts["lead.country"]?.value).toBe("DE");
    expect(snapshot.unmapped).toEqual([
      {
        field: "lead.country",
        from: "contact.country",
        value: "Atlantis",
        suggestion: "hubspot.read.lead.country.map:  Atlantis: XX # its ISO code",
      },
    ]);
  });

  test("joined ones are those that are known", () => {
    const name = (values: Record<string, string>): unknown => resolved(aRecord(values)).facts["lead.name"];
    expect(name({ "contact.firstname": "Clara", "contact.lastname": "Hoffmann" })).toEqual({
      value: "Clara Hoffmann",
      from: "contact.firstname + contact.lastname",
    });
    expect(name({ "contact.lastname": "Hoffmann" })).toEqual({ value: "Hoffmann", from: "contact.lastname" });
    expect(name({})).toBeUndefined();
  });
});

describe("values no mapping covers", () => {
  test("are listed with one line to add, and the fact stays unknown", () => {
    const snapshot = resolved(
      aRecord({ "contact.hs_analytics_source": "CONNECTED_TV", "company.industry": "Ship building" }),
    );
    expect(snapshot.facts["lead.source"]).toBeUndefined();
    expect(snapshot.unmapped.map(({ suggestion }) => suggestion)).toEqual([
      "hubspot.read.lead.source.map:  CONNECTED_TV: connected-tv",
      "hubspot.read.account.industry.map:  Ship building: ship-building",
    ]);
  });

  test("personal values are never listed", () => {
    const { unmapped } = resolved(aRecord({ "contact.email": "none", "contact.phone": "ask Clara" }));
    expect(unmapped).toEqual([]);
  });

  test("a stage the file does not know is listed, and kept as the CRM's value", () => {
    const { facts, unmapped } = resolved(aRecord({}, { stage: "998877" }));
    expect(facts["lead.stage"]).toBeUndefined();
    expect(facts["lead.stage_value"]?.value).toBe("998877");
    expect(unmapped).toEqual([
      expect.objectContaining({
        field: "lead.stage",
        suggestion: 'hubspot.stages:  name-of-this-stage: "998877"',
      }),
    ]);
  });
});

describe("facts that come with every lead", () => {
  test("owners, the open deal and the stage come from the CRM's links", () => {
    const { facts } = resolved(
      aRecord(
        {},
        {
          ownerId: "11",
          accountOwnerId: "22",
          deals: [
            { id: "899", state: "won", name: "Last year", amount: "1" },
            { id: "900", state: "open", ownerId: "33", name: "New business", amount: "48000.5" },
            { id: "901", state: "open", name: "Other", amount: "7" },
          ],
          stage: "marketingqualifiedlead",
        },
      ),
    );
    const values = Object.fromEntries(Object.entries(facts).map(([name, { value }]) => [name, value]));
    expect(values).toMatchObject({
      "lead.owner": "11",
      "account.owner": "22",
      "account.open_deal": "900",
      "deal.owner": "33",
      "deal.name": "New business",
      "deal.amount": 48_000.5,
      "lead.stage": "marketing-qualified",
      "lead.stage_value": "marketingqualifiedlead",
    });
  });

  test("an amount that is no plain number is unknown", () => {
    for (const amount of ["", "48,000", "4.8E4", "EUR 48000"]) {
      const { facts, unmapped } = resolved(aRecord({}, { deals: [{ id: "900", state: "open", amount }] }));
      expect(facts).toHaveProperty(["account.open_deal"]);
      expect(facts).not.toHaveProperty(["deal.amount"]);
      expect(unmapped).toEqual([]);
    }
  });

  test("what the CRM leaves out is unknown, not empty", () => {
    const { facts } = resolved(aRecord({ "contact.jobtitle": "" }, { ownerId: "", stage: "" }));
    expect(Object.keys(facts)).toEqual(["lead.email", "account.domain"]);
  });

  test("seniority and function follow from the role, taught titles first", () => {
    const seniority = (title: string): unknown =>
      resolved(aRecord({ "contact.jobtitle": title })).facts["lead.seniority"];
    expect(seniority("VP Marketing")).toEqual({ value: "vp", from: "contact.jobtitle" });
    expect(seniority("Founding Engineer & Director")).toEqual({
      value: "individual",
      from: "contact.jobtitle",
    });
    expect(seniority("Wizard")).toBeUndefined();
  });

  test("the account's domain is the company's, else an employer's e-mail address, never a mailbox's", () => {
    const domain = (values: Record<string, string>): unknown =>
      resolved(aRecord(values)).facts["account.domain"];
    expect(domain({ "company.domain": "nordlicht-group.example" })).toEqual({
      value: "nordlicht-group.example",
      from: "company.domain",
    });
    expect(domain({})).toEqual({ value: "nordlicht.example", from: "contact.email" });
    expect(domain({ "contact.email": "clara@gmail.com" })).toBeUndefined();
  });

  test("a file that reads a derived fact itself overrules the derivation", () => {
    const playbook = reading("contact.y\n    lead.seniority: contact.level");
    const record = aRecord({ "contact.jobtitle": "VP Marketing", "contact.level": "director" });
    expect(resolved(record, [], playbook).facts["lead.seniority"]).toEqual({
      value: "director",
      from: "contact.level",
    });
  });
});

test("names of JavaScript's own are no properties", () => {
  expect(readAs("{ from: [contact.constructor, contact.x] }", "x")).toBe("x");
});
