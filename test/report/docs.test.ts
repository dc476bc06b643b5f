import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { columnsOf } from "../../src/model/handoff-figure.ts";
import { COUNTS } from "../../src/report/counts.ts";
import { MEASURES } from "../../src/report/measures.ts";
import { DIMENSIONS } from "../../src/report/tally.ts";
import { aFigure, counted } from "./figure.ts";

const text = readFileSync(new URL("../../docs/reports.md", import.meta.url), "utf8");

function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim().replaceAll("`", ""))
      .slice(1, -1),
  );
}

test("docs/reports.md defines every count, and no other", () => {
  expect(rowsUnder("Counts").map(([name]) => name)).toEqual([...COUNTS]);
});

test("docs/reports.md says of every share what is divided by what, as it is divided", () => {
  const rows = rowsUnder("Shares");
  expect(rows.map(([name]) => name)).toEqual(Object.keys(MEASURES));
  // Every count is a different power of two, so that a sum tells what it is made of.
  const { total } = counted([aFigure()]);
  const valueOf = (name: string): number => 2 ** COUNTS.findIndex((count) => count === name);
  const counts = columnsOf(COUNTS, valueOf);
  const said = (names = ""): number => names.split(" and ").reduce((sum, name) => sum + valueOf(name), 0);
  for (const [name, measure] of Object.entries(MEASURES)) {
    const [, of, outOf] = rows.find(([one]) => one === name) ?? [];
    expect([name, measure({ ...total, counts })]).toEqual([name, { count: said(of), of: said(outOf) }]);
  }
});

test("docs/reports.md lists every grouping", () => {
  expect(text).toContain(DIMENSIONS.join(", "));
});
