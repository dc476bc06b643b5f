/**
 * What the YAML parser complains of, in an admin's words: the rule, and the line that breaks it. Most faults make the parser lose its
 * place, and what it says of the lines below is then about itself, so the first of those is the last that is told.
 */
import { isCollection, isScalar, visit, type Document, type YAMLError } from "yaml";

/** What is wrong at a place of the text. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** Lines told of one file. */
const MOST_FAULTS = 100;
/** Characters of a line that is shown. */
const LONGEST_LINE = 60;

const RULES: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_INDENT: "keys of one map, and dashes of one list, begin in the same column",
  BAD_SCALAR_START: 'a text that begins with one of @ ` % is put in quotes: "@acme"',
  BAD_DQ_ESCAPE: "a backslash in double quotes is written twice; or use single quotes",
  BLOCK_AS_IMPLICIT_KEY: 'a line has one key and one value; a text with ": " in it is put in quotes',
  BLOCK_IN_FLOW: "inside [ ] and { } there are no dashes and no lines of keys",
  MULTILINE_IMPLICIT_KEY: "a key is followed by a colon and a blank, as in clock: owner",
  MULTIPLE_DOCS: "a file is one document: take out the line --- or ... and what does not belong here",
  BAD_DIRECTIVE: "lines that begin with % mean something to YAML that playbooks do not use: take it out",
};

/** Faults within one value: the parser reads on where it ends. */
const KEEPS_PLACE: ReadonlySet<YAMLError["code"]> = new Set(["BAD_SCALAR_START", "BAD_DQ_ESCAPE"]);

/** The parser's errors in their order, at most one of each line, up to the one at which it lost its place. Throws nothing. */
export function yamlFaults(document: Document, text: string): readonly YamlFault[] {
  const faults = new Map<number, YamlFault>();
  for (const error of document.errors) {
    if (error.code === "TAB_AS_INDENT") return [...faults.values(), tabFault(error.pos[0], text)];
    const offset = openedAt(error, document);
    const line = lineStart(text, offset);
    const message = `${ruleOf(error)}, found ${JSON.stringify(lineAt(text, line))}`;
    if (!faults.has(line)) faults.set(line, { offset, message });
    if (!KEEPS_PLACE.has(error.code) || faults.size >= MOST_FAULTS) break;
  }
  return [...faults.values()];
}

/** Whole blocks are indented in one way, so that the first line and their number say it. */
function tabFault(offset: number, text: string): YamlFault {
  const count = text.slice(lineStart(text, offset)).match(/^ *\t[ \t]*\S/gm)?.length ?? 1;
  const others = count > 1 ? ` (${count} lines from here on begin with one)` : "";
  return {
    offset,
    message: `lines are indented with blanks, never with a tab${others}, found ${JSON.stringify(lineAt(text, lineStart(text, offset)))}`,
  };
}

function ruleOf({ code, message }: YAMLError): string {
  if (message.includes("closing")) return "a text in quotes ends with the same quote";
  if (message.includes("end with a")) return "a list ends with ] and a map in braces with }";
  if (message.includes("map values")) return "a key is followed by a colon and a blank, as in clock: owner";
  return (
    RULES[code] ??
    "a quote, a bracket, a colon or a comma is too many or missing here, or a line begins in the wrong column"
  );
}

/** For a quote, list or map that is never closed, where it begins: the parser tells where it gave up looking for its end. */
function openedAt({ message, pos: [at] }: YAMLError, document: Document): number {
  if (!message.includes("closing") && !message.includes("end with a")) return at;
  let opened = at;
  visit(document, {
    Node(_, node) {
      const [from = 0, , to = 0] = node.range ?? [];
      const isQuoted = isScalar(node) && node.type?.startsWith("QUOTE") === true;
      const isBraced = isCollection(node) && node.flow === true;
      if ((isQuoted || isBraced) && from < at && to >= at) opened = from;
    },
  });
  return opened;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function lineAt(text: string, start: number): string {
  const line = (text.slice(start).split("\n", 1)[0] ?? "").trimEnd();
  const shown = line.trimStart();
  const from = line.includes("\t") ? line : shown;
  return from.length <= LONGEST_LINE ? from : `${from.slice(0, LONGEST_LINE - 1)}…`;
}
