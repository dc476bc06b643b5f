/**
 * Texts in one normal form of Unicode, to be compared, folded or looked up. Nothing else in Baton normalises, because what it costs is up
 * to the writer: marks on one letter are put in order, and 64 KB of them, which any form takes, are seconds.
 * Source: Unicode Standard Annex 15, "Stream-Safe Text Format".
 */

/** Characters that tell one name, title, place or form from another; nobody's is longer. */
const MOST_COMPARED = 500;
/** More marks than any language puts on a letter. The two that are no marks become some. */
const TOO_MANY_MARKS = /([\p{M}\uFF9E\uFF9F]{30})[\p{M}\uFF9E\uFF9F]+/gu;

/**
 * The beginning of a text in a normal form. Throws nothing.
 *
 * @param most  How much of it, in characters: more only of texts in which something is searched for, never of what is taken apart.
 */
export function normalForm(
  text: string,
  form: "NFC" | "NFD" | "NFKC" | "NFKD",
  most: number = MOST_COMPARED,
): string {
  const beginning = text.slice(0, most);
  const isShort = beginning.length <= MOST_COMPARED;
  return (isShort ? beginning : beginning.replaceAll(TOO_MANY_MARKS, "$1")).normalize(form);
}
