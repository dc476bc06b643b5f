/** Names of people, compared by their words: order, accents and titles tell nobody apart. */
import { spellingsOf } from "./fold.ts";
import { similarity } from "./similarity.ts";

/** The words of a name in each spelling, sorted. */
export type PersonName = readonly (readonly string[])[];

const TITLES: ReadonlySet<string> = new Set(
  "mr mrs ms miss sir dr prof professor herr frau hr fr dipl ing phd mba msc bsc jr sr mme mlle sig sra".split(
    " ",
  ),
);
/** What people type to get past a form. */
const NOBODY: ReadonlySet<string> = new Set(
  "test tester testing unknown none null user customer contact admin anonymous asdf".split(" "),
);
/** Jaro-Winkler from which on two names of four letters or more differ by a slip. */
const CLOSE_WORD = 0.9;
const SHORTEST_FOR_SLIPS = 4;

/** @returns Undefined for what is no full name: a first name alone says nothing about who it is. Throws nothing. */
export function personNameOf(text: string): PersonName | undefined {
  const spellings = spellingsOf(text).map((words) => words.filter((word) => !TITLES.has(word)).toSorted());
  const [words = []] = spellings;
  if (words.length < 2 || words.some((word) => NOBODY.has(word))) return undefined;
  return words.some((word) => word.length > 1) ? spellings : undefined;
}

/** The name as one text in each spelling, to be looked up. A name with initials stands for too many people: nothing. */
export function wholeNames(name: PersonName): readonly string[] {
  return name.flatMap((words) => (words.every((word) => word.length > 1) ? [words.join(" ")] : []));
}

/** Whether two names are the same but for order, accents and titles. Throws nothing. */
export function isSameName(a: PersonName, b: PersonName): boolean {
  const others = new Set(wholeNames(b));
  return wholeNames(a).some((one) => others.has(one));
}

/** Whether two names may be one person's: initials for names, a slip in a word, a middle name more. Throws nothing. */
export function isLikeName(a: PersonName, b: PersonName): boolean {
  return a.some((one) => b.some((other) => fits(one, other)));
}

/** No name has more words; each is compared with each. */
const MOST_WORDS = 20;

function fits(one: readonly string[], other: readonly string[]): boolean {
  if (Math.max(one.length, other.length) > MOST_WORDS) return false;
  const isFirst = one.length === other.length ? one.join(" ") <= other.join(" ") : one.length < other.length;
  const [few, many] = isFirst ? [one, other] : [other, one];
  const left = [...many];
  let hasWhole = false;
  for (const word of few.toSorted((a, b) => b.length - a.length)) {
    const exact = left.indexOf(word);
    const place = exact >= 0 ? exact : left.findIndex((candidate) => isLikeWord(word, candidate));
    if (place < 0) return false;
    hasWhole ||= word.length > 1 && (left[place] ?? "").length > 1;
    left.splice(place, 1);
  }
  return hasWhole;
}

function isLikeWord(a: string, b: string): boolean {
  if (a.length === 1 || b.length === 1) return a[0] === b[0];
  return Math.min(a.length, b.length) >= SHORTEST_FOR_SLIPS && similarity(a, b) >= CLOSE_WORD;
}
