/** Where the parts of a YAML text begin and end. Offsets count characters from the start of the text. */
import { isCollection, isNode, isPair, isScalar, Scalar, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { Quote } from "./yaml-text.ts";

/** Where a value stands. `node` is null where nothing is written. */
export interface Place {
  readonly node: unknown;
  /** Of a map's value. */
  readonly pair?: Pair;
  /** Of a list's item. */
  readonly index?: number;
  readonly parent?: YAMLMap | YAMLSeq;
}

/** The characters from `from` to before `to` become `text`. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Ways to make one change, the best looking first. */
export type Ways = readonly (readonly Replacement[])[];

/** A pair as the parser leaves it when it keeps the tokens it was made of. */
type SourcedPair = Pair & {
  readonly srcToken?: { readonly sep?: readonly { readonly type: string; readonly offset: number }[] };
};

/** Whether nothing is written where the value would stand. */
export function isUnwritten(node: unknown): boolean {
  return isNode(node) && node.range !== undefined && node.range !== null && node.range[0] === node.range[1];
}

/** Whether a text stands below its key, line by line. */
function isBlockScalar(node: unknown): node is Scalar {
  return isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED);
}

/** The quotes a value has. */
export function quoteOf(node: unknown): Quote {
  if (!isScalar(node)) return "plain";
  if (node.type === Scalar.QUOTE_DOUBLE) return "double";
  return node.type === Scalar.QUOTE_SINGLE ? "single" : "plain";
}

/**
 * Right behind the colon or the dash that says that a value follows; undefined for a key without a colon, as in `{ a, b: c }`.
 */
export function afterMark({ pair, index, parent }: Place): number | undefined {
  if (pair === undefined) return parent === undefined ? 0 : dashOf(parent, index ?? 0) + 1;
  const token: SourcedPair = pair;
  const colon = token.srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  return colon === undefined ? undefined : colon.offset + 1;
}

/** Where the dash of an item stands; 0 between brackets. */
export function dashOf({ srcToken }: YAMLMap | YAMLSeq, index: number): number {
  if (srcToken?.type !== "block-seq") return 0;
  return srcToken.items[index]?.start.find(({ type }) => type === "seq-item-ind")?.offset ?? 0;
}

/** Where a node begins; 0 for what is none. */
export function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Behind the last character of what is written: comments and empty lines that follow are not part of it. */
export function endOf(node: unknown, text: string): number {
  if (isCollection(node) && node.flow !== true && node.items.length > 0)
    return endOfItem(node.items.at(-1), text);
  const [from = 0, to = 0] = isNode(node) ? (node.range ?? []) : [];
  return isBlockScalar(node) ? from + text.slice(from, to).trimEnd().length : to;
}

/** The same for an entry of a map or an item of a list. */
export function endOfItem(item: unknown, text: string): number {
  if (!isPair(item)) return endOf(item, text);
  return isNode(item.value) && !isUnwritten(item.value)
    ? endOf(item.value, text)
    : (afterMark({ node: item.value, pair: item }) ?? endOf(item.key, text));
}

/** A replacement that takes nothing away. */
export function insertion(at: number, text: string): Replacement {
  return { from: at, to: at, text };
}

/** Where the line of a place begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The end of the line before its line feed; the end of the text where it has none. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf("\n", offset);
  if (feed < 0) return text.length;
  return text[feed - 1] === "\r" ? feed - 1 : feed;
}

/** How the text ends its lines. */
export function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
