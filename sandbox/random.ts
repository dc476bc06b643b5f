/**
 * Repeatable chance. Everything in the sandbox that looks random comes from here, so that a run is told again by its
 * seed. The generator is mulberry32 (32 bits of state, public domain): fast and good enough for moods and worlds,
 * never for secrets that guard anything real.
 */

/** A stream of repeatable chance. */
export interface Random {
  /** The next number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One element of a list that is not empty; throws RangeError on an empty one. */
  pick<T>(list: readonly T[]): T;
  /** True with the given share, 0 never and 1 always. */
  chance(share: number): boolean;
  /** A new list with the same elements in another order. */
  shuffle<T>(list: readonly T[]): T[];
  /** `length` lower-case hexadecimal characters. */
  hex(length: number): string;
}

/**
 * Makes a stream from a seed. Two streams of one seed and one label give the same numbers; another label gives an
 * unrelated stream, so that a new use of chance does not disturb the old ones. Throws nothing.
 */
export function createRandom(seed: number, label = ""): Random {
  let state = mixLabel(seed, label);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    pick: (list) => elementAt(list, between(0, list.length - 1)),
    chance: (share) => next() < share,
    shuffle: (list) => shuffled(list, between),
    hex: (length) => Array.from({ length }, () => between(0, 15).toString(16)).join(""),
  };
}

function mixLabel(seed: number, label: string): number {
  let mixed = seed | 0;
  for (const character of label) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193) | 0;
  return mixed;
}

function elementAt<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new RangeError("cannot pick from an empty list");
  return element;
}

function shuffled<T>(list: readonly T[], between: (low: number, high: number) => number): T[] {
  const left = [...list];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(between(0, left.length - 1), 1));
  return drawn;
}
