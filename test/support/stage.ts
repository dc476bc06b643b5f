/** A sandbox with Acme's portal and an in-process Baton installed into it, for tests of the whole way of a lead. */
import { createLog } from "../../src/log.ts";
import { createDemoClock, type DemoClock } from "../../src/cli/demo/clock.ts";
import { openStage, type Stage } from "../../src/cli/demo/stage.ts";

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
