import { setTimeout as pause } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { KyselyPlugin } from "kysely";
import { checkInstallation } from "../../src/doctor/installation.ts";
import { BatonError } from "../../src/errors.ts";
import { storedConnections } from "../../src/install/stored.ts";
import { createLog } from "../../src/log.ts";
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

  test("an installation there is no way to is put to rest like any other, with a code that doctor shows", async () => {
    await tell("waits");
    const lines: string[] = [];
    const log = createLog({ level: "info", destination: { write: (line) => void lines.push(line) } });
    let asked = 0;
    const connect = () => {
      asked += 1;
      throw new BatonError("config.invalid", "no app is configured");
    };
    const takeTurn = () => Promise.resolve(false);
    const lanes = await openLanes({ ...stage.baton, log, connect, takeTurn, holder: "x", concurrency: 4 });
    pools.push(lanes);
    for (let tick = 0; tick < 5; tick += 1) {
      await lanes.tick();
      lanes.wake(installation.id);
      await lanes.idle();
    }
    expect([asked, lines.length]).toEqual([1, 1]);
    expect(lines[0]).toContain('"code":"config.invalid"');
    const checks = await checkInstallation(installation, {
      ...stage.baton,
      db: db(),
      now: stage.baton.now(),
      installLink: "",
      scopes: { required: [], optional: [] },
      connect,
    });
    expect(checks.find(({ says }) => says.includes("lane"))?.says).toMatch(
      /^its lane failed 1 times in a row \(config\.invalid, tried again in/,
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ code: "config.invalid", fix: expect.stringContaining("configuration.md") }),
    );
    // Once there is a way, what waited is worked on.
    await db().updateTable("lanes").set({ retry_at: 0 }).execute();
    let turns = 0;
    const mended = await pool(async (lane) => {
      turns += 1;
      await inLane(lane, async (tx) => await tx.deleteFrom("events").execute());
      return false;
    });
    if (dialect === "sqlite") await lanes.stop();
    await mended.tick();
    await mended.idle();
    expect(turns).toBe(1);
  });

  test("to stop waits for the tick under way: the store is closed next", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let ticks = 0;
    const slow: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        ticks += 1;
        await promise;
        ticks -= 1;
        return result;
      },
    };
    const store = { ...stage.baton.store, dialect: "postgres" as const, db: db().withPlugin(slow) };
    const takeTurn = () => Promise.resolve(false);
    const lanes = await openLanes({ ...stage.baton, store, takeTurn, holder: "x", concurrency: 4 });
    await expect.poll(() => ticks, { timeout: 5_000 }).toBe(1);
    const stopped = lanes.stop();
    setTimeout(resolve, 50);
    await stopped;
    expect(ticks).toBe(0);
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
