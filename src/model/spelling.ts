/**
 * One text as several people type it. Databases are never asked whether two texts are the same: SQLite's `lower` and `like` know the
 * letters of ASCII only, PostgreSQL's what the locale of the database says.
 */
import { normalForm } from "./normal-form.ts";

/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ŋ: "n",
};
/** How those letters are written where a keyboard has none. */
const WRITTEN_OUT: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ø: "oe", å: "aa" };

/**
 * A text to compare with another that went the same way: equal where two differ in nothing but
 * - case, in full: `STRASSE` and `Straße`, `ς` and `σ`; and as nobody can say which letter a Turkish capital was typed for, I, İ, i and ı
 *   are one;
 * - how Unicode writes a character: é as one or as two, a letter in its full width, a ligature (NFKD).
 *
 * An accent stays, and makes another letter: `jose@` and `josé@` may be two people. The parts of a text fold as the whole does, but
 * for marks torn from their letter. Throws nothing. Source: Unicode Standard Annex 15; The Unicode Standard, 3.13.
 */
export function fold(text: string): string {
  // To lower case first, because ẞ has no capital; and not last, because that would look at what stands beside a Σ.
  return normalForm(text, "NFKD", Infinity).toLowerCase().toUpperCase().replaceAll("I\u0307", "I");
}

/** In lower case, Latin and Greek letters without their accents: in Japanese, Korean and Indic scripts such marks are letters. Throws nothing. */
export function withoutAccents(text: string): string {
  const apart = normalForm(text, "NFKD").replaceAll(/([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, "$1");
  return normalForm(apart, "NFC")
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłħıŋ]/g, (letter) => LETTERS[letter] ?? letter);
}

/** In lower case, with umlauts as two letters; other accents stay. Throws nothing. */
export function umlautsWrittenOut(text: string): string {
  return normalForm(text, "NFC")
    .toLowerCase()
    .replaceAll(/[äöüøå]/g, (letter) => WRITTEN_OUT[letter] ?? letter);
}
