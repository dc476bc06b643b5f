/** A sandbox with Acme's portal, alone or with its org, and an in-process Baton installed, for tests of the whole way of a lead. */
import { createLog } from "../../src/log.ts";
import { createDemoClock, type DemoClock } from "../../src/cli/demo/clock.ts";
import { type AnyStage, openStage, openStageIn, type Stage } from "../../src/cli/demo/stage.ts";
import type { Instant } from "../../src/model/instant.ts";

/** Tuesday of the demo, before anybody acts. */
const MORNING = Date.UTC(2026, 10, 17);

export async function openTestStage(
  databaseUrl: string,
  seed = 7,
  playbook = "mappings/default",
): Promise<{ stage: Stage; clock: DemoClock }> {
  const clock = createDemoClock(MORNING);
  const log = createLog({ level: process.env["BATON_TEST_LOG"] ?? "silent" });
  const stage = await openStage({
    seed,
    now: () => clock.now(),
    databaseUrl,
    playbook,
    log,
    port: 0,
  });
  return { stage, clock };
}

/** Portal and org, over SQLite in memory. News of handoffs is looked at when it comes. */
export async function openPairStage(
  now: () => Instant,
  { seed = 11, playbook = "mappings/both" } = {},
): Promise<AnyStage> {
  const log = createLog({ level: process.env["BATON_TEST_LOG"] ?? "silent" });
  const databaseUrl = "sqlite::memory:";
  return await openStageIn("both", { seed, now, databaseUrl, playbook, log, port: 0, gatherMs: 0 });
}
