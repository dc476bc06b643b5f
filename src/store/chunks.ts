/** Far below what either database takes as parameters of one statement. */
const MOST_AT_ONCE = 500;

/** Cuts a list into pieces of at most `size`, in order: databases bound the number of parameters in a statement. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}

/** Loads what belongs to a list that may be longer than one statement takes: the answers one after the other. */
export async function loadInChunks<T, Row>(
  items: readonly T[],
  load: (chunk: readonly T[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const chunk of chunksOf(items, MOST_AT_ONCE)) rows.push(...(await load(chunk)));
  return rows;
}
