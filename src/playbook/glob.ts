/**
 * Globs: `*` stands for any run of characters, everything else for itself, letters in either case. No pattern of the
 * playbook ever becomes a regular expression, because some of those take minutes on a hostile value. Here the time is
 * linear: each piece between stars is found once, left to right, by Knuth, Morris and Pratt's search.
 */

/** A compiled glob: whether a text matches it as a whole. Throws nothing. */
export type Glob = (text: string) => boolean;

/** Compiles `/pricing*`, `*student*` or `head of *`. Without a star the whole text must be equal. */
export function glob(pattern: string): Glob {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text.toLowerCase() === first;
  const finds = rest.filter((piece) => piece !== "").map(finder);
  return (text) => {
    const whole = text.toLowerCase();
    if (!whole.startsWith(first)) return false;
    let at = first.length;
    for (const find of finds) {
      at = find(whole, at);
      if (at < 0) return false;
    }
    return whole.length - last.length >= at && whole.endsWith(last);
  };
}

/** Up to so many characters the engine's own search is faster, whatever the text. */
const SHORT = 200;

/** Finds `piece` at or after `from`; returns the index after its leftmost occurrence, or -1. */
function finder(piece: string): (text: string, from: number) => number {
  const fallback = fallbacks(piece);
  return (text, from) => {
    if (text.length <= SHORT) {
      const found = text.indexOf(piece, from);
      return found < 0 ? -1 : found + piece.length;
    }
    let matched = 0;
    for (let at = from; at < text.length; at += 1) {
      while (matched > 0 && text[at] !== piece[matched]) matched = fallback[matched - 1] ?? 0;
      if (text[at] === piece[matched]) matched += 1;
      if (matched === piece.length) return at + 1;
    }
    return -1;
  };
}

/** For every prefix of `piece`, the length of its longest border: how far to fall back on a mismatch. */
function fallbacks(piece: string): readonly number[] {
  const lengths = [0];
  let length = 0;
  for (let at = 1; at < piece.length; at += 1) {
    while (length > 0 && piece[at] !== piece[length]) length = lengths[length - 1] ?? 0;
    if (piece[at] === piece[length]) length += 1;
    lengths.push(length);
  }
  return lengths;
}
