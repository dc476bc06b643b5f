/** Looking for people who are in both CRMs, over the sandbox's portal and org: what it costs either of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyStage, leadInstallation } from "../../src/cli/demo/stage.ts";
import { HOUR_MS, SECOND_MS } from "../../src/model/instant.ts";
import { askResync, loadResync } from "../../src/store/resyncs.ts";
import { openPairStage } from "../support/stage.ts";

let stage: AnyStage;
let now = Date.UTC(2026, 10, 17);
beforeAll(async () => {
  stage = await openPairStage(() => now, { seed: 7 });
  await stage.quiet();
});
afterAll(() => stage.close());

/** Turns, a second apart, until nothing else is due: what is counted then is the look for links alone. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    now += SECOND_MS;
    await stage.baton.lanes.tick();
    await stage.quiet();
  }
}

/** Looks for links, to the end. @returns Calls to each CRM, and how many leads were looked at. */
async function look(since: number) {
  await settle();
  const { id } = await leadInstallation(stage);
  const nothing = { looked: 0, differing: 0, written: 0, calls: 0, counts: {} };
  const { db } = stage.baton.store;
  stage.sandbox.ledger.clear();
  await askResync(db, id, { id: "r1", subject: "links", isDry: true, since, askedAt: now, ...nothing });
  for (let turn = 0; turn < 20 && (await loadResync(db, id))?.endedAt === undefined; turn += 1) {
    now += SECOND_MS;
    stage.baton.lanes.wake(id);
    await stage.quiet();
  }
  const { because, looked, calls } = (await loadResync(db, id)) ?? {};
  const paths = stage.sandbox.ledger.calls.map(({ path }) => path);
  const [org = 0, portal = 0] = ["/services/data/", "/crm/"].map(
    (start) => paths.filter((path) => path.startsWith(start)).length,
  );
  return { because, looked, calls, portal, org };
}

test("where nobody in marketing's CRM was modified, sales' is not asked at all", async () => {
  now += HOUR_MS;
  stage.org?.addLead({ LastName: "Sales' own", Company: "Elsewhere" });
  expect(await look(now)).toEqual({ because: "done", looked: 0, calls: 1, portal: 1, org: 0 });
});

test("of those who were, sales' CRM is asked who they are, and nothing more", async () => {
  // What the org's fields are has to be asked once.
  await look(0);
  const { looked, calls, portal, org, because } = await look(0);
  expect([because, calls]).toEqual(["done", portal + org]);
  expect(looked).toBeGreaterThan(20);
  // They are read by the hundred: one call for their addresses, one for the records found.
  expect(org).toBeLessThanOrEqual(2 * Math.ceil((looked ?? 0) / 100));
});
