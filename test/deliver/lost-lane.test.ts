/** A worker that cannot be sure of its lane any more decides and plans, and sends nothing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeTurn } from "../../src/pipeline.ts";
import { useDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "../lanes/kit.ts";

const database = useDatabase("sqlite");
let at: Standstill;
beforeEach(async () => {
  at = await openStandstill(database.url());
});
afterEach(async () => await at.close());

const states = async () => await at.db.selectFrom("effects").select(["state", "code"]).distinct().execute();
const written = () => at.stage.sandbox.ledger.find({ by: "app" }).length;

test("what was not sent is planned again, and sent once by who may", async () => {
  await at.handRaiser();
  const before = written();
  await takeTurn({ ...at.lane, mayWrite: () => false });
  expect(await states()).toEqual([{ state: "planned", code: "deliver.lost-lane" }]);
  expect(written()).toBe(before);

  at.clock.moveTo(at.clock.now() + 60_000);
  await at.work({ ...at.lane, mayWrite: () => true });
  expect(await states()).toEqual([{ state: "confirmed", code: null }]);
});
