/**
 * CSV of Bulk jobs: every value in quotes, nothing for null. In an upload a blank leaves the value alone and `#N/A` clears it.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.228.0.api_bulk_v2.meta/api_bulk_v2/bulk_api_2_limits.htm
 */
import { parse } from "csv-parse/sync";
import { refusal } from "../refusal.ts";
import type { FieldDefinition } from "../schema/field.ts";
import type { Value } from "../table.ts";

/** A text with a header line; a last line end follows every line. Throws nothing. */
export function writeCsv(
  columns: readonly string[],
  rows: readonly (readonly (Value | undefined)[])[],
): string {
  const line = (values: readonly (Value | undefined)[]): string =>
    values.map((value) => `"${String(value ?? "").replaceAll('"', '""')}"`).join(",");
  return [columns, ...rows].map((values) => `${line(values)}\n`).join("");
}

/** Rows by column. @throws Refusal INVALIDJOBSTATE for what is no CSV, or has a line of another length than the first. */
export function readCsv(text: string): Readonly<Record<string, string>>[] {
  try {
    return parse<Record<string, string>>(text, { columns: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refusal("INVALIDJOBSTATE", `InvalidBatch : the upload is no CSV: ${why}`);
  }
}

/** A cell as its field takes it; undefined where the cell is blank. */
export function cellValue(field: FieldDefinition | undefined, cell: string): unknown {
  if (cell === "") return undefined;
  if (cell === "#N/A") return null;
  if (field?.type !== "boolean") return cell;
  return cell === "true" || cell === "1" ? true : cell === "false" || cell === "0" ? false : cell;
}
