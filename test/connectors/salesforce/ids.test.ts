import fc from "fast-check";
import { expect, test } from "vitest";
import { objectOf, toId, toIdOf } from "../../../connectors/salesforce/ids.ts";

test.each([
  // Ids of Salesforce's own documentation.
  ["0038M0000016Wv8", "0038M0000016Wv8QAE"],
  ["0038M0000016Wv8QAE", "0038M0000016Wv8QAE"],
  ["00558000000yFyD", "00558000000yFyDAAU"],
  ["00Q000000000000", "00Q000000000000EAA"],
  ["aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaAAA"],
  ["AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"],
])("%s is %s", (given, expected) => {
  expect(toId(given)).toBe(expected);
});

test.each([
  [""],
  ["00Q"],
  ["00Q00000000000"],
  ["00Q0000000000000"],
  ["00Q000000000000EA"],
  ["00Q000000000000EAAA"],
  ["../Account/001x00"],
  ["00Q00000000000'"],
  ["00Q000000000000\n"],
  ["00Q00000000000é"],
])("%j is no id", (text) => {
  expect(toId(text)).toBeUndefined();
  expect(objectOf(text)).toBeUndefined();
});

test("a suffix that was changed on the way does not make another id", () => {
  expect(toId("0038M0000016Wv8AAA")).toBe("0038M0000016Wv8QAE");
});

test("two ids that differ in case alone stay two, even where case does not count", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "A", "b", "B", "0"), minLength: 15, maxLength: 15 });
  fc.assert(
    fc.property(letters, letters, (one, other) => {
      fc.pre(one !== other);
      expect(toId(one)?.toLowerCase()).not.toBe(toId(other)?.toLowerCase());
    }),
  );
});

test("what an id is of shows in its first three characters, where case counts", () => {
  expect(objectOf("00Q000000000000EAA")).toBe("Lead");
  expect(objectOf("003000000000000")).toBe("Contact");
  expect(objectOf("00q000000000000")).toBeUndefined();
  expect(toIdOf("Lead", "00Q000000000000")).toBe("00Q000000000000EAA");
  expect(toIdOf("Lead", "003000000000000")).toBeUndefined();
});
