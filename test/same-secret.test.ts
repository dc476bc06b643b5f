import { expect, test } from "vitest";
import { isSameSecret } from "../src/same-secret.ts";

test.each([
  ["a token", "s3cret", "s3cret", true],
  ["another of the same length", "s3cret", "s3creT", false],
  ["the beginning of it", "s3c", "s3cret", false],
  ["more than it", "s3cret ", "s3cret", false],
  ["nothing", "", "s3cret", false],
  ["letters outside ASCII", "schlüssel", "schl\u00fcssel", true],
  ["letters that only share their last byte", "\u0161", "a", false],
])("%s", (_, shown, known, is) => {
  expect(isSameSecret(shown, known)).toBe(is);
});
