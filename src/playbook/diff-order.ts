/** What moved in a list whose order decides something: the fewest names that must move to come from one to the other. */

/** A name that moved; `after` is the one it follows now, absent where it comes first. */
export interface Move {
  readonly name: string;
  readonly after?: string;
}

/** Names that both lists hold and that changed places, as `to` lists them. Names are unique. Throws nothing. */
export function movesOf(from: readonly string[], to: readonly string[]): readonly Move[] {
  const common = to.filter((name) => from.includes(name));
  const staying = new Set(longestRising(common.map((name) => from.indexOf(name))));
  return common.flatMap((name) => {
    if (staying.has(from.indexOf(name))) return [];
    const after = to[to.indexOf(name) - 1];
    return [{ name, ...(after === undefined ? {} : { after }) }];
  });
}

/** The longest row of rising numbers within `numbers`, in their order: whoever is in it need not move. */
function longestRising(numbers: readonly number[]): readonly number[] {
  const best: (readonly number[])[] = [];
  for (const number of numbers) {
    const before = best
      .filter((row) => (row.at(-1) ?? -1) < number)
      .reduce<readonly number[]>((longest, row) => (row.length > longest.length ? row : longest), []);
    best.push([...before, number]);
  }
  return best.reduce<readonly number[]>((longest, row) => (row.length > longest.length ? row : longest), []);
}
