import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { preparedOnce } from "../../src/store/prepared.ts";

let database: Database.Database;
beforeEach(() => {
  database = new Database(":memory:");
  database.exec("create table t (a integer)");
});
afterEach(() => database.close());

test("a statement is prepared once, however often it is used", () => {
  const asked: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (text: string) => {
    asked.push(text);
    return prepare(text);
  };
  const prepared = preparedOnce(database);
  for (const a of [1, 2, 3]) prepared.prepare("insert into t values (?)").run([a]);
  expect(prepared.prepare("select a from t").all([])).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  expect(asked).toEqual(["insert into t values (?)", "select a from t"]);
});

test("a statement of before a change of the schema tells the truth after it", () => {
  const prepared = preparedOnce(database);
  prepared.prepare("insert into t values (1)").run([]);
  expect(prepared.prepare("select * from t").all([])).toEqual([{ a: 1 }]);
  database.exec("alter table t add column b text not null default 'x'");
  expect(prepared.prepare("select * from t").all([])).toEqual([{ a: 1, b: "x" }]);
});

test("those used longest ago are let go, and come back when they are asked for", () => {
  const prepared = preparedOnce(database);
  const first = prepared.prepare("select 0");
  const kept = prepared.prepare("select 1");
  for (let number = 2; number <= 200; number += 1) {
    prepared.prepare(`select ${number}`);
    prepared.prepare("select 1");
  }
  expect(prepared.prepare("select 1")).toBe(kept);
  expect(prepared.prepare("select 0")).not.toBe(first);
  expect(prepared.prepare("select 0").all([])).toEqual([{ 0: 0 }]);
});
