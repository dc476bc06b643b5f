/** JSON whose texts every database and every CRM can keep. */

/** NUL, or what may be half a character, as JSON escapes them. Most texts hold neither and are parsed at full speed. */
const SUSPECT = /\\u(?:0000|d[89a-f])/i;

/**
 * Parses JSON. In every text NUL becomes a blank, which PostgreSQL refuses in texts, and half a surrogate pair the replacement
 * character, which no UTF-8 can hold: somebody who writes either into a form must not stop their portal's lane. Throws a
 * SyntaxError for what is not JSON.
 */
export function parseJsonText(text: string): unknown {
  if (!SUSPECT.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\0", " ").toWellFormed() : value,
  );
}
