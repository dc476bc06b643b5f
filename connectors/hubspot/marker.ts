/**
 * The short visible mark in the body of every task and note Baton creates. With it a creation whose answer was lost can
 * be found again among the lead's own records, in accounts that allow no unique property on tasks and notes.
 */
import { markOf } from "../http/mark.ts";

/** Longest body HubSpot takes, in characters. Source: https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide */
const BODY_LENGTH = 65_536;
/** Elements that hold nothing and are never closed. */
const VOID = new Set(["br", "hr", "img", "input", "wbr", "col", "area", "embed", "source", "track"]);

/**
 * A body with its mark in a last line of its own, never longer than HubSpot takes: what is too much is cut at the end,
 * between tags and entities, and what the cut left open is closed.
 */
export function markedBody(html: string, key: string): string {
  const line = `<p style="color:#7c98b6;font-size:11px">Baton ref ${markOf(key)}</p>`;
  return fit(html, BODY_LENGTH - line.length) + line;
}

function fit(html: string, most: number): string {
  if (html.length <= most) return html;
  for (let length = most; length > 0;) {
    const kept = html.slice(0, boundary(html, length));
    const closing = closingTags(kept);
    const over = kept.length + closing.length - most;
    if (over <= 0) return kept + closing;
    length = kept.length - over;
  }
  return "";
}

/** The last place at or before `length` that splits no tag, no entity and no character. */
function boundary(html: string, length: number): number {
  const before = html.slice(0, length);
  const tag = before.lastIndexOf("<");
  if (tag > before.lastIndexOf(">")) return tag;
  const entity = before.lastIndexOf("&");
  if (entity >= 0 && length - entity < 12 && !before.includes(";", entity)) return entity;
  const isHalf = /[\uD800-\uDBFF]$/.test(before);
  return isHalf ? length - 1 : length;
}

function closingTags(html: string): string {
  const open: string[] = [];
  for (const [, slash, name = "", selfClosed] of html.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(\/?)>/g)) {
    const element = name.toLowerCase();
    if (VOID.has(element) || selfClosed === "/") continue;
    if (slash !== "/") open.push(element);
    else if (open.includes(element)) open.splice(open.lastIndexOf(element));
  }
  return open
    .toReversed()
    .map((element) => `</${element}>`)
    .join("");
}
