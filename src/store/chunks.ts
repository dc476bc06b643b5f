/** Long lists and statements: databases bound the number of parameters in one, and SQLite holds everybody up while one runs. */

/**
 * Items in one statement. At up to 65 parameters for each, SQLite's bound of 32,766 is kept; PostgreSQL's is 65,535.
 * Source: https://sqlite.org/limits.html, "Maximum Number Of Host Parameters In A Single SQL Statement".
 */
const MOST_AT_ONCE = 500;

/** Cuts a list into pieces of at most `size`, in order. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}

/**
 * Runs a statement for a list that may be longer than one takes: for one part after the other, and not at all for an empty list.
 * @param size  Items in one statement, where 500 are too heavy.
 */
export async function inChunks<T>(
  items: readonly T[],
  run: (chunk: readonly T[]) => Promise<unknown>,
  size = MOST_AT_ONCE,
): Promise<void> {
  for (const chunk of chunksOf(items, size)) await run(chunk);
}

/**
 * The same for a statement that gives something back.
 * @returns What all of them gave back, in order.
 */
export async function loadInChunks<T, Row>(
  items: readonly T[],
  load: (chunk: readonly T[]) => Promise<readonly Row[]>,
  size = MOST_AT_ONCE,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const chunk of chunksOf(items, size)) {
    // One by one: a call takes some hundred thousand arguments at most, and 500 items may have more rows.
    for (const row of await load(chunk)) rows.push(row);
  }
  return rows;
}
