/**
 * Reads back JSON that this store wrote itself from a `T`. It is trusted because nothing else writes those columns; what
 * comes from outside is parsed by zod at its edge.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what the column holds
export function ownJson<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(text) as T;
}
