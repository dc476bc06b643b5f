/** Words for messages: the nearest of the words somebody may have meant. */

/** The closest of `known` to `word`, or undefined when none is close: at most a third of the letters may differ. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const from = word.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(from.length / 3)) + 1;
  for (const candidate of known) {
    const away = editDistance(from, candidate.toLowerCase(), least);
    if (away < least) [nearest, least] = [candidate, away];
  }
  return nearest;
}

/** `; did you mean "within"?`, or nothing when no word is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** `; write emea-sdr` for `EMEA SDR`: a text as names are written, which begin with a letter; nothing where none is left. */
export function asName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[-\d]+|-+$/g, "")
    .slice(0, 64);
  return name === "" ? "" : `; write ${name}`;
}

/** Insertions, deletions, changes and swaps of neighbours that turn `a` into `b`; `limit` when there are more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (a.length > 64 || b.length > 64 || Math.abs(a.length - b.length) >= limit) return limit;
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const steps = [(above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost];
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) steps.push((before[j - 2] ?? limit) + 1);
      row.push(Math.min(...steps));
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? limit;
}
