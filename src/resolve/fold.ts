/** Text without the differences that spelling, keyboards and forms make: case, accents, ligatures, punctuation. */

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

/** The ways one text may be spelt: as it folds, and with its umlauts written out (`Müller`: `muller`, `mueller`). Throws nothing. */
export function spellingsOf(text: string): readonly (readonly string[])[] {
  const plain = wordsOf(text);
  const composed = text.normalize("NFC").toLowerCase();
  if (!/[äöüøå]/.test(composed)) return [plain];
  return [plain, wordsOf(composed.replaceAll(/[äöüøå]/g, (letter) => WRITTEN_OUT[letter] ?? letter))];
}

/**
 * The words of a text, folded. Accents go from Latin and Greek letters only: in Japanese, Korean and Indic scripts such
 * marks are letters. Abbreviations written with points are one word (`S.p.A.` is `spa`), as are single letters in a row.
 * Throws nothing. Source: Unicode Standard Annex 15.
 */
function wordsOf(text: string): readonly string[] {
  const folded = text
    .normalize("NFKD")
    .replaceAll(/([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, "$1")
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłħıŋ]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll(/['’‘ʼ`´]/g, "");
  return joinedLetters(folded.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== ""));
}

/** Runs of single letters become one word: `i b m` is `ibm`. In scripts whose words may be one sign they stay. */
function joinedLetters(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let isRun = false;
  for (const word of words) {
    const isLetter = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u.test(word);
    if (isLetter && isRun) joined.push(`${joined.pop() ?? ""}${word}`);
    else joined.push(word);
    isRun = isLetter;
  }
  return joined;
}
