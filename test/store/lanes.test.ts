import { beforeEach, expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { saveInstallation, setInstallationState } from "../../src/store/installations.ts";
import { dueLanes, holdLane, keepLane, noteTurn, recallLane, releaseLane } from "../../src/store/lanes.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("lanes", ({ store, dialect }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const hold = (holder: string) => holdLane(store().db, dialect, installation, holder);
  const endLease = () =>
    store().db.updateTable("lanes").set({ held_until: 0 }).where("installation", "=", installation).execute();

  test("a lane is held by one worker; the other gets nothing until it is let go", async () => {
    const first = await hold("a");
    expect(first?.fence).toBe(1);
    expect(await hold("b")).toBeUndefined();
    if (first) await releaseLane(store().db, first);
    expect((await hold("b"))?.fence).toBe(2);
  });

  test("a worker that holds the lane already keeps its number", async () => {
    expect((await hold("a"))?.fence).toBe(1);
    expect((await hold("a"))?.fence).toBe(1);
  });

  test("a worker paused past its lease cannot mark anything any more", async () => {
    const paused = await hold("a");
    await endLease();
    const successor = await hold("b");
    expect(successor?.fence).toBe(2);
    if (paused === undefined || successor === undefined) throw new Error("both were held");
    await expect(keepLane(store().db, dialect, paused)).rejects.toMatchObject({ code: "deliver.lost-lane" });
    await expect(keepLane(store().db, dialect, successor)).resolves.toBeUndefined();
    await releaseLane(store().db, paused);
    expect(await hold("c")).toBeUndefined();
  });

  test("a lane that was recalled is its holder's no more, and free for the next, be it the same", async () => {
    const before = await hold("a");
    if (before === undefined) throw new Error("it was held");
    await recallLane(store().db, installation);
    await expect(keepLane(store().db, dialect, before)).rejects.toMatchObject({ code: "deliver.lost-lane" });
    const after = await hold("a");
    if (after === undefined) throw new Error("it was free");
    expect(after.fence).toBeGreaterThan(before.fence);
    await expect(keepLane(store().db, dialect, after)).resolves.toBeUndefined();
  });

  test("of many workers asking at once, one gets the lane", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => hold(`w${index}`)));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  });

  test("a lane is due while something waits, unless it rests or its tenant is disconnected", async () => {
    const { db } = store();
    const fresh = {
      id: installation,
      crm: "hubspot" as const,
      tenant: installation,
      capabilities: UNPROBED,
    };
    await saveInstallation(db, fresh, NOW);
    const isDue = async (at: number) => (await dueLanes(db, at)).includes(installation);
    expect(await isDue(NOW)).toBe(false);

    const lead = { crm: "hubspot" as const, id: "1" };
    await insertOwnEvents(
      db,
      installation,
      [{ key: "k", tenant: "t", occurredAt: NOW, urgency: "live", kind: "lead-created", lead }],
      NOW,
    );
    expect(await isDue(NOW)).toBe(true);

    await hold("a");
    await noteTurn(db, installation, { failures: 1, retryAt: NOW + 1_000, code: "crm.unreachable" });
    expect(await isDue(NOW + 999)).toBe(false);
    expect(await isDue(NOW + 1_000)).toBe(true);

    await setInstallationState(db, installation, "disconnected", NOW);
    expect(await isDue(NOW + 1_000)).toBe(false);
    await saveInstallation(db, fresh, NOW);
    expect(await isDue(NOW + 1_000)).toBe(true);
  });
});
