/** Which characters of a YAML text to replace so that a value stands where nothing does. */
import { isNode } from "yaml";
import {
  afterMark,
  endOf,
  insertion,
  isUnwritten,
  startOf,
  type Place,
  type Replacement,
  type Ways,
} from "./edit-place.ts";
import { type YamlValue, yamlText } from "./yaml-text.ts";

/** Ways to write a value at a place where nothing is written, or that nothing is there (`~`). */
export function fillings(text: string, place: Place, value: YamlValue): Ways {
  const { node } = place;
  const put = yamlText(value);
  if (!isNode(node) || isUnwritten(node)) {
    const mark = afterMark(place);
    return mark === undefined
      ? [[insertion(endOf(place.pair?.key, text), `: ${put}`)]]
      : [[insertion(mark, ` ${put}`)]];
  }
  const [from, to] = [startOf(node), endOf(node, text)];
  return [[{ from, to, text: put }, ...kept(text, to, put.length - (to - from))]];
}

/** A comment behind a value stays in its column, as far as the value leaves room. */
function kept(text: string, end: number, growth: number): readonly Replacement[] {
  const gap = /^ {2,}(?=#)/.exec(text.slice(end, end + 200))?.[0].length;
  if (gap === undefined) return [];
  return [{ from: end, to: end + gap, text: " ".repeat(Math.max(1, gap - growth)) }];
}
