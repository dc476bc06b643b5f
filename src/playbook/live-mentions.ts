/** What the conditions of a file name under one key, wherever they stand in it. */
import type { YamlPath } from "./compiled.ts";

/** One word and its place. */
export interface Mention {
  readonly word: string;
  readonly path: YamlPath;
}

const EXAMPLES: ReadonlySet<string> = new Set(["examples", "counterexamples"]);

/**
 * Every text under `key`, alone or in a list, its examples apart: an example is an invented lead.
 *
 * @param value  A file as YAML gives it.
 * Throws nothing.
 */
export function mentionsOf(value: unknown, key: string, path: YamlPath = []): readonly Mention[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => mentionsOf(item, key, [...path, index]));
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const place = [...path, name];
    if (path.length === 0 && EXAMPLES.has(name)) return [];
    return name === key ? textsOf(inner, place) : mentionsOf(inner, key, place);
  });
}

function textsOf(value: unknown, path: YamlPath): readonly Mention[] {
  if (typeof value === "string") return [{ word: value, path }];
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((word, index) => (typeof word === "string" ? [{ word, path: [...path, index] }] : []));
}
