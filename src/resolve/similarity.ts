/** How alike two folded words are. */
import { jaroWinkler } from "@skyra/jaro-winkler";

/** No word is longer. Comparing takes the product of both lengths, and a form takes 65,000 letters. Characters. */
const LONGEST = 100;

/**
 * Jaro-Winkler, from 0 to 1, the same both ways round: it pairs letters from the left, so that the order of the two can
 * matter, and the better counts. Longer texts than a name are alike only when they are the same. Throws nothing.
 */
export function similarity(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return a === b ? 1 : 0;
  return Math.max(jaroWinkler(a, b), jaroWinkler(b, a));
}
