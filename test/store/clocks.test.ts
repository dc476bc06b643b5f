import { beforeEach, expect, test } from "vitest";
import type { Clock } from "../../src/model/handoff.ts";
import { clocksOfHandoff, loadClocks, setClocks, stopClocks, takeDueClocks } from "../../src/store/clocks.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { NOW } from "./handoff-kit.ts";

const FIRST: Clock = { kind: "first-attempt", dueAt: NOW + 90, lookAt: NOW + 72, taken: 50, calendar: "c1" };
const MEANINGFUL: Clock = { kind: "meaningful-touch", dueAt: NOW + 200 };

onEveryDatabase("clocks", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const set = async (clocks: readonly Clock[], handoff = "h-1") =>
    await setClocks(store().db, installation, [{ handoff, lead: "1", clocks }]);
  const taken = async (at: number) =>
    (await takeDueClocks(store().db, installation, at)).map(({ handoff, kind }) => `${handoff} ${kind}`);

  test("come back as they were set, the earliest first", async () => {
    await set([MEANINGFUL, FIRST]);
    expect(await clocksOfHandoff(store().db, installation, "h-1")).toEqual([FIRST, MEANINGFUL]);
  });

  test("that are not set again have stopped, and those of other handoffs go on", async () => {
    await set([FIRST, MEANINGFUL]);
    await set([FIRST], "h-2");
    await set([MEANINGFUL]);
    const all = await loadClocks(store().db, installation, ["h-1", "h-2"]);
    expect(all).toEqual(
      new Map([
        ["h-1", [MEANINGFUL]],
        ["h-2", [FIRST]],
      ]),
    );
    await stopClocks(store().db, installation, "h-2");
    expect(await clocksOfHandoff(store().db, installation, "h-2")).toEqual([]);
  });

  test("are taken when it is time to look, once until the next instant is set", async () => {
    await set([FIRST, MEANINGFUL]);
    expect(await taken(NOW + 71)).toEqual([]);
    expect(await taken(NOW + 72)).toEqual(["h-1 first-attempt"]);
    expect(await taken(NOW + 999)).toEqual([]);
    await set([{ ...FIRST, lookAt: NOW + 90 }]);
    expect(await taken(NOW + 90)).toEqual(["h-1 first-attempt"]);
  });

  test.each(["routing", "wake"] as const)("%s is looked at when it is due", async (kind) => {
    await set([{ kind, dueAt: NOW + 5 }]);
    expect(await taken(NOW + 4)).toEqual([]);
    expect(await taken(NOW + 5)).toEqual([`h-1 ${kind}`]);
  });

  test("of one installation are no other's", async () => {
    await set([FIRST]);
    expect(await takeDueClocks(store().db, `${installation}-other`, NOW + 99)).toEqual([]);
    expect(await clocksOfHandoff(store().db, `${installation}-other`, "h-1")).toEqual([]);
  });

  test("cost what is due, and not what waits", async () => {
    const { sqlite } = store();
    if (sqlite === undefined) return;
    const plan = sqlite.prepare(
      "explain query plan update clocks set look_at = null where installation = ? and look_at <= ?",
    );
    expect(JSON.stringify(plan.all("i", 1))).toContain("clocks_look");
  });
});
