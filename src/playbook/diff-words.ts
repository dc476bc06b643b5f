/** The words of a diff: values as a person would say them, and how two of them differ. Pure; throws nothing. */

/** Says how `to` differs from `from`, one line a change; `who` is whoever or whatever it is about. Nothing when it does not. */
export type Tell = (who: string, from: unknown, to: unknown) => readonly string[];

/** A map of a YAML file. */
export type YamlMap = Readonly<Record<string, unknown>>;

/** Characters of a text that are shown; the rest says nothing a reader of a diff needs. */
const MOST_SHOWN = 80;

/** Whether a value is a map and not a list. */
export function isMap(value: unknown): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is a map, else an empty one. */
export function mapOf(value: unknown): YamlMap {
  return isMap(value) ? value : {};
}

/** The value if it is a list, the value alone in one if it is something else, nothing for undefined. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Equal whatever the order in which maps list their keys. */
export function isSame(from: unknown, to: unknown): boolean {
  return canonical(from) === canonical(to);
}

/** The keys of both maps: as `from` lists them, then those only `to` has. */
export function keysOf(from: YamlMap, to: YamlMap): readonly string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])];
}

/** A value in one line: `not set`, `50`, `a, b`, `day 10, open 25`, `“Two words”`. */
export function show(value: unknown): string {
  if (value === undefined) return "not set";
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map(showPart).join(", ");
  if (isMap(value)) {
    const entries = Object.entries(value).map(([key, one]) => `${wordOf(key)} ${showPart(one)}`);
    return entries.length === 0 ? "nothing" : entries.join(", ");
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** A key as words: `first_attempt` is `first attempt`. */
export function wordOf(key: string): string {
  return key.replaceAll("_", " ");
}

/** A text on one line, cut where it is long, in quotes unless it is one plain word. */
export function quoted(text: string): string {
  if (/^[\w@.:/*%+-]+$/.test(text) && text.length <= MOST_SHOWN) return text;
  return inQuotes(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);
}

/** A name that is a sentence more often than not: always in quotes, and whole. */
export function inQuotes(name: string): string {
  return `“${name.replaceAll(/\s+/g, " ").trim()}”`;
}

/** Changes of a value without words of its own; `what` is the way to it in words, empty at the top. */
export function valueLines(who: string, what: string, from: unknown, to: unknown): readonly string[] {
  if (isSame(from, to)) return [];
  if (isMap(from) && isMap(to)) {
    return keysOf(from, to).flatMap((key) =>
      valueLines(who, `${what} ${wordOf(key)}`.trim(), from[key], to[key]),
    );
  }
  if (Array.isArray(from) && Array.isArray(to)) return [said(who, what, listWords(from, to))];
  const [was, is] = [show(from), show(to)];
  return [said(who, what, was === is ? "reworded" : `${was} → ${is}`)];
}

/** `spanish added; german removed`, or the new order where only that changed. */
export function listWords(from: readonly unknown[], to: readonly unknown[]): string {
  const added = to.filter((one) => !from.some((other) => isSame(one, other)));
  const removed = from.filter((one) => !to.some((other) => isSame(one, other)));
  if (added.length + removed.length === 0) return `${show(from)} → ${show(to)}`;
  return [
    ...(added.length === 0 ? [] : [`${added.map(showPart).join(", ")} added`]),
    ...(removed.length === 0 ? [] : [`${removed.map(showPart).join(", ")} removed`]),
  ].join("; ");
}

/** `lena@acme.example: weight 100 → 50`. */
export function said(who: string, what: string, tail: string): string {
  return `${who === "" ? "" : `${who}: `}${`${what} ${tail}`.trim()}`;
}

/** A value within another one: what would run into its neighbours stands in brackets. */
function showPart(value: unknown): string {
  const isLong = (Array.isArray(value) || isMap(value)) && Object.keys(value).length > 0;
  return isLong ? `(${show(value)})` : show(value);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, one: unknown) =>
      isMap(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
    ) ?? "undefined"
  );
}
