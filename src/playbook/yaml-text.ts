/** Values as YAML on one line, written so that neither YAML 1.1, YAML 1.2 nor a person takes a text for something else. */

/** What a place in a YAML file can hold. Numbers are finite. */
export type YamlValue =
  | string
  | number
  | boolean
  | null
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

/** `plain` is a wish: what would be misread is quoted all the same. */
export type Quote = "plain" | "single" | "double";

/** Words and paths that mean nothing but themselves: no colon, comma, bracket, hash or quote is among their characters. */
const PLAIN = /^[\p{L}_/][\p{L}\p{M}\p{N}_./@+*%-]*(?: [\p{L}\p{N}_/][\p{L}\p{M}\p{N}_./@+*%-]*)*$/u;
/** Spans and shares as playbooks write them: `14d`, `1bd`, `80%`. */
const PLAIN_NUMBERED = /^[1-9]\d*(?:ms|s|m|h|d|w|bd|%)$/;
/** What YAML 1.1 or 1.2 takes for a truth value or nothing. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** What JSON leaves as it is and YAML, or an editor, does not. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/**
 * Writes a value on one line: texts as `quote` wishes, lists as `[a, b]`, maps as `{ a: b }`. Throws nothing for what
 * `YamlValue` allows.
 */
export function yamlText(value: YamlValue, quote: Quote = "plain"): string {
  if (typeof value === "string") return textText(value, quote);
  if (value === null || typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map((item) => yamlText(item)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, one]) => `${yamlText(key)}: ${yamlText(one)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function isList(value: object): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function textText(text: string, quote: Quote): string {
  const isPlain = (PLAIN.test(text) || PLAIN_NUMBERED.test(text)) && !RESERVED.test(text);
  if (quote === "plain" && isPlain) return text;
  const isPrintable = !/\p{Cc}/u.test(text) && !text.match(UNPRINTABLE);
  if (quote === "single" && isPrintable) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replaceAll(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
