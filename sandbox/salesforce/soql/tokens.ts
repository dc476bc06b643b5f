/** Cuts a SOQL text into tokens. */
import { refusal } from "../refusal.ts";

/** A token: a word (names, keywords, unquoted dates), a quoted text, a number or a sign. `at` counts from 0. */
export interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "end";
  /** Of a quoted text what it stands for, escapes of LIKE's wildcards left as they are. */
  readonly text: string;
  readonly at: number;
}

/** @throws Refusal MALFORMED_QUERY where a character or a quote has no business. */
export function tokenize(soql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < soql.length) {
    const space = /^\s+/.exec(soql.slice(at, at + lookAhead));
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = soql[at] === "'" ? quoted(soql, at) : bare(soql, at);
    tokens.push(token.token);
    at = token.end;
  }
  return [...tokens, { kind: "end", text: "", at }];
}

/** 400 for a text that is no query. */
export function malformed(message: string): Error {
  return refusal("MALFORMED_QUERY", message);
}

/** Characters looked at for one token that is not quoted: more than any name or number has. */
const lookAhead = 300;

interface Cut {
  readonly token: Token;
  readonly end: number;
}

const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
  ["word", /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))?/i],
  ["number", /^[+-]?\d+(?:\.\d+)?/],
  ["word", /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*(?::\d+)?/i],
  ["sign", /^(?:<=|>=|!=|<>|[=<>(),])/],
];

function bare(soql: string, at: number): Cut {
  const rest = soql.slice(at, at + lookAhead);
  for (const [kind, pattern] of patterns) {
    const [text] = pattern.exec(rest) ?? [];
    if (text !== undefined) return { token: { kind, text, at }, end: at + text.length };
  }
  throw malformed(`unexpected token: '${soql.charAt(at)}'`);
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  '"': '"',
  "'": "'",
  "\\": "\\",
  // Kept apart from the wildcards until LIKE reads them.
  _: "\\_",
  "%": "\\%",
};

function quoted(soql: string, start: number): Cut {
  let text = "";
  for (let at = start + 1; at < soql.length; at += 1) {
    const character = soql.charAt(at);
    if (character === "'") return { token: { kind: "text", text, at: start }, end: at + 1 };
    if (character !== "\\") {
      text += character;
      continue;
    }
    at += 1;
    const meant = escapes[soql.charAt(at)];
    if (meant === undefined)
      throw malformed(
        `Invalid string literal. Illegal character sequence '\\${soql.charAt(at)}' in string literal`,
      );
    // A backslash that was escaped must not turn the next wildcard into a plain character.
    text += meant === "\\" ? "\\\\" : meant;
  }
  throw malformed("line 1:0 mismatched character '<EOF>' expecting '''");
}

/** A quoted text outside of LIKE: the backslashes that were kept for LIKE are gone. */
export function plainText(text: string): string {
  return text.replaceAll(/\\([\\_%])/g, "$1");
}
