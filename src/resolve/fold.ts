/** Text without the differences that spelling, keyboards and forms make: case, accents, ligatures, punctuation. */

import { normalForm } from "../model/normal-form.ts";
import { umlautsWrittenOut, withoutAccents } from "../model/spelling.ts";

/** The ways one text may be spelt: as it folds, and with its umlauts written out (`Müller`: `muller`, `mueller`). Throws nothing. */
export function spellingsOf(text: string): readonly (readonly string[])[] {
  const plain = wordsOf(text);
  const writtenOut = umlautsWrittenOut(text);
  return writtenOut === normalForm(text, "NFC").toLowerCase() ? [plain] : [plain, wordsOf(writtenOut)];
}

/** The words of a text, folded. Abbreviations written with points are one word (`S.p.A.` is `spa`), as are single letters in a row. */
function wordsOf(text: string): readonly string[] {
  const folded = withoutAccents(text).replaceAll(/['’‘ʼ`´]/g, "");
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
