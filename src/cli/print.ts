/** Tables, wrapped paragraphs and lines: how every command lays out what it says. */
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import type { Screen } from "./shell.ts";
import { printableJson } from "./words.ts";

/** Writes lines, each ended by a line feed. */
export async function printLines(screen: Screen, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await screen.write(`${lines.join("\n")}\n`);
}

/** Writes one value as indented JSON, in which foreign text can do no harm to a terminal. */
export async function printJson(screen: Screen, value: unknown): Promise<void> {
  await screen.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** A table without rules: a head, columns two blanks apart. */
export interface TableShape {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Blanks before every line. */
  readonly indent?: number;
}

const GAP = 2;
const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;

/**
 * Lays out a table. On a terminal too narrow for it the widest columns give way and their text is wrapped between words,
 * never within one: a key must stay whole to be copied. Where not even that fits, each row becomes a list. Elsewhere lines
 * stay whole, so that other programs can read them.
 */
export function tableLines(screen: Screen, shape: TableShape): readonly string[] {
  const { head, rows, indent = 0 } = shape;
  const room = screen.columns === undefined ? undefined : screen.columns - indent;
  const widths = fittingWidths(room, [head, ...rows]);
  if (widths === undefined) return listLines(screen, shape);
  const table = new Table({
    head: head.map((text) => screen.paint.dim(text)),
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP, compact: true },
    wordWrap: true,
    wrapOnWordBoundary: true,
    colWidths: widths.map((width) => width + GAP),
  });
  for (const row of rows) table.push([...row]);
  const margin = " ".repeat(indent);
  return table
    .toString()
    .split("\n")
    .map((line) => `${margin}${line}`.trimEnd());
}

/** The columns' widths: as wide as their widest text, or less where the whole does not fit; undefined when it cannot. */
function fittingWidths(
  room: number | undefined,
  rows: readonly (readonly string[])[],
): readonly number[] | undefined {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ""));
  const widths = columns.map((texts) => Math.max(1, ...texts.map(lengthOf)));
  if (room === undefined) return widths;
  const least = columns.map((texts) =>
    Math.max(1, ...texts.flatMap((text) => text.split(" ").map(lengthOf))),
  );
  for (let over = total(widths) - room; over > 0; over -= 1) {
    const spare = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) return undefined;
    widths[widest] = (spare[widest] ?? 0) - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP, 0);
}

/** Each row as lines of name and value; what is empty is left out. */
function listLines(screen: Screen, { head, rows, indent = 0 }: TableShape): readonly string[] {
  const width = Math.max(...head.map(lengthOf)) + GAP;
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : [""]),
    ...row.flatMap((value, column) =>
      value === ""
        ? []
        : wrapped(screen, " ".repeat(indent) + screen.paint.dim((head[column] ?? "").padEnd(width)), value),
    ),
  ]);
}

/**
 * Wraps a text that may hold colours: the first line begins with `lead`, the following ones stand under the text after
 * it. Without columns it stays one line.
 */
export function wrapped(screen: Screen, lead: string, text: string): readonly string[] {
  const hang = lengthOf(lead);
  const room = Math.max((screen.columns ?? Number.POSITIVE_INFINITY) - hang, 20);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && lengthOf(line) + 1 + lengthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((one, index) => `${index === 0 ? lead : " ".repeat(hang)}${one}`.trimEnd());
}

/** Characters as seen, without colour codes. */
function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
