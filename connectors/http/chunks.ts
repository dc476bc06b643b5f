/** Lists in parts, as batch calls take them. */

/** Cuts a list into parts of at most `size`. Throws nothing. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
