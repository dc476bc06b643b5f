import { setTimeout as pause } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { storedConnections } from "../../src/install/stored.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { type Lanes, openLanes } from "../../src/lanes/pool.ts";
import { inLane } from "../../src/lanes/lane.ts";
import { openTestStage } from "../support/stage.ts";
import { onEveryDatabase } from "../support/databases.ts";
import type { Stage } from "../../src/cli/demo/stage.ts";
import { type Installation, saveCapabilities } from "../../src/store/installations.ts";
import { loadTokens } from "../../src/store/connections.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { only } from "./kit.ts";

onEveryDatabase("the lanes of a process", ({ url, dialect }) => {
  let stage: Stage;
  let installation: Installation;
  const pools: Lanes[] = [];
  beforeAll(async () => {
    ({ stage } = await openTestStage(url()));
    await stage.quiet();
    await stage.baton.lanes.stop();
    installation = await only(stage.baton.store.db);
    // These turns do nothing: nothing may be due.
    await db().deleteFrom("cursors").execute();
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.stop();
    await db().updateTable("lanes").set({ retry_at: 0, failures: 0 }).execute();
    await db().updateTable("installations").set({ state: "active" }).execute();
    await db().deleteFrom("events").execute();
  });
  afterAll(async () => await stage.close());

  const db = () => stage.baton.store.db;
  const pool = async (takeTurn: (lane: Lane) => Promise<boolean>): Promise<Lanes> => {
    const holder = randomBytes(8).toString("hex");
    const opened = await openLanes({ ...stage.baton, takeTurn, holder, concurrency: 4 });
    pools.push(opened);
    return opened;
  };
  const tell = async (key: string) => {
    const lead = { crm: "hubspot" as const, id: "1" };
    const event = { key, tenant: "t", occurredAt: 0, urgency: "live", kind: "lead-created", lead } as const;
    await insertOwnEvents(db(), installation.id, [event], 0);
  };
  const state = async () => (await only(db())).state;

  test("a lane that rests after a failure is not woken by news before its time", async () => {
    let turns = 0;
    const lanes = await pool(() => {
      turns += 1;
      return Promise.reject(new BatonError("crm.rate-limited", "not now", { retryAfterMs: 60_000 }));
    });
    for (let news = 0; news < 5; news += 1) {
      lanes.wake(installation.id);
      await lanes.idle();
    }
    expect(turns).toBe(1);
    // Nor by a process that starts meanwhile.
    const later = await pool(() => Promise.resolve(false));
    later.wake(installation.id);
    await later.idle();
    expect(turns).toBe(1);
  });

  test("news that comes while a turn ends is worked on", async () => {
    let turns = 0;
    const lanes: Lanes = await pool(() => {
      turns += 1;
      if (turns === 1) lanes.wake(installation.id);
      return Promise.resolve(false);
    });
    lanes.wake(installation.id);
    await lanes.idle();
    expect(turns).toBe(2);
  });

  test("a portal that is disconnected is left alone until it is connected again, then goes on at once", async () => {
    let turns = 0;
    let isGone = true;
    const lanes = await pool(() => {
      turns += 1;
      return isGone ? Promise.reject(new BatonError("crm.disconnected", "no token")) : Promise.resolve(false);
    });
    lanes.wake(installation.id);
    await lanes.idle();
    expect([turns, await state()]).toEqual([1, "disconnected"]);
    lanes.wake(installation.id);
    await lanes.idle();
    expect(turns).toBe(1);

    isGone = false;
    const tokens = await loadTokens(db(), stage.baton.locksmith, installation.id);
    const connections = storedConnections(stage.baton, stage.baton.locksmith, lanes);
    await connections.save("hubspot", { tenant: installation.tenant, tokens }, installation.capabilities, 0);
    await db().deleteFrom("cursors").execute();
    lanes.wake(installation.id);
    await lanes.idle();
    expect([turns, await state()]).toEqual([2, "active"]);
  });

  test("the last word of an old connection does not disconnect the new one", async () => {
    let turns = 0;
    const lanes: Lanes = await pool(async () => {
      turns += 1;
      if (turns > 1) return false;
      await lanes.forget(installation.id);
      throw new BatonError("crm.disconnected", "the old token was refused");
    });
    lanes.wake(installation.id);
    await lanes.idle();
    expect(await state()).toBe("active");
    lanes.wake(installation.id);
    await lanes.idle();
    expect(turns).toBe(2);
  });

  test("waiting for idleness ends though another process holds the lane, and when the pool has stopped", async () => {
    const lanes = await pool(() => Promise.resolve(false));
    await lanes.stop();
    await tell("left");
    await lanes.idle();
    expect((await db().selectFrom("events").select("state").execute())[0]?.state).toBe("pending");
  });

  test("what another process found out of a portal holds from the next turn on", async () => {
    const lists: boolean[] = [];
    const lanes = await pool((lane) => {
      lists.push(lane.connector.capabilities.lists);
      return Promise.resolve(false);
    });
    const { capabilities } = installation;
    for (const granted of [false, true]) {
      await saveCapabilities(db(), installation.id, { ...capabilities, lists: granted }, 0);
      lanes.wake(installation.id);
      await lanes.idle();
    }
    await saveCapabilities(db(), installation.id, capabilities, 0);
    expect(lists).toEqual([false, true]);
  });

  test.skipIf(dialect === "sqlite")(
    "two processes never work for one portal at once, and take turns",
    async () => {
      let inside = 0;
      let most = 0;
      const workers = new Set<string>();
      const worker = (name: string) => async (lane: Lane) => {
        inside += 1;
        most = Math.max(most, inside);
        workers.add(name);
        await inLane(lane, async (tx) => await tx.deleteFrom("events").execute());
        await pause(5);
        inside -= 1;
        return false;
      };
      const both = [await pool(worker("a")), await pool(worker("b"))];
      for (let round = 0; round < 40; round += 1) {
        both[round % 2]?.wake(installation.id);
        if (round % 3 === 0) both[(round + 1) % 2]?.wake(installation.id);
        await pause(4);
      }
      for (const lanes of both) await lanes.idle();
      expect(most).toBe(1);
      expect(workers).toEqual(new Set(["a", "b"]));
    },
  );

  test.skipIf(dialect === "sqlite")(
    "a worker that waits for the CRM longer than its lease lasts keeps the lane",
    async () => {
      await tell("slow");
      let others = 0;
      let isFirst = true;
      const slow = await pool(async (lane) => {
        if (isFirst) await pause(11_500);
        isFirst = false;
        await inLane(lane, async (tx) => await tx.deleteFrom("events").execute());
        return false;
      });
      slow.wake(installation.id);
      await pause(200);
      const other = await pool(() => {
        others += 1;
        return Promise.resolve(false);
      });
      await other.tick();
      await slow.idle();
      expect(others).toBe(0);
      expect(await db().selectFrom("events").select("key").execute()).toEqual([]);
    },
  );
});
