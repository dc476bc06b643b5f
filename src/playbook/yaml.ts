/**
 * Reading YAML that somebody else may have written. Only what a playbook needs is let in: one document of YAML 1.2 with
 * plain maps, lists and scalars. Anchors, aliases, merge keys, tags, directives, repeated keys and keys that mean
 * something to JavaScript are refused, as are texts too long or too deep, so that no file can grow when it is read.
 */
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { YamlPath } from "./compiled.ts";
import type { Locate, Position, Problem } from "./problem.ts";
import { yamlFaults, type YamlFault } from "./yaml-fault.ts";

/** Characters in one file; the largest playbook seen has a hundredth of it. */
export const MAX_YAML_LENGTH = 1_000_000;
/** Maps and lists inside one another. */
export const MAX_YAML_DEPTH = 32;

const DANGEROUS_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A file as plain values, and the way back from a path to its place. */
export interface YamlFile {
  readonly value: unknown;
  readonly locate: Locate;
}

/** Parses one file. Either `yaml` is there, or `problems` say why not. Throws nothing. */
export function parseYaml(
  file: string,
  text: string,
): { readonly yaml?: YamlFile; readonly problems: readonly Problem[] } {
  const at = (place: Position, message: string): Problem => ({ file, ...place, severity: "error", message });
  const tooDeep = depthProblem(text);
  if (tooDeep !== undefined) return { problems: [at(tooDeep.place, tooDeep.message)] };

  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    // Looked for below: the parser compares every key of a map with every other one.
    uniqueKeys: false,
    version: "1.2",
    merge: false,
    prettyErrors: false,
  });
  const placeOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // What could not be parsed is taken for something else, so that nothing more can be said of it.
  const faults = document.errors.length > 0 ? yamlFaults(document, text) : refusals(document, placeOf);
  const problems = faults.map(({ offset, message }) => at(placeOf(offset), message));
  if (problems.length > 0) return { problems };
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  return { yaml: { value, locate: (path, part) => placeOf(offsetOf(document, path, part)) }, problems };
}

/**
 * Looks at length and nesting before the parser does, because that one calls itself for every level. Counts brackets
 * and block indicators, also inside texts: no honest file comes near the bounds.
 */
function depthProblem(text: string): { place: Position; message: string } | undefined {
  if (text.length > MAX_YAML_LENGTH) {
    const message = `the file has ${text.length} characters, more than ${MAX_YAML_LENGTH}`;
    return { place: { line: 1, column: 1 }, message };
  }
  let open = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const dashes = /^[\s?:-]*/.exec(line)?.[0].match(/[-?:](?=\s)/g)?.length ?? 0;
    let deepest = open;
    for (const character of line) {
      if (character === "[" || character === "{") open += 1;
      if (character === "]" || character === "}") open = Math.max(0, open - 1);
      deepest = Math.max(deepest, open);
    }
    if (deepest + dashes > MAX_YAML_DEPTH * 4) {
      const message = `lists and maps are nested deeper than ${MAX_YAML_DEPTH}`;
      return { place: { line: index + 1, column: 1 }, message };
    }
  }
  return undefined;
}

/** What parses and is refused all the same. */
function refusals(document: Document, placeOf: (offset: number) => Position): readonly YamlFault[] {
  const found: YamlFault[] = [];
  const refuse = (node: unknown, message: string): void => {
    found.push({ offset: startOf(node), message });
  };
  if (document.directives?.yaml.explicit === true) {
    found.push({ offset: 0, message: "a %YAML directive is not allowed: playbooks are YAML 1.2" });
  }
  // Tags, which are looked for below, and directives nobody knows.
  for (const { code, pos } of document.warnings)
    if (code === "BAD_DIRECTIVE")
      found.push({ offset: pos[0], message: "a line that begins with % is not allowed" });
  visit(document, {
    Alias: (_, node) => refuse(node, `the alias *${node.source} is not allowed: write the value out`),
    Node(_, node, path) {
      if ("anchor" in node && node.anchor !== undefined) {
        refuse(node, `the anchor &${node.anchor} is not allowed: write the value out where it is used`);
      }
      if (node.tag !== undefined) refuse(node, `the tag ${node.tag} is not allowed`);
      const depth = [...path, node].filter((one) => isMap(one) || isSeq(one)).length;
      if (depth > MAX_YAML_DEPTH) {
        refuse(node, `lists and maps are nested deeper than ${MAX_YAML_DEPTH}`);
        return visit.BREAK;
      }
      return undefined;
    },
    Map(_, map) {
      const firsts = new Map<string, number>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const first = firsts.get(name);
        if (first === undefined) firsts.set(name, startOf(key));
        else refuse(key, `"${name}" stands here already (line ${placeOf(first).line}); keep one of them`);
      }
    },
    Pair(_, pair) {
      const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
      if (key === undefined) refuse(pair.key, "a key must be a plain word");
      else if (key === "<<") refuse(pair.key, "the merge key << is not allowed: write the values out");
      else if (DANGEROUS_KEYS.has(key)) refuse(pair.key, `the key "${key}" is not allowed`);
    },
  });
  return found;
}

/** Where the value (or its key) at `path` starts; the nearest thing around it when it is not there. */
function offsetOf(document: Document, path: YamlPath, part: "key" | "value" = "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(step));
      if (pair === undefined) return offset;
      const isEmpty = !isScalar(pair.value) && !isMap(pair.value) && !isSeq(pair.value);
      offset = startOf(isEmpty || part === "key" || !isLast ? pair.key : pair.value);
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (item === undefined) return offset;
      offset = startOf(item);
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

type Pairs = ReadonlyMap<string, Pair>;

/**
 * Pairs by key, put in order once for each map: a file may have a problem with every one of many keys. A path may name a key in
 * lower case that the file has in other letters: addresses are lower-cased when they are checked.
 */
const pairsByMap = new WeakMap<YAMLMap, Pairs>();

function pairsOf(map: YAMLMap): Pairs {
  const known = pairsByMap.get(map);
  if (known !== undefined) return known;
  const named = map.items.flatMap((pair) =>
    isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [],
  );
  const pairs = new Map([...named.map(([key, pair]) => [key.toLowerCase(), pair] as const), ...named]);
  pairsByMap.set(map, pairs);
  return pairs;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
