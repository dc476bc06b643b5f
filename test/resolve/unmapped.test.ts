import { describe, expect, test } from "vitest";
import type { UnmappedValue } from "../../src/model/lead.ts";
import { openValue, wordFor } from "../../src/resolve/unmapped.ts";
import { aRecord, reading, resolved } from "./kit.ts";

/** What `lead.x`, read as `yaml` says, makes of a value that nobody mapped. */
function open(yaml: string, value: string, more: Partial<UnmappedValue> = {}): ReturnType<typeof openValue> {
  const met = { field: "lead.x", from: "contact.x", value, suggestion: "", ...more };
  return openValue(met, reading(yaml).fields);
}

describe("a value that waits for a word", () => {
  test.each<[string, string, unknown, string]>([
    ["{ from: contact.x, map: { A: a } }", "Ship building", "ship-building", "Ship building: ship-building"],
    ["{ from: contact.x, map: { A: a } }", "no", "no", '"no": "no"'],
    ["{ from: contact.x, map: { A: a } }", "22:30", "22-30", '"22:30": "22-30"'],
    ["{ from: contact.x, map: { A: a } }", "???", undefined, '"???": its-word'],
    ["{ from: contact.x, map: { few: 10 } }", "many", undefined, "many: 10 # its own"],
    ["{ from: contact.x, as: country }", "Atlantis", undefined, "Atlantis: XX # its ISO code"],
    ["{ from: contact.x, as: region }", "Atlantis", undefined, "Atlantis: XX-YY # its ISO 3166-2 code"],
    ["{ from: contact.x, as: integer }", "lots", undefined, "lots: 0 # its number"],
    ["{ from: contact.x, as: boolean }", "maybe", undefined, "maybe: true # or false"],
  ])("%s: %s", (yaml, value, word, line) => {
    const { suggestion } = open(yaml, value) ?? {};
    expect(suggestion?.word).toBe(word);
    expect(suggestion?.line).toBe(`hubspot.read.lead.x.map:  ${line}`);
    expect(suggestion?.path).toEqual(["hubspot", "read", "lead.x", "map"]);
    expect(suggestion?.entry("w")).toEqual({ key: value, value: "w" });
  });

  test("a stage is named, whichever object's it is", () => {
    for (const found of [open("{ from: contact.x, as: stage }", "998877"), openStage("998877")]) {
      expect(found?.suggestion.path).toEqual(["hubspot", "stages"]);
      expect(found?.suggestion.entry("negotiation")).toEqual({ key: "negotiation", value: "998877" });
    }
    expect(openStage("marketingqualifiedlead")).toBeUndefined();
  });

  function openStage(value: string): ReturnType<typeof openValue> {
    return open("contact.x", value, { field: "lead.stage", from: "lifecycle stage" });
  }

  test.each<[string, string, string, Partial<UnmappedValue>]>([
    ["a line covers it", "{ from: contact.x, map: { TV: tv } }", "tv", {}],
    ["its kind understands it", "{ from: contact.x, as: country }", "Germany", {}],
    ["it may be ignored", "{ from: contact.x, map: { A: a }, otherwise: ignore }", "TV", {}],
    ["it is kept as it is", "{ from: contact.x, map: { A: a }, otherwise: keep }", "TV", {}],
    ["the field takes any text", "contact.x", "TV", {}],
    ["the field is read from elsewhere", "{ from: contact.y, map: { A: a } }", "TV", {}],
    ["the field is not read any more", "{ from: contact.x, map: { A: a } }", "TV", { field: "lead.z" }],
    ["the kind is personal", "{ from: contact.x, as: phone }", "ask Clara", {}],
    ["it holds an address", "{ from: contact.x, map: { A: a } }", "via clara@nordlicht.example", {}],
  ])("is none when %s", (_, yaml, value, more) => {
    expect(open(yaml, value, more)).toBeUndefined();
  });

  test("is one of a matched account, too", () => {
    const from = "contact.x of the matched account";
    expect(open("{ from: contact.x, map: { A: a } }", "TV", { from })).toBeDefined();
  });

  test("a snapshot lists no value with somebody's address in it", () => {
    const record = aRecord({ "contact.x": "via clara@nordlicht.example" });
    expect(resolved(record, [], reading("{ from: contact.x, map: { A: a } }")).unmapped).toEqual([]);
  });
});

describe("a person's word", () => {
  test.each<[string, string, unknown]>([
    ["{ from: contact.x, map: { A: a } }", "tv", "tv"],
    ["{ from: contact.x, map: { few: 10 } }", "25", 25],
    ["{ from: contact.x, map: { few: 10 } }", "some", "some"],
    ["{ from: contact.x, as: country }", "Germany", "DE"],
    ["{ from: contact.x, as: country }", "Atlantis", undefined],
    ["{ from: contact.x, as: region }", "US-CA", "US-CA"],
    ["{ from: contact.x, as: integer }", "12", 12],
    ["{ from: contact.x, as: integer }", "twelve", undefined],
    ["{ from: contact.x, as: boolean }", "no", false],
    ["{ from: contact.x, as: stage }", "negotiation", "negotiation"],
  ])("for %s: %s is %j", (yaml, text, word) => {
    const one = reading(yaml).fields.reads.find(({ fact }) => fact === "lead.x");
    expect(wordFor(text, one)).toBe(word);
  });

  test("for the lead's stage is its name", () => {
    expect(wordFor("negotiation", undefined)).toBe("negotiation");
  });
});
