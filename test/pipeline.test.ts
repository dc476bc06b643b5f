import { afterAll, beforeAll, expect, test } from "vitest";
import { demoDay, runAct } from "../sandbox/world/demo-day.ts";
import type { Stage } from "../src/cli/demo/stage.ts";
import { decide } from "../src/pipeline.ts";
import { parsePlaybook } from "../src/playbook/index.ts";
import { credit } from "../src/route/index.ts";
import { listInstallations } from "../src/store/installations.ts";
import { loadPlaybookFiles } from "../src/store/playbooks.ts";
import { loadTurns } from "../src/store/turns.ts";
import { useDatabase } from "./support/databases.ts";
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
  let repeated = 0;
  for await (const turn of loadTurns(db, installation?.id ?? "")) {
    const { playbook } = parsePlaybook((await loadPlaybookFiles(db, turn.playbook)) ?? {});
    if (playbook === undefined) throw new Error("the stored playbook does not parse");
    const standings = new Map(turn.roster.standings);
    const roster = { ...turn.roster, standings };
    for (const { snapshot, decision } of turn.decisions) {
      const again = decide(snapshot, {
        playbook,
        roster,
        now: turn.decidedAt,
        publicUrl: stage.baton.publicUrl,
      });
      expect(JSON.parse(JSON.stringify(again))).toEqual(decision);
      if (again.assignment !== undefined)
        for (const [rep, one] of credit(roster, again.assignment, turn.decidedAt)) standings.set(rep, one);
      repeated += 1;
    }
  }
  expect(repeated).toBeGreaterThan(50);
});
