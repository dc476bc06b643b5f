import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fairnessTables, withTables } from "../../scripts/fairness-table.ts";
import { turnAmong, type Contender } from "../../src/route/fairness.ts";

const document = readFileSync("docs/fairness.md", "utf8");

test("the tables of docs/fairness.md are what the code gives", async () => {
  expect(withTables(document, await fairnessTables())).toBe(document);
});

test("a document without a place for tables is refused", () => {
  expect(() => withTables("# Who is next", "")).toThrow("no place");
});

test("the example of docs/fairness.md is exact", () => {
  const team = (ana: number, cat: number, dan: number, lastOfCat: number): readonly Contender[] => [
    { rep: { id: "ana", weight: 100 }, standing: { credits: ana, lastAt: 1 } },
    { rep: { id: "cat", weight: 100 }, standing: { credits: cat, lastAt: lastOfCat } },
    { rep: { id: "dan", weight: 50 }, standing: { credits: dan, lastAt: 0 } },
  ];
  const first = team(4, 3, 2, 0);
  const firstTurn = turnAmong(first);
  expect(first.map(firstTurn.shortfallOf)).toEqual([0, 250, 0]);
  expect(firstTurn.next?.rep.id).toBe("cat");
  const second = team(4, 4, 2, 2);
  const secondTurn = turnAmong(second);
  expect(second.map(secondTurn.shortfallOf)).toEqual([100, 100, 50]);
  expect(secondTurn.next?.rep.id).toBe("ana");
});
