/** Which characters of a YAML text to replace so that another value stands at a place. */
import { isCollection, isNode } from "yaml";
import {
  afterMark,
  endOf,
  eolOf,
  insertion,
  isBlockScalar,
  isUnwritten,
  quoteOf,
  startOf,
  type Place,
  type Replacement,
  type Ways,
} from "./edit-place.ts";
import { type YamlValue, yamlText } from "./yaml-text.ts";

/** Ways to put another value at a place. */
export function replacings(text: string, place: Place, value: YamlValue): Ways {
  const { node } = place;
  const mark = afterMark(place);
  if (!isNode(node) || isUnwritten(node)) {
    return mark === undefined
      ? [[insertion(endOf(place.pair?.key, text), `: ${yamlText(value)}`)]]
      : [[insertion(mark, ` ${yamlText(value)}`)]];
  }
  if (isCollection(node) && node.flow !== true) {
    const from = place.pair === undefined ? startOf(node) : (mark ?? startOf(node));
    const lead = place.pair === undefined ? "" : " ";
    return [[{ from, to: endOf(node, text), text: lead + yamlText(value) }]];
  }
  const [from, to] = [startOf(node), endOf(node, text)];
  const written = [yamlText(value, quoteOf(node)), yamlText(value, "double")];
  const block = typeof value === "string" && isBlockScalar(node) ? [blockText(value, text, from, to)] : [];
  return [...block, ...written].map((put) => [
    { from, to, text: put },
    ...kept(text, to, put.length - (to - from)),
  ]);
}

/** A comment behind a value stays in its column, as far as the value leaves room. */
function kept(text: string, end: number, growth: number): readonly Replacement[] {
  const gap = /^ {2,}(?=#)/.exec(text.slice(end, end + 200))?.[0].length;
  if (gap === undefined) return [];
  return [{ from: end, to: end + gap, text: " ".repeat(Math.max(1, gap - growth)) }];
}

/** A text of several lines in the manner of the old one: `|`, indented as it was. */
function blockText(value: string, text: string, from: number, to: number): string {
  const indent = /\n( +)\S/.exec(text.slice(from, to))?.[1] ?? "  ";
  const lines = value.replace(/\n$/, "").split("\n");
  const header = value.endsWith("\n") ? "|" : "|-";
  return [header, ...lines.map((line) => (line === "" ? "" : indent + line))].join(eolOf(text));
}
