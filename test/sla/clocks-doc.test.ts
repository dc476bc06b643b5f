import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GOLDEN } from "./golden/index.ts";

const document = readFileSync("docs/clocks.md", "utf8");
const examples = [...document.matchAll(/^\| (\w+\/.*) \|$/gm)].map(([, cells = ""]) => cells.split(" | "));
const table = new Set(
  GOLDEN.flatMap(({ zone, region, hours, rows }) =>
    rows.map((row) => {
      const place = region === undefined ? zone : `${zone}, holidays ${region}`;
      return [place, hours.join("; "), ...row.split(" | ").slice(0, 3)].join(" | ");
    }),
  ),
);

test("the examples of docs/clocks.md are rows of the golden table", () => {
  expect(examples.length).toBeGreaterThanOrEqual(12);
  expect(examples.map((cells) => cells.join(" | ")).filter((example) => !table.has(example))).toEqual([]);
});

test("docs/clocks.md says how long the table is", () => {
  const [, said] = /a table of about (\d+)/.exec(document) ?? [];
  expect(Math.abs(table.size - Number(said))).toBeLessThan(10);
});
