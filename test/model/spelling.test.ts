import { expect, test } from "vitest";
import { fold } from "../../src/model/spelling.ts";

test.each([
  ["Élodie Martin", "ÉLODIE MARTIN"],
  ["Øyvind Åsen", "øyvind åsen"],
  ["Ольга Иванова", "ОЛЬГА ИВАНОВА"],
  ["Élodie", "E\u0301lodie"],
  ["Jürgen Groß", "JÜRGEN GROSS"],
  ["GROẞ", "groß"],
  ["IŞIL İNCİ", "ışıl inci"],
  ["ΝΙΚΟΣ", "νικος"],
  ["νικοσ", "Νίκος".normalize("NFD").replaceAll("\u0301", "")],
  ["ｶﾅ", "カナ"],
  ["한지민".normalize("NFD"), "한지민"],
])("%s is %s", (one, other) => {
  expect(fold(one)).toBe(fold(other));
});

test.each([
  ["jose@x.example", "josé@x.example"],
  ["カ", "ガ"],
  ["vera", "vena"],
])("%s is not %s", (one, other) => {
  expect(fold(one)).not.toBe(fold(other));
});

test("a text folds as its letters do, one by one", () => {
  for (const text of ["ΝΙΚΟΣ ΣΑΣ", "İSTANBUL", "Straße ﬃ", "Élodie".normalize("NFD")])
    expect([...text.matchAll(/\P{M}\p{M}*/gu)].map(([letter]) => fold(letter)).join("")).toBe(fold(text));
});
