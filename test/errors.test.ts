import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ERROR_CODES, EXIT_CODE, HTTP_STATUS, IS_RETRIABLE } from "../src/errors.ts";

const CHECKOUT = fileURLToPath(new URL("..", import.meta.url));
const DOCS = readFileSync(join(CHECKOUT, "docs/errors.md"), "utf8");

describe("the catalogue of errors", () => {
  test("and docs/errors.md list the same codes with the same remedies", () => {
    const documented = [...DOCS.matchAll(/^\| `([a-z]+\.[a-z-]+)` \| `([a-z]+)` \|/gm)].map(
      ([, code, remedy]) => [code, remedy],
    );
    expect(documented).toHaveLength(Object.keys(ERROR_CODES).length);
    expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  });

  test("says what each documented code means and asks for", () => {
    const rows = DOCS.split("\n").filter((line) => /^\| `[a-z]+\.[a-z-]+`/.test(line));
    const empty = rows.filter((row) =>
      row
        .split("|")
        .slice(1, -1)
        .some((cell) => cell.trim() === ""),
    );
    expect(empty).toEqual([]);
    expect(rows).toHaveLength(Object.keys(ERROR_CODES).length);
  });

  test("and docs/errors.md agree on exit code, HTTP status and retry of each remedy", () => {
    const documented = [...DOCS.matchAll(/^\| `([a-z]+)` \| [^|]+ \| (\d) \| (\d{3}) \| (yes|no) \|$/gm)].map(
      ([, remedy, exit, status, retried]) => [remedy, Number(exit), Number(status), retried === "yes"],
    );
    const tables = [EXIT_CODE, HTTP_STATUS, IS_RETRIABLE].map((table) => Object.entries(table));
    const known = tables[0]?.map(([remedy], row) => [remedy, ...tables.map((table) => table[row]?.[1])]);
    expect(documented).toEqual(known);
  });

  test("holds every code an error is made with", () => {
    const made = ["src", "connectors"].flatMap((folder) =>
      sourcesIn(join(CHECKOUT, folder)).flatMap((text) =>
        [...text.matchAll(/new BatonError\(\s*"([^"]+)"/g)].map(([, code]) => code ?? ""),
      ),
    );
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });
});

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}
