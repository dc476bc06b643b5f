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

/** Markup that is safe as it stands: made by `html` only. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

/** Escapes every value that is not markup already. Throws nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return { markup: texts.reduce((before, text, index) => before + rendered(values[index - 1]) + text) };
}

function rendered(value: Part | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return "markup" in value ? value.markup : value.map((part) => part.markup).join("");
}
