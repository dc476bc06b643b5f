/** Text as HTML, with the entities that Liquid's own escaping gives, so that a name is written one way wherever it stands. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** Escapes a text for HTML, between tags and in quoted attributes. Throws nothing. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
