/** Comma-separated values that programs read and spreadsheets cannot be tricked by. Source: RFC 4180, OWASP "CSV Injection". */
import { FORMULA_SIGNS } from "../model/formula.ts";

/** A cell: text, a number, or nothing. */
export type Cell = string | number | undefined;

const FORMULA = new RegExp(`^[\\s${FORMULA_SIGNS}|%]`);

/**
 * Lines ended by CR LF, cells in quotes where they need it. A text that a spreadsheet could take for a formula, and one that begins
 * with a tab, a line end or a blank, gets an apostrophe before it; numbers stay numbers, negative ones too. Throws nothing.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((cells) => `${cells.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
