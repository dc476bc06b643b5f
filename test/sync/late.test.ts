import { describe, expect, test } from "vitest";
import type { Agreed, FieldState, SyncField } from "../../src/model/sync.ts";
import { agreedWithout, lateSync } from "../../src/sync/index.ts";

const COMMON = { direction: "both", winner: "latest", otherwise: "sales" } as const;
const CITY: SyncField = {
  ...COMMON,
  name: "contact.city",
  marketing: "contact.city",
  sales: "lead.City",
  type: "text",
};
const SIZE: SyncField = {
  ...COMMON,
  name: "contact.size",
  marketing: "contact.size",
  sales: "lead.Size__c",
  type: "number",
};
/** Marketing has moved to Bern, and sales is to hear of it. */
const TO_BERN = {
  kind: "sync-fields",
  side: "sales",
  values: { "lead.City": { to: "Bern", seen: "Graz" } },
  agreed: { "contact.city": "Bern" },
  agreedBefore: { "contact.city": "Graz" },
} as const;

const pairOf = (
  marketing: Readonly<Record<string, FieldState>>,
  sales: Readonly<Record<string, FieldState>>,
  agreed: Agreed = { "contact.city": "Graz" },
) => ({
  fields: [CITY, SIZE],
  marketing: new Map(Object.entries(marketing)),
  sales: new Map(Object.entries(sales)),
  agreed,
});
const held = (here: string | undefined, there: string | undefined, agreed?: Agreed) =>
  pairOf(
    { "contact.city": here === undefined ? {} : { value: here } },
    { "lead.City": there === undefined ? {} : { value: there } },
    agreed,
  );

describe("a write that comes late", () => {
  test.each([
    ["is due while all is as it was", held("Bern", "Graz"), "due"],
    ["is due in whichever spelling its value stands", held(" Bern ", "Graz"), "due"],
    ["is done where both hold it", held("Bern", "Bern"), "done"],
    ["is done where a look has found both equal", held("Bern", "Bern", { "contact.city": "Bern" }), "done"],
    ["is overtaken where its value was taken back", held("Graz", "Graz"), "overtaken"],
    ["is overtaken where its value was changed once more", held("Chur", "Graz"), "overtaken"],
    ["is overtaken where its value was taken out", held(undefined, "Graz"), "overtaken"],
    ["is overtaken where its target was changed", held("Bern", "Linz"), "overtaken"],
    [
      "is overtaken where both have agreed on something else since",
      held("Bern", "Graz", { "contact.city": "Bern" }),
      "overtaken",
    ],
    [
      "is overtaken where its record is another one that agrees on less",
      held("Bern", "Graz", {}),
      "overtaken",
    ],
    [
      "is overtaken where its target cannot be seen",
      pairOf({ "contact.city": { value: "Bern" } }, {}),
      "overtaken",
    ],
    [
      "is overtaken where its source cannot be seen",
      pairOf({}, { "lead.City": { value: "Graz" } }),
      "overtaken",
    ],
    [
      "is overtaken where its field is not kept in step any more",
      { ...held("Bern", "Graz"), fields: [SIZE] },
      "overtaken",
    ],
  ] as const)("%s", (_, pair, is) => {
    expect(lateSync(TO_BERN, pair)).toBe(is);
  });

  test("clears nothing because its source cannot be seen", () => {
    const clearing = {
      ...TO_BERN,
      values: { "lead.City": { to: "", seen: "Graz" } },
      agreed: { "contact.city": null },
    };
    expect(lateSync(clearing, held(undefined, "Graz"))).toBe("due");
    expect(lateSync(clearing, pairOf({}, { "lead.City": { value: "Graz" } }))).toBe("overtaken");
  });

  test("is made of all its fields or not at all", () => {
    const both = {
      ...TO_BERN,
      values: { ...TO_BERN.values, "lead.Size__c": { to: "7" } },
      agreed: { ...TO_BERN.agreed, "contact.size": "7" },
    };
    const now = (size: string) =>
      pairOf(
        { "contact.city": { value: "Bern" }, "contact.size": { value: size } },
        { "lead.City": { value: "Graz" }, "lead.Size__c": {} },
      );
    expect([lateSync(both, now("7.0")), lateSync(both, now("8"))]).toEqual(["due", "overtaken"]);
  });

  test("is judged by its values alone where the version that planned it kept no more", () => {
    const { agreedBefore: _, ...older } = TO_BERN;
    expect(lateSync(older, held("Bern", "Graz", {}))).toBe("due");
    expect(lateSync(older, held("Graz", "Graz", {}))).toBe("overtaken");
  });
});

test("what was left out of a write is not agreed on; of a field nobody lists any more, nothing is", () => {
  const write = {
    ...TO_BERN,
    values: { ...TO_BERN.values, "lead.Size__c": { to: "7" } },
    agreed: { "contact.city": "Bern", "contact.size": "7", "contact.gone": "x" },
  };
  expect(agreedWithout(write, [], [CITY, SIZE])).toEqual(write.agreed);
  expect(agreedWithout(write, ["lead.Size__c"], [CITY, SIZE])).toEqual({ "contact.city": "Bern" });
});
