/**
 * Reads SOQL: SELECT with parent paths, COUNT() and sub-queries of one level, WHERE, ORDER BY, LIMIT, OFFSET. Grouping,
 * functions and TYPEOF are no part of the sandbox.
 */
import { refusal } from "../refusal.ts";
import { parseStamp } from "../stamp.ts";
import type { Comparison, Condition, Literal, Ordering, Query } from "./query.ts";
import { malformed, tokenize } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** Characters a statement may have. */
const longestQuery = 100_000;
/** Rows that OFFSET may pass over. */
const furthestOffset = 2000;

/** @throws Refusal MALFORMED_QUERY, or NUMBER_OUTSIDE_VALID_RANGE for an offset past 2,000. */
export function parseQuery(soql: string): Query {
  if (soql.length > longestQuery)
    throw malformed(`SOQL statements cannot be longer than ${longestQuery} characters.`);
  const reader = read(tokenize(soql));
  const query = parseSelect(reader, true);
  if (reader.peek().kind !== "end") throw unexpected(reader.peek());
  return query;
}

interface Reader {
  peek(): Token;
  next(): Token;
  /** Takes the words where they come next. */
  takes(...words: readonly string[]): boolean;
  /** @throws where the word or sign does not come next. */
  expect(word: string): void;
}

function read(tokens: readonly Token[]): Reader {
  let place = 0;
  const end = { kind: "end", text: "", at: 0 } as const;
  const peek = (ahead = 0): Token => tokens[place + ahead] ?? tokens.at(-1) ?? end;
  const is = (token: Token, word: string): boolean =>
    (token.kind === "word" || token.kind === "sign") && token.text.toUpperCase() === word;
  const takes = (...words: readonly string[]): boolean => {
    if (!words.every((word, ahead) => is(peek(ahead), word))) return false;
    place += words.length;
    return true;
  };
  return {
    peek,
    next: () => {
      const token = peek();
      place += 1;
      return token;
    },
    takes,
    expect(word) {
      if (!takes(word)) throw unexpected(peek());
    },
  };
}

function unexpected({ text, kind }: Token): Error {
  return malformed(kind === "end" ? "unexpected token: '<EOF>'" : `unexpected token: '${text}'`);
}

function parseSelect(reader: Reader, outer: boolean): Query {
  reader.expect("SELECT");
  const counts = reader.takes("COUNT", "(", ")");
  const select = counts ? [] : parseFields(reader, outer);
  reader.expect("FROM");
  const from = parsePath(reader);
  const where = reader.takes("WHERE") ? parseOr(reader) : undefined;
  const order = reader.takes("ORDER", "BY") ? parseOrder(reader) : [];
  const limit = reader.takes("LIMIT") ? parseCount(reader) : undefined;
  const offset = reader.takes("OFFSET") ? parseCount(reader) : 0;
  if (offset > furthestOffset)
    throw refusal("NUMBER_OUTSIDE_VALID_RANGE", `Maximum SOQL offset allowed is ${furthestOffset}`);
  return { counts, select, from, where, order, limit, offset };
}

function parseFields(reader: Reader, outer: boolean): readonly (string | Query)[] {
  const fields: (string | Query)[] = [];
  do {
    if (!reader.takes("(")) {
      fields.push(parsePath(reader));
      continue;
    }
    if (!outer) throw malformed("Nesting of semi join sub-selects is not supported");
    fields.push(parseSelect(reader, false));
    reader.expect(")");
  } while (reader.takes(","));
  return fields;
}

const reserved: ReadonlySet<string> = new Set([
  "SELECT",
  "FROM",
  "WHERE",
  "ORDER",
  "LIMIT",
  "OFFSET",
  "AND",
  "OR",
  "NOT",
  "IN",
  "LIKE",
]);

function parsePath(reader: Reader): string {
  const token = reader.next();
  if (token.kind !== "word" || reserved.has(token.text.toUpperCase()) || !/^[a-z]/i.test(token.text))
    throw unexpected(token);
  return token.text;
}

function parseCount(reader: Reader): number {
  const token = reader.next();
  if (token.kind !== "number" || !/^\d+$/.test(token.text)) throw unexpected(token);
  return Number(token.text);
}

function parseOrder(reader: Reader): readonly Ordering[] {
  const order: Ordering[] = [];
  do {
    const path = parsePath(reader);
    const descending = reader.takes("DESC") || (reader.takes("ASC"), false);
    const nullsLast = reader.takes("NULLS", "LAST") || (!reader.takes("NULLS", "FIRST") && descending);
    order.push({ path, descending, nullsLast });
  } while (reader.takes(","));
  return order;
}

function parseOr(reader: Reader): Condition {
  const first = parseNot(reader);
  const kind = reader.takes("AND") ? "and" : reader.takes("OR") ? "or" : undefined;
  if (!kind) return first;
  const parts = [first];
  do parts.push(parseNot(reader));
  while (reader.takes(kind.toUpperCase()));
  // SOQL mixes AND and OR only with brackets.
  if (reader.takes(kind === "and" ? "OR" : "AND"))
    throw malformed("unexpected token: mixed AND and OR need brackets");
  return { kind, parts };
}

function parseNot(reader: Reader): Condition {
  if (reader.takes("NOT")) return { kind: "not", part: parseNot(reader) };
  if (!reader.takes("(")) return parseTerm(reader);
  const inner = parseOr(reader);
  reader.expect(")");
  return inner;
}

const comparisons: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  LIKE: "like",
};

function parseTerm(reader: Reader): Condition {
  const path = parsePath(reader);
  const negated = reader.takes("NOT", "IN");
  if (negated || reader.takes("IN")) return { kind: "in", path, negated, among: parseAmong(reader) };
  const token = reader.next();
  const by = comparisons[token.text.toUpperCase()];
  if (!by || token.kind === "text") throw unexpected(token);
  return { kind: "compare", path, by, to: parseLiteral(reader) };
}

function parseAmong(reader: Reader): readonly Literal[] | Query {
  reader.expect("(");
  if (reader.peek().text.toUpperCase() === "SELECT") {
    const query = parseSelect(reader, false);
    reader.expect(")");
    return query;
  }
  const literals: Literal[] = [];
  do literals.push(parseLiteral(reader));
  while (reader.takes(","));
  reader.expect(")");
  return literals;
}

function parseLiteral(reader: Reader): Literal {
  const token = reader.next();
  if (token.kind === "text") return { kind: "text", text: token.text };
  if (token.kind === "number") return { kind: "number", number: Number(token.text) };
  if (token.kind !== "word") throw unexpected(token);
  const word = token.text.toUpperCase();
  if (word === "NULL") return { kind: "null" };
  if (word === "TRUE" || word === "FALSE") return { kind: "boolean", boolean: word === "TRUE" };
  if (/^\d{4}-\d{2}-\d{2}$/.test(word)) return { kind: "date", text: word };
  const ms = parseStamp(word);
  if (ms !== undefined) return { kind: "datetime", ms };
  if (/^[A-Z_]+(?::\d+)?$/.test(word) && word.length > 1) return { kind: "span", word };
  throw unexpected(token);
}
