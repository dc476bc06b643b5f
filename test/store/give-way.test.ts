import { setImmediate as nextRound } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { sql } from "kysely";
import { giveWay } from "../../src/store/give-way.ts";
import { useDatabase } from "../support/databases.ts";

const LONG_MS = 20;
/** Many times what fits into one round of the event loop. */
const MANY_QUERIES = 20_000;
const database = useDatabase("sqlite");

beforeEach(async () => await nextRound());

test("work that has just begun goes on at once", async () => {
  const others = waiting();
  await giveWay();
  expect(others.wereLetIn).toBe(false);
});

test("work that has gone on for long lets others in, each time", async () => {
  for (let time = 0; time < 3; time += 1) {
    const others = waiting();
    await giveWay();
    work(LONG_MS);
    await giveWay();
    expect(others.wereLetIn).toBe(true);
  }
});

test("all who work at the same time give way, not only the first", async () => {
  const others = waiting();
  await giveWay();
  work(LONG_MS);
  const seen = await Promise.all([1, 2, 3].map(() => giveWay().then(() => others.wereLetIn)));
  expect(seen).toEqual([true, true, true]);
});

test("a transaction of many queries lets others in, and nobody into itself", async () => {
  const { db } = database.store();
  await sql`create table t (a integer)`.execute(db);
  const others = waiting();
  let asked: Promise<readonly number[]> | undefined;
  const counts = async (): Promise<readonly number[]> =>
    (await sql<{ count: number }>`select count(*) as count from t`.execute(db)).rows.map(
      ({ count }) => count,
    );

  let inserted = 0;
  let wereLetIn = false;
  await db.transaction().execute(async (tx) => {
    while (inserted < MANY_QUERIES && !others.wereLetIn) {
      await sql`insert into t values (1)`.execute(tx);
      inserted += 1;
    }
    ({ wereLetIn } = others);
    asked = counts();
    await nextRound();
    await sql`insert into t values (1)`.execute(tx);
    inserted += 1;
  });

  expect(wereLetIn).toBe(true);
  expect(await asked).toEqual([inserted]);
});

/** Somebody whose turn comes when the event loop goes round. */
function waiting(): { readonly wereLetIn: boolean } {
  const others = { wereLetIn: false };
  setImmediate(() => {
    others.wereLetIn = true;
  });
  return others;
}

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
