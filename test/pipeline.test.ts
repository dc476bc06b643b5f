import { afterAll, beforeAll, expect, test } from "vitest";
import { demoDay, runAct } from "../sandbox/world/demo-day.ts";
import type { Stage } from "../src/cli/demo/stage.ts";
import { listInstallations } from "../src/store/installations.ts";
import { useDatabase } from "./support/databases.ts";
import { repeated } from "./support/repeated.ts";
import { openTestStage } from "./support/stage.ts";

const database = useDatabase("sqlite");
let stage: Stage;

beforeAll(async () => {
  const opened = await openTestStage(database.url(), 11);
  stage = opened.stage;
  for (const entry of demoDay(11)) {
    opened.clock.moveTo(entry.at);
    await runAct(stage.sandbox, stage.portal.id, entry);
    await stage.quiet();
  }
});
afterAll(async () => await stage.close());

test("every decision of a day, repeated from what was stored with it, comes out the same", async () => {
  const { db } = stage.baton.store;
  const [installation] = await listInstallations(db);
  let count = 0;
  for await (const { stored, again } of repeated(db, installation?.id ?? "", stage.baton.publicUrl)) {
    expect(again).toEqual(stored);
    count += 1;
  }
  expect(count).toBeGreaterThan(50);
});
