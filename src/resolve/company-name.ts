/**
 * What of a company's name tells it from others. Two names are compared as sets of words after folding; how alike they are has
 * six answers, because "nearly the same" and "the same with a word more" mean different companies to different degrees.
 */
import { normalForm } from "../model/normal-form.ts";
import { parseCountry } from "../playbook/country.ts";
import { spellingsOf } from "./fold.ts";
import { withoutLegalForm, withoutUnspacedForm } from "./legal-form.ts";
import { similarity } from "./similarity.ts";

/** A name taken apart: its words in each spelling, without legal forms, "the" and "and". */
export interface CompanyName {
  readonly spellings: readonly (readonly string[])[];
  /** The spellings without the spaces: `northwindtraders`. */
  readonly joined: readonly string[];
}

/**
 * - `same`: but for spelling, legal form, punctuation and spaces.
 * - `close`: a slip of the keyboard apart.
 * - `qualified`: one says `Group`, `Holding` or a country more.
 * - `acronym`: one is the first letters of the other.
 * - `part`: one has other words more: a subsidiary, a branch, or somebody else.
 * - `different`.
 */
export type Likeness = "same" | "close" | "qualified" | "acronym" | "part" | "different";

/** Words that join others and tell nothing apart. */
const JOINING: ReadonlySet<string> = new Set("and und et the".split(" "));
/** Words a group of companies puts behind its name. */
const OF_GROUPS: ReadonlySet<string> = new Set(
  (
    "group gruppe groupe grupo gruppo holding holdings international intl global worldwide europe europa emea apac dach " +
    "americas uk us usa nordic nordics benelux"
  ).split(" "),
);
/** Words that so many names share that they find nothing. */
const COMMON: ReadonlySet<string> = new Set(
  (
    "agency associates bank business capital center centre company consulting consultants data design development digital " +
    "energy engineering enterprises finance financial foundation health healthcare industries industry insurance institute " +
    "labs logistics management marketing media network networks online partner partners people products research school " +
    "services software solution solutions studio studios systems tech technologies technology trading ventures works world"
  ).split(" "),
);
/** Shorter names are a slip away from too many others. */
const SHORTEST_FOR_SLIPS = 5;
/** Jaro-Winkler from which on two words, or two whole names, differ by a slip: `contoso` and `contour` come to 0.91. */
const CLOSE_WORD = 0.95;
const CLOSE_NAME = 0.96;
const ACRONYM_LETTERS = { least: 3, most: 6 } as const;

/** Takes a name apart. @returns Undefined when it holds no word. Throws nothing. */
export function companyNameOf(text: string): CompanyName | undefined {
  const own = withoutUnspacedForm(normalForm(text, "NFKC").replace(/\.(com|io|net|org)\b/i, " "));
  const spellings = spellingsOf(own).map(tellingWords);
  if ((spellings[0] ?? []).length === 0) return undefined;
  return { spellings, joined: spellings.map((words) => words.join("")) };
}

function tellingWords(words: readonly string[]): readonly string[] {
  const kept = words.filter((word) => !JOINING.has(word));
  return withoutLegalForm(kept.length === 0 ? words : kept);
}

/** How alike two names are; the same both ways round. Throws nothing. */
export function compareNames(a: CompanyName, b: CompanyName): Likeness {
  if (a.joined.some((one) => b.joined.includes(one))) return "same";
  const pairs = a.spellings.flatMap((one) => b.spellings.map((other) => [one, other] as const));
  const any = (test: (one: readonly string[], other: readonly string[]) => boolean): boolean =>
    pairs.some(([one, other]) => test(one, other));
  if (any((one, other) => bare(one) === bare(other) && bare(one) !== "")) return "qualified";
  if (any((one, other) => isAcronym(one, other) || isAcronym(other, one))) return "acronym";
  if (any((one, other) => isPart(one, other) || isPart(other, one))) return "part";
  return any(isSlip) ? "close" : "different";
}

/** Words by which a name can be found when others have more of them. Throws nothing. */
export function tellingOf(name: CompanyName): readonly string[] {
  const words = name.spellings
    .flat()
    .filter((word) => word.length > 3 && !COMMON.has(word) && !isGroups(word));
  return [...new Set(words)];
}

/** The first letters of a name of three words or more, with and without small words: `bank of america` is `boa` and `ba`. */
export function initialsOf(words: readonly string[]): readonly string[] {
  const short = words.filter((word) => !SMALL.has(word));
  return [...new Set([words, short].map((all) => all.map((word) => firstLetter(word)).join("")))].filter(
    isAcronymLong,
  );
}

function firstLetter(word: string): string {
  return /^./su.exec(word)?.[0] ?? "";
}

const SMALL: ReadonlySet<string> = new Set("of for de der des du di del la le y e i".split(" "));

function isAcronymLong(letters: string): boolean {
  return letters.length >= ACRONYM_LETTERS.least && letters.length <= ACRONYM_LETTERS.most;
}

function isAcronym(one: readonly string[], other: readonly string[]): boolean {
  const [word = "", ...more] = one;
  return more.length === 0 && other.length > 1 && initialsOf(other).includes(word);
}

function bare(words: readonly string[]): string {
  return words.filter((word) => !isGroups(word)).join("");
}

function isGroups(word: string): boolean {
  return OF_GROUPS.has(word) || (word.length > 3 && parseCountry(word) !== undefined);
}

/** Whether all words of `one` are among those of `other`, and one of them at least says something. */
function isPart(one: readonly string[], other: readonly string[]): boolean {
  if (one.length >= other.length) return false;
  const says = (word: string): boolean => word.length > 2 && !COMMON.has(word) && !isGroups(word);
  return one.every((word) => other.includes(word)) && one.some(says);
}

/** Numbers must be the same: `Studio 54` is not `Studio 55`. */
function isSlip(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [one.join(""), other.join("")];
  if (Math.min(a.length, b.length) < SHORTEST_FOR_SLIPS || numbersIn(a) !== numbersIn(b)) return false;
  if (one.length !== other.length) return similarity(a, b) >= CLOSE_NAME;
  return one.every((word, index) => {
    const twin = other[index] ?? "";
    return word === twin || (Math.min(word.length, twin.length) > 3 && similarity(word, twin) >= CLOSE_WORD);
  });
}

function numbersIn(text: string): string {
  return text.replaceAll(/\P{N}+/gu, " ");
}
