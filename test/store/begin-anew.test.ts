import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { beginAnew } from "../../src/store/begin-anew.ts";
import { lockForServer } from "../../src/store/lock.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-anew-"));
afterAll(() => rmSync(folder, { recursive: true }));

const OWN = { mark: 7, home: "sqlite:home.sqlite" };
const begin = (path: string): void => beginAnew(`sqlite:${path}`, OWN);
const withRow = (path: string): void => {
  const db = new Database(path);
  db.exec("create table kept (n); insert into kept values (1)");
  db.close();
};
const tables = (path: string): number => {
  const db = new Database(path, { readonly: true });
  const { length } = db.prepare("select name from sqlite_master").all();
  db.close();
  return length;
};

test("an own database begins empty, every time", () => {
  const path = join(folder, "own.sqlite");
  begin(path);
  withRow(path);
  begin(path);
  expect(tables(path)).toBe(0);
});

test("a database of somebody else's is refused and left as it is", () => {
  const path = join(folder, "theirs.sqlite");
  withRow(path);
  expect(() => begin(path)).toThrow(/not made by this command/);
  expect(tables(path)).toBe(1);
});

test("so is a file that is no database", () => {
  const path = join(folder, "notes.txt");
  writeFileSync(path, "not a database, and somebody's");
  expect(() => begin(path)).toThrow(/not made by this command/);
  expect(readFileSync(path, "utf8")).toBe("not a database, and somebody's");
});

test("one that another server works on is left as it is", () => {
  const path = join(folder, "busy.sqlite");
  begin(path);
  withRow(path);
  const lock = lockForServer(`sqlite:${path}`);
  expect(() => begin(path)).toThrow(/Another server works on/);
  lock.release();
  expect(tables(path)).toBe(1);
});

test("nothing is made for a database in memory", () => {
  beginAnew("sqlite::memory:", OWN);
  expect(existsSync(join(folder, ":memory:"))).toBe(false);
});
