/** What a bench came to: a table for people, the same figures as JSON for machines. */
import Table from "cli-table3";

export interface Report {
  readonly bench: string;
  /** What was tried: sizes, seeds, repetitions. */
  readonly tried: Readonly<Record<string, string | number | boolean>>;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Each target with what was measured, and whatever a reader must know to believe the figures. */
  readonly notes: readonly string[];
  /** Everything measured, unrounded. */
  readonly figures: unknown;
}

/** The report as text. Throws nothing. */
export function reportText(report: Report): string {
  const table = new Table({ head: [...report.head], style: { head: [], border: [] } });
  table.push(...report.rows.map((row) => [...row]));
  const tried = Object.entries(report.tried).map(([name, value]) => `${name} ${value}`);
  return [
    `${report.bench}: ${tried.join(", ")}`,
    table.toString(),
    ...report.notes.map((note) => `- ${note}`),
  ].join("\n");
}
