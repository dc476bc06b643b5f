import { describe, expect, test } from "vitest";
import type { Field } from "../../../connectors/salesforce/describe.ts";
import { idIn, instantOf, isSame, jsonOf, parentOf, textOf } from "../../../connectors/salesforce/values.ts";
import { localDay, knownZone } from "../../../connectors/salesforce/zones.ts";

function field(type: string, part: Partial<Field> = {}): Field {
  const head = { name: "F", type, length: 0, isCreateable: true, isUpdateable: true };
  return { ...head, isKey: false, isRestricted: false, options: [], ...part };
}

describe("Salesforce's values as text", () => {
  test.each([
    ["CFO", "CFO"],
    ["", undefined],
    [null, undefined],
    [undefined, undefined],
    [0, "0"],
    [1.5, "1.5"],
    [true, "true"],
    [false, "false"],
    ["2026-11-20T10:00:00.000+0000", "2026-11-20T10:00:00.000Z"],
    ["2026-11-20T12:00:00+0200", "2026-11-20T10:00:00.000Z"],
    ["2026-13-40T10:00:00Z", "2026-13-40T10:00:00Z"],
    ["2026-11-20", "2026-11-20"],
    [{ city: "Berlin" }, undefined],
    [["a"], undefined],
  ])("%j is %j", (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  test.each(["yesterday", "2026-11-20", 1_700_000_000, null])("%j is no instant", (value) => {
    expect(instantOf(value)).toBeUndefined();
  });

  test("ids have eighteen characters, and a parent that is none has no fields", () => {
    expect(idIn({ Id: "00Q5g00000ABCde" }, "Id")).toBe("00Q5g00000ABCdeEAH");
    expect(idIn({ Id: 42 }, "Id")).toBeUndefined();
    expect(parentOf({ Account: { Name: "N" } }, "Account")).toEqual({ Name: "N" });
    expect([parentOf({ Account: null }, "Account"), parentOf({ Account: ["x"] }, "Account")]).toEqual([
      {},
      {},
    ]);
  });
});

describe("text as Salesforce's values", () => {
  test.each([
    ["true", field("boolean"), true],
    ["", field("boolean"), false],
    ["perhaps", field("boolean"), undefined],
    ["", field("string"), null],
    ["250", field("int"), 250],
    ["many", field("double"), undefined],
    ["2026-11-20T10:00:00Z", field("date"), "2026-11-20"],
    ["20.11.2026", field("date"), undefined],
    ["2026-11-20T12:00:00+02:00", field("datetime"), "2026-11-20T10:00:00.000Z"],
    ["soon", field("datetime"), undefined],
    ["abcdef", field("string", { length: 3 }), "abcdef"],
  ])("%j in %o", (text, into, json) => {
    expect(jsonOf(text, into)).toBe(json);
  });

  test("a text is cut only where it may be", () => {
    expect(jsonOf("abcdef", field("string", { length: 3 }), true)).toBe("abc");
    expect(jsonOf("abcdef", field("string"), true)).toBe("abcdef");
  });
});

test.each([
  [null, "", true],
  [null, null, true],
  [false, null, true],
  [true, null, false],
  [250, "250", true],
  ["2026-11-20T10:00:00.000+0000", "2026-11-20T10:00:00.000Z", true],
  ["CFO", "CTO", false],
])("whether %j holds what %j wants: %s", (is, wanted, expected) => {
  expect(isSame(is, wanted)).toBe(expected);
});

test("a day is that of the zone, and a zone nobody knows is none", () => {
  const at = Date.UTC(2026, 10, 18, 2, 30);
  expect(localDay(at)).toBe("2026-11-18");
  expect(localDay(at, "America/New_York")).toBe("2026-11-17");
  expect(localDay(at, "Pacific/Kiritimati")).toBe("2026-11-18");
  expect(knownZone("Europe/Berlin")).toBe("Europe/Berlin");
  expect([knownZone("Mars/Olympus"), knownZone(undefined)]).toEqual([undefined, undefined]);
});
