/** Only the wall clock is replaced: a lease that has run out by either clock is over. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renewing } from "../../src/lanes/lease.ts";
import type { LaneTools } from "../../src/lanes/lane.ts";
import { createLog } from "../../src/log.ts";
import { holdLane, type LaneHold, LEASE_MS } from "../../src/store/lanes.ts";
import { onEveryDatabase } from "../support/databases.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

onEveryDatabase("a lease", ({ store, dialect }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const tools = (): Pick<LaneTools, "store" | "log"> => ({
    store: store(),
    log: createLog({ level: "silent" }),
  });
  const held = async (holder: string): Promise<LaneHold> => {
    const hold = await holdLane(store().db, dialect, installation, holder);
    if (hold === undefined) throw new Error("the lane was free");
    return hold;
  };
  /** The process stands still for so long, as far as its wall clock can tell. */
  const sleepFor = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

  test("lasts when a turn begins", async () => {
    const hold = await held("a");
    expect(await renewing(tools(), hold, (mayWrite) => Promise.resolve(mayWrite()))).toBe(true);
  });

  test.skipIf(dialect === "sqlite")("is over a little before another may take the lane", async () => {
    const hold = await held("a");
    const seen = await renewing(tools(), hold, async (mayWrite) => {
      sleepFor(LEASE_MS - 1_500);
      const before = mayWrite();
      sleepFor(1_000);
      return await Promise.resolve([before, mayWrite()]);
    });
    expect(seen).toEqual([true, false]);
  });

  test.skipIf(dialect === "sqlite")("that was lost before the turn begins it not", async () => {
    const hold = await held("a");
    await store()
      .db.updateTable("lanes")
      .set({ held_until: 0 })
      .where("installation", "=", installation)
      .execute();
    await held("b");
    let turns = 0;
    const turn = renewing(tools(), hold, () => Promise.resolve((turns += 1)));
    await expect(turn).rejects.toMatchObject({ code: "deliver.lost-lane" });
    expect(turns).toBe(0);
  });

  test.skipIf(dialect !== "sqlite")("is never over where nobody else can take the lane", async () => {
    const hold = await held("a");
    const seen = await renewing(tools(), hold, (mayWrite) => {
      sleepFor(3_600_000);
      return Promise.resolve(mayWrite());
    });
    expect(seen).toBe(true);
  });
});
