/** Diffs of things that have names: keys with words of their own, maps of named things, lists whose items name themselves. */
import { movesOf } from "./diff-order.ts";
import {
  inQuotes,
  isMap,
  isSame,
  keysOf,
  listOf,
  mapOf,
  show,
  type Tell,
  valueLines,
  wordOf,
} from "./diff-words.ts";

/** The words for named things. */
export interface Named {
  /** What one of them is called: `Type partner`. */
  readonly call: (name: string) => string;
  /** What is said of a new one after its name, such as `added: …`. */
  readonly added: (value: unknown) => string;
  /** What is said of one that is gone. Left out: `removed`. */
  readonly removed?: (value: unknown) => string;
  /** What is said of one that is called otherwise now. Left out: `is now called …`. */
  readonly renamed?: (name: string) => string;
  /** How two of the same name differ; told with what the thing is called. */
  readonly changed: Tell;
  /** The order decides something: `now comes` completes what is said of one that moved. */
  readonly ordered?: string;
}

/** A map whose keys have words of their own; other keys, of a newer Baton perhaps, are told plainly. */
export function inParts(table: Readonly<Record<string, Tell>>): Tell {
  return (who, from, to) => {
    const [before, after] = [mapOf(from), mapOf(to)];
    return keysOf(before, after).flatMap((key) => {
      const tell = Object.hasOwn(table, key) ? table[key] : undefined;
      return tell === undefined
        ? valueLines(who, wordOf(key), before[key], after[key])
        : tell(who, before[key], after[key]);
    });
  };
}

/** The same, about somebody or something else. */
export function about(who: string, tell: Tell): Tell {
  return (_who, from, to) => tell(who, from, to);
}

/** One value after a phrase: `Sales promises hand-raiser a first attempt in 15m → 30m`. */
export function phrased(phrase: string): Tell {
  return (who, from, to) =>
    isSame(from, to) ? [] : [`${`${who} ${phrase}`.trim()} ${show(from)} → ${show(to)}`];
}

/** A map of named things. */
export function byName(words: Named): Tell {
  return (_who, from, to) =>
    namedLines(words, new Map(Object.entries(mapOf(from))), new Map(Object.entries(mapOf(to))));
}

/** A list whose items name themselves. Items of the same name are told apart by number. */
export function byItem(nameOf: (item: unknown) => string, words: Named): Tell {
  return (_who, from, to) => namedLines(words, itemsOf(from, nameOf), itemsOf(to, nameOf));
}

/** The value of a key as text: what most items are named by. */
export function textAt(key: string): (item: unknown) => string {
  return (item) => {
    const value = mapOf(item)[key];
    return typeof value === "string" ? value : show(value);
  };
}

/** Things by name, in the order of the file. */
type Things = ReadonlyMap<string, unknown>;

function namedLines(words: Named, from: Things, to: Things): readonly string[] {
  const { call } = words;
  const gone = [...from.keys()].filter((name) => !to.has(name));
  const newNames = renamesOf(gone, from, to);
  const oldNames = new Map([...newNames].map(([old, name]) => [name, old]));
  return [
    ...[...to].flatMap(([name, value]) => {
      const old = oldNames.get(name);
      if (old !== undefined) {
        return [`${call(old)} ${words.renamed?.(name) ?? `is now called ${inQuotes(name)}`}`];
      }
      if (from.has(name)) return words.changed(call(name), from.get(name), value);
      return [`${call(name)} ${words.added(value)}`];
    }),
    ...gone
      .filter((name) => !newNames.has(name))
      .map((name) => `${call(name)} ${words.removed?.(from.get(name)) ?? "removed"}`),
    ...moveLines(
      words,
      [...from.keys()].map((name) => newNames.get(name) ?? name),
      [...to.keys()],
    ),
  ];
}

/** Old name to new name of what stayed the same otherwise. Plain values are too alike to be known again. */
function renamesOf(gone: readonly string[], from: Things, to: Things): ReadonlyMap<string, string> {
  const left = new Set(gone.filter((name) => isMap(from.get(name))));
  const renamed = new Map<string, string>();
  for (const [name, value] of to) {
    if (from.has(name)) continue;
    const old = [...left].find((one) => isSame(withoutName(from.get(one), one), withoutName(value, name)));
    if (old === undefined) continue;
    left.delete(old);
    renamed.set(old, name);
  }
  return renamed;
}

function withoutName(value: unknown, name: string): unknown {
  return Object.fromEntries(Object.entries(mapOf(value)).filter(([, one]) => one !== name));
}

function moveLines(
  { call, ordered }: Named,
  from: readonly string[],
  to: readonly string[],
): readonly string[] {
  if (ordered === undefined) return [];
  return movesOf(from, to).map(({ name, after }) =>
    after === undefined
      ? `${call(name)} ${ordered} first`
      : `${call(name)} ${ordered} after ${inQuotes(after)}`,
  );
}

function itemsOf(value: unknown, nameOf: (item: unknown) => string): Things {
  const items = new Map<string, unknown>();
  for (const item of listOf(value)) {
    const name = nameOf(item);
    let [key, number] = [name, 1];
    while (items.has(key)) {
      number += 1;
      key = `${name} (${number})`;
    }
    items.set(key, item);
  }
  return items;
}
