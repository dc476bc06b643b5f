/**
 * Baton's HTML as plain text: what Salesforce keeps of tasks and classic notes. It reads the few elements that brief.yaml uses and
 * drops the tags of all others; it is no sanitizer, because nothing of it is shown as HTML again.
 */

/** Entities that Baton's own escaping makes, and those people write by hand. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  middot: "·",
  ndash: "–",
  mdash: "—",
  hellip: "…",
};
const BREAKS = /<(?:br|hr)\s*\/?>|<\/(?:p|div|li|ul|ol|tr|table|h[1-6]|blockquote)\s*>/gi;
const ITEMS = /<li\b[^>]*>/gi;
const LINKS = /<a\b[^>]*?\bhref\s*=\s*(["'])(.*?)\1[^>]*>([\s\S]*?)<\/a\s*>/gi;
const TAGS = /<\/?[a-zA-Z!][^>]*>/g;

/**
 * The text of some HTML: a line for each paragraph and item, links with their address behind them, no line empty.
 *
 * @param most  Longest text, in characters: what is more is cut, never inside a character. Throws nothing.
 */
export function plainText(html: string, most: number): string {
  const text = html
    .replaceAll(/\s+/g, " ")
    .replaceAll(LINKS, (_all, _quote, address: string, says: string) => `${says} (${address})`)
    .replaceAll(ITEMS, "\n- ")
    .replaceAll(BREAKS, "\n")
    .replaceAll(TAGS, "")
    .replaceAll(/&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});/g, decoded);
  const lines = text.split("\n").map((line) => line.trim());
  return cutText(lines.filter((line) => line !== "" && line !== "-").join("\n"), most);
}

/** The beginning of a text, at most so many characters of UTF-16, and no half of one. Throws nothing. */
export function cutText(text: string, most: number): string {
  const kept = text.slice(0, Math.max(0, most));
  return text.length > most ? kept.replace(/[\uD800-\uDBFF]$/, "") : kept;
}

/** What an entity stands for; itself where it is none, or a character no text may hold. */
function decoded(entity: string, name: string): string {
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const isCharacter = code >= 0x20 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : entity;
}
