import fc from "fast-check";
import { expect, test } from "vitest";
import { normalForm } from "../../src/model/normal-form.ts";

const MARKS = "\u0316\u0301".repeat(32_000);

test("a name is in the form that is asked for", () => {
  expect(normalForm("E\u0301lodie", "NFC")).toBe("Élodie");
  expect(normalForm("ﬃ", "NFKD")).toBe("ffi");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
      expect(normalForm(text, "NFKD")).toBe(text.normalize("NFKD"));
    }),
  );
});

test("no more than the beginning of a text is compared", () => {
  const beginning = "É".repeat(500);
  for (const form of ["NFC", "NFD", "NFKC", "NFKD"] as const)
    expect(normalForm(`${beginning}${MARKS}${"x".repeat(64_000)}`, form)).toBe(beginning.normalize(form));
});

test("a text in which something is searched keeps all but marks that no letter has", () => {
  const text = "Ẹ́lodie ".repeat(1_000);
  expect(normalForm(text, "NFD", Infinity)).toBe(text.normalize("NFD"));
  const after = normalForm(`a${MARKS}b${"\uFF9E\u0316".repeat(32_000)}c`, "NFKD", Infinity);
  expect(after).toMatch(/^a\p{M}{1,31}b\p{M}{1,31}c$/u);
});
