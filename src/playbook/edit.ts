/**
 * Changing one place of a YAML text and leaving every other character as it is: comments, order, quotes, spacing, line
 * ends. A document printed anew would lose its author's hand, so ranges of the text are replaced instead.
 *
 * Nothing is believed: the new text is read again, and is only given back when it says exactly what was meant and holds
 * every comment the old one held.
 */
import { isAlias, isMap, isScalar, isSeq, Lexer, parseDocument } from "yaml";
import type { YamlPath } from "./compiled.ts";
import { appendings } from "./edit-append.ts";
import type { Place, Replacement } from "./edit-place.ts";
import { fillings } from "./edit-value.ts";
import { parseYaml } from "./yaml.ts";
import type { YamlValue } from "./yaml-text.ts";

/** The new text, or why there is none, in words for an admin. */
export type Edit = { readonly text: string } | { readonly problem: string };

type Document = ReturnType<typeof parseDocument>;

/**
 * Adds an entry to a map, or an item to a list, as the last one and in the style of those before it.
 *
 * @param path  Where the map or list stands; `[]` is the whole file. What is empty (`map:`) becomes one.
 * @param key   The entry's key; undefined for a list.
 * Throws nothing. A key that is there already is a problem.
 */
export function addTo(text: string, path: YamlPath, key: string | undefined, value: YamlValue): Edit {
  return editAt(
    text,
    path,
    (place) => {
      const { node } = place;
      if (isMap(node) && key !== undefined) {
        if (node.has(key)) return { problem: `"${key}" is there already` };
        return appendings(text, place, key, value);
      }
      if (isSeq(node) && key === undefined) return appendings(text, place, key, value);
      if (!isNothing(node) || path.length === 0)
        return { problem: `there is no ${key === undefined ? "list" : "map"} at ${nameOf(path)}` };
      return fillings(text, place, key === undefined ? [value] : { [key]: value });
    },
    (old) => withAdded(old, key, value),
  );
}

/** Tries the ways to write a change, until one is right. */
function editAt(
  text: string,
  path: YamlPath,
  ways: (place: Place) => readonly (readonly Replacement[])[] | { readonly problem: string },
  change: (old: unknown) => unknown,
): Edit {
  const before = contentOf(text);
  if (before === undefined) return { problem: "the file has errors of its own: mend them first" };
  const place = placeAt(parseDocument(text, { keepSourceTokens: true }), path);
  if (place === undefined) return { problem: `nothing stands at ${nameOf(path)}` };
  const found = ways(place);
  if ("problem" in found) return found;
  const wanted = JSON.stringify(changedAt(before.content, path, change));
  const texts = found.map((replacements) => replaced(text, replacements));
  const right = texts.find((one) => JSON.stringify(contentOf(one)?.content) === wanted);
  if (right === undefined)
    return { problem: `${nameOf(path)} is written in a way that only a person can change` };
  const isWhole = commentsOf(right).join("\n") === commentsOf(text).join("\n");
  return isWhole ? { text: right } : { problem: `comments at ${nameOf(path)} would be lost` };
}

function contentOf(text: string): { readonly content: unknown } | undefined {
  const { yaml } = parseYaml("", text);
  return yaml === undefined ? undefined : { content: yaml.value };
}

function placeAt(document: Document, path: YamlPath): Place | undefined {
  let place: Place = { node: document.contents };
  for (const step of path) {
    const parent: unknown = place.node;
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return undefined;
      place = { node: pair.value, pair, parent };
    } else if (isSeq(parent) && Object.hasOwn(parent.items, step)) {
      place = { node: parent.items[Number(step)], index: Number(step), parent };
    } else {
      return undefined;
    }
  }
  return isAlias(place.node) ? undefined : place;
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  const backwards = replacements.toSorted((a, b) => b.from - a.from);
  return backwards.reduce((old, { from, to, text: put }) => old.slice(0, from) + put + old.slice(to), text);
}

/** A comment begins with a hash that does not follow the mark of a scalar. */
function commentsOf(text: string): readonly string[] {
  const tokens = [...new Lexer().lex(text)];
  return tokens.filter((token, index) => token.startsWith("#") && tokens[index - 1] !== "\u001f");
}

/** The content with one value changed; `change` gets what stood there. */
function changedAt(content: unknown, [step, ...rest]: YamlPath, change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(content);
  if (Array.isArray(content)) {
    return content.map((item, index) => (index === step ? changedAt(item, rest, change) : (item as unknown)));
  }
  return isRecord(content) ? { ...content, [step]: changedAt(content[step], rest, change) } : content;
}

function withAdded(old: unknown, key: string | undefined, value: YamlValue): unknown {
  if (key === undefined) return [...(Array.isArray(old) ? (old as readonly unknown[]) : []), value];
  return { ...(isRecord(old) ? old : {}), [key]: value };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(path: YamlPath): string {
  return path.length === 0 ? "the top" : path.join(".");
}
