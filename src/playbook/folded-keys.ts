/** Maps whose keys mean the same in other letters: a key that is there already must not take the other's place in silence. */
import type * as z from "zod";

/** Where an issue names the key that was there first; the problem then says its line. */
export const FIRST_KEY = "firstKey";

/** A check for `superRefine`: tells every key that `fold` makes equal to one before it with another value. Throws nothing. */
export function onceInAnyLetters(
  fold: (key: string) => string,
): (map: Readonly<Record<string, unknown>>, context: z.RefinementCtx) => void {
  return (map, context) => {
    const firsts = new Map<string, string>();
    for (const key of Object.keys(map)) {
      const first = firsts.get(fold(key));
      if (first === undefined) firsts.set(fold(key), key);
      else if (JSON.stringify(map[key]) !== JSON.stringify(map[first]))
        context.addIssue({
          code: "custom",
          path: [key],
          message: `"${key}" stands here already in other letters: "${first}"`,
          params: { [FIRST_KEY]: first },
        });
    }
  };
}

/** The map under its folded keys. Throws nothing. */
export function underFoldedKeys<T>(
  fold: (key: string) => string,
): (map: Readonly<Record<string, T>>) => Record<string, T> {
  return (map) => Object.fromEntries(Object.entries(map).map(([key, value]) => [fold(key), value]));
}

/** Lower case: how most keys are folded. */
export function lowered(key: string): string {
  return key.toLowerCase();
}
