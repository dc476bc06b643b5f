/** A small week on every run of the tests; `npm run test:week` plays a large one, and kills Baton while it does. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { type Channel, openWeekChannel } from "./channel.ts";
import { type Compared, compareWeek } from "./compare.ts";
import { type House, oneProcess } from "./house.ts";
import { MONDAY, playWeek, type Week } from "./play.ts";
import { compareNotices, type NoticesCompared } from "./tell.ts";

const HANDOFFS = 20;
const PATIENCE_MS = 240_000;

describe("a week of twenty leads and four kinds of reps", () => {
  const path = join(tmpdir(), `baton-week-${process.pid}.sqlite`);
  let house: House;
  let week: Week;
  let compared: Compared;
  let channel: Channel;
  let told: NoticesCompared;

  beforeAll(async () => {
    house = await oneProcess(7, `sqlite:${path}`, MONDAY);
    channel = await openWeekChannel(house);
    week = await playWeek(house, { seed: 7, handoffs: HANDOFFS, stepMs: 15 * MINUTE_MS });
    compared = await compareWeek(house);
    told = await compareNotices(house, channel, week.moments);
  }, PATIENCE_MS);
  afterAll(async () => {
    await house.close();
    await channel.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  });

  test("hands every lead off once", () => {
    expect(compared).toMatchObject({ handoffs: HANDOFFS, strange: [] });
  });

  test("ends in figures that a plain recount over the portal confirms", () => {
    expect(compared.different).toEqual([]);
  });

  test("tells everybody who is to be told, once, and nobody else", () => {
    expect(told).toMatchObject({ missed: [], twice: [], unexplained: [], strange: [] });
    expect(told.due).toBeGreaterThan(HANDOFFS);
    expect(Object.keys(told.byKind)).toEqual(expect.arrayContaining(["handoff", "escalation"]));
  });

  test("has seen calls, answers, meetings and deals", () => {
    const done = new Set(week.acts.map(({ act }) => act.do));
    expect([...done]).toEqual(
      expect.arrayContaining([
        "call",
        "email",
        "dispose",
        "meeting",
        "end-meeting",
        "open-deal",
        "complete-task",
      ]),
    );
  });

  test("passes leads on that nobody tries, tells their story, and never to somebody who had them", async () => {
    const rows = await house.store.db
      .selectFrom("handoffs")
      .select(["lead", "owner", "former_owners"])
      .where("former_owners", "is not", null)
      .execute();
    expect(rows.length).toBeGreaterThan(0);
    for (const { owner, former_owners: former } of rows) {
      const before: readonly string[] = JSON.parse(former ?? "[]");
      expect(before).not.toContain(owner);
      expect(new Set(before).size).toBe(before.length);
    }
  });

  test("leaves nothing parked, and no clock that rang twice for one step", async () => {
    const parked = await house.store.db
      .selectFrom("effects")
      .select("key")
      .where("state", "in", ["parked", "refused"])
      .execute();
    expect(parked).toEqual([]);
  });
});
