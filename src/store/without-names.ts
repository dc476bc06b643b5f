/**
 * Names taken out of prose, whoever wrote it: Baton its notes, tasks and notices, people what they noted. What is left must be what it
 * was: a name of two letters is within half of all words, and a contact may call themselves what a tag is called.
 */
import { fold, umlautsWrittenOut, withoutAccents } from "../model/spelling.ts";
import { SOMEBODY } from "./erased-names.ts";

/** Clears one text. `html`: it holds tags and entities, which stay as they are. */
export type ClearText = (text: string, as?: "html") => string;

/**
 * What takes these names out of a text, where they are words of their own:
 * - in any case, in any of Unicode's ways to write a character, without their accents or with their umlauts written out;
 * - whatever spaces, dashes, controls and apostrophes stand in them, which is how a line of a note has them (plan/sentence.ts);
 * - as far as they go before an ellipsis, where the text was cut.
 *
 * One sign alone is nobody's name and stays, as does what has neither letter nor digit. Throws nothing.
 */
export function withoutNames(names: readonly string[]): ClearText {
  const clear = clearing(names);
  // A template may put a name into a link, blanks and all; single words of an address are its own.
  const clearAddress = clearing(names.filter((name) => /\s/.test(name.trim())));
  return (text, as) => {
    if (as === undefined) return clear(text);
    const parts = text.split(/(<[^<>]*>)/);
    return parts
      .map((part, index) => (index % 2 === 0 ? clear(part) : part.replaceAll(/"[^"]*"/g, clearAddress)))
      .join("");
  };
}

/** How a letter is compared. */
type Way = (letter: string) => string;

const WAYS: readonly Way[] = [
  (letter) => fold(withoutAccents(letter)),
  (letter) => fold(withoutAccents(umlautsWrittenOut(letter))),
];
/** What stands between two words, an entity, a word, or any other sign. */
const PIECES =
  /[\s\p{Cc}\p{Cf}\p{Pd}]+|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});|[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]/giu;
const BETWEEN = /^[\s\p{Cc}\p{Cf}\p{Pd}]/u;
const APOSTROPHE = /^(?:['’‘ʼ`´]|&#39;|&apos;)$/;
/** A letter with its marks. */
const LETTERS = /\P{M}\p{M}*|\p{M}+/gu;
/** Entities that stand for a character of a name, or between two. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&#34;": '"',
  "&quot;": '"',
  "&nbsp;": " ",
};
/** Characters of a name that are compared: what Baton writes of one is shorter. */
const MOST_COMPARED = 500;
/** Shorter beginnings of a name before an ellipsis are those of too many words. */
const LEAST_CUT = 3;
/** As `…` folds. */
const ELLIPSIS = "...";
const WORD = /^[\p{L}\p{M}\p{N}]{2}$/u;
/** Scripts that put no space between words, or none between a name and what belongs to it. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

interface Place {
  readonly from: number;
  readonly to: number;
}

/** A part of a text that is compared as a whole: a letter, an entity, what stands between two words. */
interface Part extends Place {
  readonly spelt: string;
}

/** A text as it is compared, and for each character of that where the part stands that it comes from. */
interface Spelling {
  readonly text: string;
  readonly spelt: string;
  readonly places: readonly Place[];
}

function clearing(names: readonly string[]): (text: string) => string {
  const needles = WAYS.map((way) => {
    const spelt = remembering(way);
    const parts = remembering((piece) => partsOf(piece, spelt));
    return { parts, wanted: names.flatMap((name) => needleOf(spell(name, parts))) };
  });
  return (text) => {
    const places = needles.flatMap(({ parts, wanted }) => {
      if (wanted.length === 0) return [];
      const spelling = spell(text, parts);
      return wanted.flatMap((name) => [...wholeIn(spelling, name), ...cutIn(spelling, name)]);
    });
    let [result, end] = ["", 0];
    for (const place of places.toSorted((a, b) => a.from - b.from)) {
      // One that begins within another lengthens it.
      if (place.from >= end) result += text.slice(end, place.from) + SOMEBODY;
      end = Math.max(end, place.to);
    }
    return result + text.slice(end);
  };
}

/** Texts use few words and letters again and again, and folding one costs more than finding it. */
function remembering<T>(work: (piece: string) => T): (piece: string) => T {
  const known = new Map<string, T>();
  return (piece) => {
    const result = known.get(piece) ?? work(piece);
    known.set(piece, result);
    return result;
  };
}

function partsOf(piece: string, way: Way): readonly Part[] {
  const whole = (spelt: string): readonly Part[] => [{ from: 0, to: piece.length, spelt }];
  if (BETWEEN.test(piece)) return whole(" ");
  if (APOSTROPHE.test(piece)) return [];
  if (piece.startsWith("&")) return whole(ENTITIES[piece] ?? "&");
  return [...piece.matchAll(LETTERS)].map(({ 0: letter, index }) => ({
    from: index,
    to: index + letter.length,
    // An accent that stands alone is one over a space.
    spelt: way(letter).trim(),
  }));
}

function spell(text: string, parts: (piece: string) => readonly Part[]): Spelling {
  let spelt = "";
  const places: Place[] = [];
  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    for (const part of parts(piece)) {
      spelt += part.spelt;
      const place = { from: index + part.from, to: index + part.to };
      while (places.length < spelt.length) places.push(place);
    }
  }
  return { text, spelt, places };
}

function needleOf({ text, spelt, places }: Spelling): readonly string[] {
  const isSign = places.every((place) => place === places[0]);
  return isSign || !/[\p{L}\p{N}]/u.test(text) ? [] : [spelt.trim().slice(0, MOST_COMPARED)];
}

/** Where a name stands as a word, or words, of its own. */
function wholeIn({ text, spelt, places }: Spelling, name: string): readonly Place[] {
  const found: Place[] = [];
  for (let at = spelt.indexOf(name); at !== -1;) {
    const [first, last] = [places[at], places[at + name.length - 1]];
    // A letter may be spelt with several: ß is SS.
    const isTorn = first === places[at - 1] || last === places[at + name.length];
    const place = first && last && { from: first.from, to: last.to };
    const isWhole = place && !isTorn && !isWithinWord(text, place.from) && !isWithinWord(text, place.to);
    if (isWhole === true) found.push(place);
    at = spelt.indexOf(name, at + (isWhole === true ? name.length : 1));
  }
  return found;
}

/** Where a text ends in the middle of a name, with an ellipsis. */
function cutIn({ text, spelt, places }: Spelling, name: string): readonly Place[] {
  const found: Place[] = [];
  for (let end = spelt.indexOf(ELLIPSIS); end !== -1; end = spelt.indexOf(ELLIPSIS, end + 1)) {
    if (spelt[end - 1] === ".") continue;
    for (let length = Math.min(name.length - 1, end); length >= LEAST_CUT; length -= 1) {
      const at = end - length;
      if (spelt[at] !== name[0] || !spelt.startsWith(name.slice(0, length), at)) continue;
      const [first, last] = [places[at], places[end - 1]];
      if (first === undefined || last === undefined || isWithinWord(text, first.from)) continue;
      found.push({ from: first.from, to: last.to });
      break;
    }
  }
  return found;
}

/** Whether a word goes on over this place. */
function isWithinWord(text: string, at: number): boolean {
  const [before = ""] = /.$/su.exec(text.slice(Math.max(0, at - 2), at)) ?? [];
  const pair = before + String.fromCodePoint(text.codePointAt(at) ?? 0);
  return WORD.test(pair) && !UNSPACED.test(pair);
}
