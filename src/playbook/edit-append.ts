/** Which characters of a YAML text to replace so that a map gets one entry more, or a list one item. */
import { isMap, isNode, isPair, isScalar, isSeq, type YAMLMap, type YAMLSeq } from "yaml";
import {
  dashOf,
  endOf,
  endOfItem,
  eolOf,
  insertion,
  isUnwritten,
  lineEnd,
  lineStart,
  quoteOf,
  startOf,
  type Place,
  type Replacement,
  type Ways,
} from "./edit-place.ts";
import { type Quote, type YamlValue, yamlText } from "./yaml-text.ts";

/** Ways to add an entry (or, without a key, an item) behind the last one. `place` holds a map or a list. */
export function appendings(text: string, { node }: Place, key: string | undefined, value: YamlValue): Ways {
  if (!isMap(node) && !isSeq(node)) return [];
  const entry = entryOf(node, key, value);
  const last = node.items.at(-1);
  if (node.flow !== true) return last === undefined ? [] : [[belowBlock(text, node, last, entry)]];
  const [open, close] = [startOf(node), endOf(node, text) - 1];
  const written = [entry.head, entry.value].join(entry.head === "" ? "" : " ");
  if (last !== undefined) return flowWays(text, open, endOfItem(last, text), close, written);
  const inside = text.slice(open + 1, close);
  const gap = isMap(node) || inside !== "" ? " " : "";
  return inside.trim() === ""
    ? [[{ from: open + 1, to: close, text: gap + written + gap }]]
    : [[insertion(close, `${written} `)]];
}

/** What is added: the key with its colon (nothing in a list) and the value, in the quotes that all those before it have. */
interface Entry {
  readonly head: string;
  readonly value: string;
}

function entryOf(node: YAMLMap | YAMLSeq, key: string | undefined, value: YamlValue): Entry {
  const values = node.items.map((item) => (isPair(item) ? item.value : item));
  const texts = values.filter((one) => isScalar(one) && typeof one.value === "string");
  const keys = node.items.flatMap((item) => (isPair(item) ? [item.key] : []));
  return {
    head: key === undefined ? "" : `${yamlText(key, commonQuote(keys))}:`,
    value: yamlText(value, commonQuote(texts)),
  };
}

/** A new line below the last one of a block, indented like it. */
function belowBlock(text: string, node: YAMLMap | YAMLSeq, last: unknown, entry: Entry): Replacement {
  const start = isPair(last) ? startOf(last.key) : dashOf(node, node.items.length - 1);
  const indent = " ".repeat(start - lineStart(text, start));
  const head = isPair(last) ? entry.head : "-";
  const gap = " ".repeat(Math.max(1, (valueColumn(text, node) ?? 0) - head.length));
  const end = lineEnd(text, endOfItem(last, text));
  return insertion(end, eolOf(text) + indent + head + gap + entry.value);
}

/** How far behind their keys the last two values stand, where they stand in one column on purpose. */
function valueColumn(text: string, node: YAMLMap | YAMLSeq): number | undefined {
  const [first, second] = node.items.slice(-2).map((item) => {
    if (!isPair(item) || !isNode(item.value) || isUnwritten(item.value)) return undefined;
    const [start, value] = [startOf(item.key), startOf(item.value)];
    const isOneLine = lineStart(text, start) === lineStart(text, value);
    return isOneLine ? { column: value - start, isPadded: text.slice(value - 2, value) === "  " } : undefined;
  });
  if (first === undefined || second === undefined || first.column !== second.column) return undefined;
  return first.isPadded || second.isPadded ? first.column : undefined;
}

/** Behind the last item of `[…]` or `{…}`: on a line of its own where the items have theirs, before its comment never. */
function flowWays(text: string, open: number, end: number, close: number, entry: string): Ways {
  const between = text.slice(end, close).replaceAll(/(?<=\s)#.*/g, (comment) => " ".repeat(comment.length));
  const comma = /^\s*,/.exec(between)?.[0].length;
  const tail = comma === undefined ? end : end + comma;
  const isOwnLine = text.slice(open, end).includes("\n") && text.slice(tail, close).includes("\n");
  const inLine = insertion(tail, comma === undefined ? `, ${entry}` : ` ${entry}`);
  if (!isOwnLine) return [[inLine]];
  const indent = /^[ ]*/.exec(text.slice(lineStart(text, end)))?.[0] ?? "";
  const below = insertion(
    lineEnd(text, tail),
    `${eolOf(text)}${indent}${entry}${comma === undefined ? "" : ","}`,
  );
  return [comma === undefined ? [insertion(end, ","), below] : [below], [inLine]];
}

/** The quotes that all of them have, where they agree. */
function commonQuote(scalars: readonly unknown[]): Quote {
  const quotes = new Set(scalars.map(quoteOf));
  const [only = "plain"] = quotes;
  return quotes.size === 1 ? only : "plain";
}
