import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultRule } from "../../sandbox/faults.ts";
import { demoDay, runAct } from "../../sandbox/world/demo-day.ts";
import type { DemoClock } from "../../src/cli/demo/clock.ts";
import type { Stage } from "../../src/cli/demo/stage.ts";
import { tellStory } from "../../src/cli/demo/story.ts";
import { listInstallations, saveCapabilities } from "../../src/store/installations.ts";
import { useDatabase } from "../support/databases.ts";
import { openTestStage } from "../support/stage.ts";

/** Change the seed for another day with other faults; the test's name tells it. */
const SEED = 20_261_118;
const WRITES = ["/crm/objects/*/*/batch/create", "/crm/objects/*/*/batch/update"];
/** Shares of the writes. What a rule before leaves is shared out by those after it. */
const FAULTS: readonly Omit<FaultRule, "path">[] = [
  { share: 0.08, fault: { do: "server-error", status: 502, commit: true } },
  { share: 0.08, fault: { do: "server-error", status: 503 } },
  { share: 0.06, fault: { do: "reset", early: true, commit: true } },
  { share: 0.06, fault: { do: "reset", commit: true } },
  { share: 0.06, fault: { do: "reset", early: true } },
  { share: 0.06, fault: { do: "hang", ms: 20, commit: true } },
  { share: 0.06, fault: { do: "truncated-json" } },
  { share: 0.06, fault: { do: "migrating", retryAfterSeconds: 3 } },
  { share: 0.05, fault: { do: "unauthorized" } },
  { times: 2, fault: { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 1 } },
];
/** Longer than a lost call is given, and than most rests. */
const STEP_MS = 31_000;
const MOST_STEPS = 400;

describe.each(["unique-property", "marker"] as const)(
  "a day on which one write in two fails, found again by %s",
  (place) => {
    const database = useDatabase("sqlite");
    let stage: Stage;
    let clock: DemoClock;

    beforeAll(async () => {
      ({ stage, clock } = await openTestStage(database.url(), SEED));
      const { db } = stage.baton.store;
      const [installation] = await listInstallations(db);
      if (installation === undefined) throw new Error("the stage installs into one portal");
      const found = { ...installation.capabilities, taskKey: place, noteKey: place };
      await saveCapabilities(db, installation.id, found, clock.now());
      await stage.baton.lanes.forget(installation.id);
      for (const path of WRITES)
        for (const fault of FAULTS) stage.sandbox.faults.add({ ...fault, method: "POST", path });
      stage.sandbox.faults.add({
        path: "/crm/objects/**",
        share: 0.01,
        times: 5,
        fault: { do: "unauthorized" },
      });
      stage.sandbox.faults.add({
        path: "/crm/objects/**/batch/read",
        share: 0.1,
        times: 20,
        fault: { do: "migrating", retryAfterSeconds: 60 },
      });
    });
    afterAll(async () => await stage.close());

    /** Lets time pass until nothing waits any more. */
    const settled = async (): Promise<void> => {
      const { db } = stage.baton.store;
      for (let step = 0; step < MOST_STEPS; step += 1) {
        await stage.quiet();
        const events = await db
          .selectFrom("events")
          .select("seq")
          .where("state", "=", "pending")
          .where("lead", "is not", null)
          .execute();
        const effects = await db
          .selectFrom("effects")
          .select("key")
          .where("state", "in", ["planned", "attempting", "ambiguous"])
          .execute();
        if (events.length + effects.length === 0) return;
        clock.moveTo(clock.now() + STEP_MS);
      }
      throw new Error("something waits for ever");
    };

    test(`every handoff has one owner write, one task and one note (seed ${SEED})`, async () => {
      for (const entry of demoDay(SEED)) {
        clock.moveTo(entry.at);
        await runAct(stage.sandbox, stage.portal.id, entry);
        await settled();
      }
      const { ledger } = (await tellStory(stage)).story;
      expect(ledger.handoffs).toBeGreaterThan(15);
      expect(ledger).toMatchObject({ exact: ledger.handoffs, doubled: 0, missing: 0, repeated: 0 });
      const stuck = await stage.baton.store.db
        .selectFrom("effects")
        .select(["key", "state", "code", "reason"])
        .where("state", "in", ["parked", "refused"])
        .execute();
      expect(stuck).toEqual([]);
      const applied = [...stage.sandbox.faults.applied.values()].reduce((sum, count) => sum + count, 0);
      expect(applied).toBeGreaterThan(30);
    }, 60_000);
  },
);
