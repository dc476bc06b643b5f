/** Turns a condition into a question for a row, and finds the rows that can answer it with yes by their indexes. */
import { longId } from "../ids.ts";
import type { OrgState } from "../org.ts";
import { refusal } from "../refusal.ts";
import type { ObjectDefinition } from "../schema/index.ts";
import { dateOf, stamp } from "../stamp.ts";
import type { Row, Value } from "../table.ts";
import { comparable, filterable, keyOf, wrongKind } from "./keys.ts";
import type { Key } from "./keys.ts";
import { resolvePath } from "./path.ts";
import type { Path } from "./path.ts";
import type { Comparison, Condition, Literal, Query } from "./query.ts";
import { spanOf } from "./span.ts";

/** Whether a row meets a condition. */
export type Test = (row: Row) => boolean;

/** A condition ready to be asked. */
export interface Compiled {
  readonly test: Test;
  /** Rows among which all that meet the condition are; undefined for all rows of the object. */
  readonly candidates?: ReadonlySet<Row>;
}

/** What compiling needs beside the condition. `run` gives the values of a semi-join's one field. */
export interface CompileParts {
  readonly state: OrgState;
  readonly object: ObjectDefinition;
  run(query: Query): ReadonlySet<Value>;
}

/** @throws Refusal INVALID_FIELD, INVALID_QUERY_FILTER_OPERATOR or MALFORMED_QUERY. */
export function compile(condition: Condition, parts: CompileParts): Compiled {
  switch (condition.kind) {
    case "and":
      return all(condition.parts.map((part) => compile(part, parts)));
    case "or":
      return any(condition.parts.map((part) => compile(part, parts)));
    case "not": {
      const { test } = compile(condition.part, parts);
      return { test: (row) => !test(row) };
    }
    case "compare":
      return comparing(condition, parts);
    case "in":
      return among(condition, parts);
  }
}

function all(parts: readonly Compiled[]): Compiled {
  const known = parts.flatMap(({ candidates }) => (candidates ? [candidates] : []));
  const fewest = known.toSorted((a, b) => a.size - b.size)[0];
  return {
    test: (row) => parts.every(({ test }) => test(row)),
    ...(fewest ? { candidates: fewest } : {}),
  };
}

function any(parts: readonly Compiled[]): Compiled {
  const test: Test = (row) => parts.some((part) => part.test(row));
  if (!parts.every(({ candidates }) => candidates)) return { test };
  return { test, candidates: new Set(parts.flatMap(({ candidates }) => [...(candidates ?? [])])) };
}

function comparing(
  { path: written, by, to }: Extract<Condition, { kind: "compare" }>,
  parts: CompileParts,
): Compiled {
  const path = filterable(resolvePath(parts.state, parts.object, written));
  if (by === "like") return { test: like(path, to) };
  if (to.kind === "span") return { test: within(path, by, to.word, parts.state.hooks.now()) };
  const key = keyOf(path.field, to);
  const test: Test = (row) => holds(by, comparable(path.value(row)), key);
  return by === "=" ? { test, ...indexed(path, [key], parts) } : { test };
}

function among(
  { path: written, negated, among: given }: Extract<Condition, { kind: "in" }>,
  parts: CompileParts,
): Compiled {
  const path = filterable(resolvePath(parts.state, parts.object, written));
  const keys = new Set<Key>(
    "from" in given
      ? [...parts.run(given)].map(comparable)
      : given.map((literal) => keyOf(path.field, literal)),
  );
  const test: Test = (row) => keys.has(comparable(path.value(row))) !== negated;
  return negated ? { test } : { test, ...indexed(path, [...keys], parts) };
}

/** The rows an index knows for these keys; nothing where there is no index on the path. */
function indexed(
  { parents, field }: Path,
  keys: readonly Key[],
  { state, object }: CompileParts,
): Pick<Compiled, "candidates"> {
  if (parents.length > 0 || keys.some((key) => typeof key !== "string")) return {};
  const table = state.table(object.name);
  const rows = new Set<Row>();
  for (const key of keys) {
    const text = String(key);
    const found = field.name === "Id" ? (longId(text) ?? "") : undefined;
    const held = found === undefined ? table.having(field.name, text) : byId(state, found);
    if (!held) return {};
    for (const row of held) rows.add(row);
  }
  return { candidates: rows };
}

function byId(state: OrgState, id: string): readonly Row[] {
  const row = state.row(id);
  return row ? [row] : [];
}

function holds(by: Exclude<Comparison, "like">, value: Key, key: Key): boolean {
  if (by === "=") return value === key;
  if (by === "!=") return value !== key;
  if (value === null || key === null || typeof value !== typeof key) return false;
  switch (by) {
    case "<":
      return value < key;
    case "<=":
      return value <= key;
    case ">":
      return value > key;
    case ">=":
      return value >= key;
  }
}

function within(path: Path, by: Exclude<Comparison, "like">, word: string, now: number): Test {
  const { from, to } = spanOf(word, now);
  const isDate = path.field.type === "date";
  if (!isDate && path.field.type !== "datetime") throw wrongKind(path.field, path.field.type, true);
  const [first, after] = [from, to].map((ms) => (isDate ? dateOf(ms) : stamp(ms)));
  if (first === undefined || after === undefined) return () => false;
  return (row) => {
    const value = path.value(row);
    if (typeof value !== "string") return by === "!=";
    const inside = value >= first && value < after;
    switch (by) {
      case "=":
        return inside;
      case "!=":
        return !inside;
      case "<":
        return value < first;
      case "<=":
        return value < after;
      case ">":
        return value >= after;
      case ">=":
        return value >= first;
    }
  };
}

function like(path: Path, literal: Literal): Test {
  if (literal.kind !== "text") throw wrongKind(path.field, "string", true);
  if (path.field.type === "id" || path.field.type === "reference")
    throw refusal("INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field");
  const source = literal.text.replaceAll(/\\[\\_%]|[%_]|[.*+?^${}()|[\]\\]/g, (part) => {
    if (part === "%") return "[^]*";
    if (part === "_") return "[^]";
    const plain = part.length > 1 ? part.charAt(1) : part;
    return plain.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  const pattern = new RegExp(`^${source}$`, "i");
  return (row) => {
    const value = path.value(row);
    return typeof value === "string" && pattern.test(value);
  };
}
