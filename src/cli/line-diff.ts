/** Which lines of a text changed. */

/** One line that went (`-`, by its number before) or came (`+`, by its number after). */
export interface ChangedLine {
  readonly sign: "+" | "-";
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * The lines that differ, in order, as a shortest script of removals and additions. For texts of some thousand lines: it takes
 * time and memory for every pair of lines between the first and the last difference. Throws nothing.
 */
export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start += 1;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - start && old.at(-1 - tail) === fresh.at(-1 - tail))
    tail += 1;
  const [was, is] = [old.slice(start, old.length - tail), fresh.slice(start, fresh.length - tail)];
  const common = commonLengths(was, is);
  const changed: ChangedLine[] = [];
  for (let [i, j] = [0, 0]; i < was.length || j < is.length;) {
    if (i < was.length && j < is.length && was[i] === is[j]) {
      i += 1;
      j += 1;
    } else if (i < was.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) {
      changed.push({ sign: "-", line: start + i + 1, text: was[i] ?? "" });
      i += 1;
    } else {
      changed.push({ sign: "+", line: start + j + 1, text: is[j] ?? "" });
      j += 1;
    }
  }
  return changed;
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

/** For each pair of places, how many lines both texts have in common, in order, from there on. */
function commonLengths(was: readonly string[], is: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: was.length + 1 }, () => Array.from({ length: is.length + 1 }, () => 0));
  for (let i = was.length - 1; i >= 0; i -= 1) {
    for (let j = is.length - 1; j >= 0; j -= 1) {
      const row = table[i] ?? [];
      const [below, right, across] = [table[i + 1]?.[j] ?? 0, row[j + 1] ?? 0, table[i + 1]?.[j + 1] ?? 0];
      row[j] = was[i] === is[j] ? across + 1 : Math.max(below, right);
    }
  }
  return table;
}
